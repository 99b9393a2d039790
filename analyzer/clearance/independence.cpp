// Whether somebody may judge a change: not if they had a hand in it, and not if they are a machine.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "clearance/people.h"
#include "provenance/provenance.h"

namespace redtag {
namespace {

/// `ada+tickets@example.com` is `ada@example.com`'s mailbox.
std::string mailbox(std::string_view address) {
  std::string lower = lower_ascii(trim(address));
  const std::size_t at = lower.rfind('@');
  const std::size_t plus = lower.find('+');
  if (at != std::string::npos && plus != std::string::npos && plus < at) lower.erase(plus, at - plus);
  return lower;
}

/// The login in an address that a host makes for those who hide theirs: `1234+ada@users.noreply.github.com`,
/// `1234-ada@users.noreply.gitlab.com`. Empty for any other address.
std::string hidden_login(std::string_view address) {
  const std::string lower = lower_ascii(trim(address));
  const std::size_t host = lower.find("@users.noreply.");
  if (host == std::string::npos) return {};
  const std::string local = lower.substr(0, host);
  const std::size_t digits = local.find_first_not_of("0123456789");
  if (digits == 0 || digits == std::string::npos || (local[digits] != '+' && local[digits] != '-')) return local;
  return local.substr(digits + 1);
}

bool contains(const std::vector<std::string>& texts, std::string_view text) {
  return !text.empty() && std::find(texts.begin(), texts.end(), text) != texts.end();
}

/// True if a name and an address, either of which may be empty, are this person's.
bool is(const Person& person, std::string_view name, std::string_view address) {
  const std::string lower = lower_ascii(trim(name));
  if (!lower.empty() && (lower == lower_ascii(person.name) || contains(person.logins, lower))) return true;
  if (trim(address).empty()) return false;
  const std::string box = mailbox(address);
  const bool listed = std::any_of(person.addresses.begin(), person.addresses.end(),
                                  [&](const std::string& own) { return mailbox(own) == box; });
  return listed || contains(person.logins, hidden_login(address));
}

/// `Name <address>`, or either alone.
bool is_named(const Person& person, std::string_view text) {
  const std::size_t open = text.find('<');
  if (open == std::string_view::npos) return is(person, text, text.find('@') != std::string_view::npos ? text : "");
  return is(person, text.substr(0, open), text.substr(open + 1, text.find('>', open) - open - 1));
}

/// Co-authors stand in trailers; a line of that form anywhere in the message counts, because it can only refuse more.
bool co_author(const Person& person, std::string_view message) {
  constexpr std::string_view head = "co-authored-by:";
  for (const std::string_view line : split(message, '\n')) {
    const std::string_view text = trim(line);
    if (starts_with_ignoring_case(text, head) && is_named(person, text.substr(head.size()))) return true;
  }
  return false;
}

std::string short_id(const std::string& commit) { return commit.empty() ? "the change" : commit.substr(0, 12); }

}  // namespace

bool is_machine(const Person& person) {
  if (person.kind == PersonKind::Bot) return true;
  ChangeSet probe;
  const auto look_at = [&](const std::string& name, const std::string& address) {
    CommitRecord record;
    record.author_name = name;
    record.author_email = address;
    probe.commits.push_back(std::move(record));
  };
  bool shaped = lower_ascii(person.name).ends_with("[bot]");
  for (const std::string& login : person.logins) {
    shaped = shaped || login.ends_with("[bot]") || login.ends_with("-bot") || login.ends_with("_bot");
    look_at(login, login + "@users.noreply.github.com");
  }
  for (const std::string& address : person.addresses) {
    shaped = shaped || address.find("[bot]@") != std::string::npos;
    look_at(person.name, address);
  }
  if (shaped) return true;
  const Provenance provenance = detect(probe);
  return std::any_of(provenance.evidence.begin(), provenance.evidence.end(),
                     [](const ProvenanceEvidence& one) { return one.strength == MarkerStrength::Certain; });
}

std::optional<std::string> hand_in(const Person& person, const ChangeSet& changes,
                                   const std::vector<std::string>& actors) {
  for (const std::string& actor : actors) {
    if (is_named(person, actor)) return "named as an actor of this change";
  }
  for (const CommitRecord& commit : changes.commits) {
    if (is(person, commit.author_name, commit.author_email)) return "author of " + short_id(commit.id);
    if (is(person, commit.committer_name, commit.committer_email)) return "committer of " + short_id(commit.id);
    if (co_author(person, commit.message)) return "co-author of " + short_id(commit.id);
  }
  return std::nullopt;
}

}  // namespace redtag
