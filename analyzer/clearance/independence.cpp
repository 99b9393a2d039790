// Whether somebody may judge a change: not if they had a hand in it, and not if they are a machine.
#include <fmt/format.h>

#include <algorithm>
#include <array>

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

/// What a trailer says of who is named in it; empty for one that says nothing of a hand in the change (`Reviewed-by`).
std::string_view hand_of(std::string_view trailer) {
  struct Hand {
    std::string_view trailer, hand;
  };
  constexpr auto hands = std::to_array<Hand>({{"assisted-by", "assisted with"},
                                              {"authored-by", "author of"},
                                              {"co-author", "co-author of"},
                                              {"co-authored-by", "co-author of"},
                                              {"co-authors", "co-author of"},
                                              {"co-developed-by", "co-author of"},
                                              {"directed-by", "asked for"},
                                              {"on-behalf-of", "asked for"},
                                              {"original-author", "author of"},
                                              {"original-patch-by", "author of"},
                                              {"pair-programmed-with", "co-author of"},
                                              {"prompted-by", "asked for"},
                                              {"requested-by", "asked for"},
                                              {"signed-off-by", "signed off"},
                                              {"written-by", "author of"}});
  const std::string lower = lower_ascii(trim(trailer));
  const auto at = std::find_if(hands.begin(), hands.end(), [&](const Hand& one) { return one.trailer == lower; });
  return at == hands.end() ? std::string_view() : at->hand;
}

/// True if one of the persons in a trailer's value is this one: `Ada <ada@x.org>, sam and @sue`.
bool names(const Person& person, std::string_view value) {
  std::string separated = std::string(value);
  for (const std::string_view word : {" and ", " & ", ";", ">"}) {
    for (auto at = separated.find(word); at != std::string::npos; at = separated.find(word, at + 1)) {
      separated.replace(at, word.size(), word == ">" ? ">," : ",");
    }
  }
  std::vector<std::string_view> parts = split(separated, ',');
  parts.push_back(value);  // `Lovelace, Ada` is one name
  return std::any_of(parts.begin(), parts.end(), [&](std::string_view part) {
    part = trim(part);
    if (part.starts_with('@')) part.remove_prefix(1);
    const std::size_t open = part.find('<');
    const std::string_view name = trim(part.substr(0, open));
    return is_named(person, part) || (name.starts_with('@') && is_named(person, name.substr(1)));
  });
}

/// The hand that a message gives a person. A line in a trailer's form counts wherever it stands, because it can only refuse more.
std::string_view hand_in_message(const Person& person, std::string_view message) {
  for (const std::string_view line : split(message, '\n')) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const std::string_view hand = hand_of(line.substr(0, colon));
    if (!hand.empty() && names(person, line.substr(colon + 1))) return hand;
  }
  return {};
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
    if (const std::string_view hand = hand_in_message(person, commit.message); !hand.empty())
      return fmt::format("{} {}", hand, short_id(commit.id));
  }
  return std::nullopt;
}

}  // namespace redtag
