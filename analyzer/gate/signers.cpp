// Who may clear: `.redtag/allowed_signers`, `.redtag/people.yaml`, `.redtag/revoked`.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "base/hash.h"
#include "base/text.h"
#include "clearance/people.h"
#include "document/document.h"
#include "gate/finding.h"
#include "gate/readers.h"

namespace redtag {
namespace {

using document::Node;

constexpr std::string_view signers_path = allowed_signers_file;
constexpr std::string_view people_path = people_file;
constexpr std::string_view revoked_path = revoked_file;

/// A line that says something, with the number where it stands.
struct Said {
  std::string text;
  std::uint32_t line = 1;
  bool operator<(const Said& other) const { return text < other.text; }
};

std::set<Said> lines_of(std::string_view text) {
  std::set<Said> lines;
  std::uint32_t number = 0;
  for (const std::string_view raw : split(text, '\n')) {
    ++number;
    std::string folded;
    for (const std::string_view word : split(trim(raw), ' ')) {
      if (!word.empty()) folded += (folded.empty() ? "" : " ") + std::string(word);
    }
    if (!folded.empty() && folded.front() != '#') lines.insert({folded, number});
  }
  return lines;
}

/// Every scalar with the way to it, so that order and layout do not count.
std::set<Said> leaves_of(std::string_view text) {
  std::set<Said> leaves;
  const auto root = document::parse_yaml(text, people_path);
  if (!root) return lines_of(text);
  std::vector<std::pair<std::string, const Node*>> open{{"", &*root}};
  while (!open.empty()) {
    const auto [path, node] = open.back();
    open.pop_back();
    for (const document::Member& member : node->members) open.emplace_back(path + "/" + member.key, &member.value);
    // A person's place in a list means nothing; who stands there does.
    for (const Node& item : node->items) {
      const Node* name = item.find("name");
      open.emplace_back(path + "/" + (name != nullptr ? name->text : std::string("-")), &item);
    }
    if (node->scalar()) leaves.insert({path + " = " + node->text, node->line});
  }
  return leaves;
}

std::set<Said> only_in(const std::set<Said>& some, const std::set<Said>& others) {
  std::set<Said> rest;
  std::set_difference(some.begin(), some.end(), others.begin(), others.end(), std::inserter(rest, rest.begin()));
  return rest;
}

/// True if the revocations were no text, and are not the same bytes any more.
bool changes_opaque_list(const FileChange& file) {
  constexpr std::string_view magic = "SSHKRL";
  const bool opaque = !whole_text(file.before) || file.before.text.starts_with(magic);
  const bool same = is_at(file, Side::After, revoked_path) && file.before.kind == file.after.kind &&
                    !file.before.blob.empty() && file.before.blob == file.after.blob;
  return opaque && !same && file.status != ChangeStatus::Copied;
}

/// One finding for all lines of a file: the reviewer reads them together.
void say(const FileChange& file, std::string_view path, Side side, const std::set<Said>& lines, std::string_view what,
         Severity severity, std::vector<Finding>& findings) {
  if (lines.empty()) return;
  const auto first =
      std::min_element(lines.begin(), lines.end(), [](const Said& a, const Said& b) { return a.line < b.line; });
  std::string all;
  for (const Said& line : lines) all += line.text + "\n";
  GateFinding made;
  made.rule = "redtag/change-signers";
  made.severity = severity;
  made.entity = path;
  made.change = side == Side::After ? "extended" : path == revoked_path ? "revocation removed" : "weakened";
  made.says = fmt::format("{}: {}", path, what);
  made.because = fmt::format("{} entr{} of it {} on this side only", lines.size(), lines.size() == 1 ? "y" : "ies",
                             lines.size() == 1 ? "stands" : "stand");
  made.instead = "let somebody who is listed already confirm the person and the key by another way";
  // Names, addresses and keys stay where they are: a report holds a digest of them.
  (side == Side::After ? made.after_text : made.before_text) = sha256_hex(all);
  made.region = line_region(file, side, first->line);
  findings.push_back(finding_of(std::move(made)));
}

/// What a person of the list had and has no more, so that a commit, a machine or a key of theirs is no longer known as theirs. Each
/// entry names a kind and a digest, never the text itself.
class Losses {
 public:
  Losses(const std::vector<Person>& before, const std::vector<Person>& after) : after_(after) {
    for (const Person& person : before) compare(person);
  }
  [[nodiscard]] const std::set<Said>& said() const { return said_; }

 private:
  static bool has(const std::vector<std::string>& texts, const std::string& text) {
    return std::find(texts.begin(), texts.end(), text) != texts.end();
  }

  void lost(std::string_view kind, std::string_view text) {
    said_.insert({fmt::format("{} {}", kind, sha256_hex(text)), 1});
  }

  /// Whoever has one of the keys now, else whoever has the name.
  [[nodiscard]] std::vector<const Person*> now(const Person& before) const {
    std::vector<const Person*> found;
    for (const Person& person : after_) {
      const bool key = std::any_of(before.keys.begin(), before.keys.end(),
                                   [&](const std::string& one) { return has(person.keys, one); });
      if (key || lower_ascii(person.name) == lower_ascii(before.name)) found.push_back(&person);
    }
    return found;
  }

  void compare(const Person& before) {
    const std::vector<const Person*> found = now(before);
    if (found.empty()) return;  // nobody's key clears anything
    if (found.size() > 1) lost("one person became several:", before.name);
    for (const Person* person : found) {
      if (lower_ascii(person->name) != lower_ascii(before.name)) lost("name", before.name);
      if (before.kind == PersonKind::Bot && person->kind != PersonKind::Bot) lost("bot", before.name);
      for (const std::string& address : before.addresses) {
        if (!has(person->addresses, address)) lost("address", address);
      }
      for (const std::string& login : before.logins) {
        if (!has(person->logins, login)) lost("login", login);
      }
    }
  }

  const std::vector<Person>& after_;
  std::set<Said> said_;
};

/// A list that goes leaves a target where anybody may be the first to name reviewers.
void read_loss(const FileChange& file, std::string_view path, std::vector<Finding>& findings) {
  if (!is_at(file, Side::Before, path) || file.status == ChangeStatus::Copied) return;
  if (!is_at(file, Side::After, path)) {
    say(file, path, Side::Before, {{"all of it", 1}},
        "the list goes, and whoever comes next may name the first reviewers", Severity::High, findings);
    return;
  }
  if (path != people_path) return;
  const auto before = read_people(text_on(file, Side::Before), people_path);
  const auto after = read_people(text_on(file, Side::After), people_path);
  if (!before || !after) return;  // a list that cannot be read clears nothing and ends in status 2
  say(file, path, Side::Before, Losses(*before, *after).said(),
      "what says that a key, a commit or a machine is somebody's goes: their own changes and machines could pass for "
      "another's",
      Severity::High, findings);
}

bool stands(const FileChange& file, std::string_view path) {
  return is_at(file, Side::Before, path) || is_at(file, Side::After, path);
}

std::string_view text_at(const FileChange& file, Side side, std::string_view path) {
  return is_at(file, side, path) ? text_on(file, side) : std::string_view();
}

}  // namespace

void read_signer_file(const FileChange& file, std::vector<Finding>& findings) {
  if (stands(file, signers_path) || stands(file, people_path)) {
    const std::string_view path = stands(file, signers_path) ? signers_path : people_path;
    const auto read = path == signers_path ? &lines_of : &leaves_of;
    const bool first = !is_at(file, Side::Before, path);
    const auto added = only_in(read(text_at(file, Side::After, path)), read(text_at(file, Side::Before, path)));
    // With none before, nobody could clear anything: somebody has to be the first.
    say(file, path, Side::After, added,
        first ? "the first reviewers are named" : "who may clear findings, or what is known of them, is extended",
        first ? Severity::Medium : Severity::High, findings);
    read_loss(file, path, findings);
  }
  if (stands(file, revoked_path) && is_at(file, Side::Before, revoked_path)) {
    auto gone = only_in(lines_of(text_at(file, Side::Before, revoked_path)),
                        lines_of(text_at(file, Side::After, revoked_path)));
    // OpenSSH's own lists hold serials and ranges: what another one revokes cannot be told from its bytes.
    if (changes_opaque_list(file)) gone.insert({"a list of OpenSSH's " + file.before.blob, 1});
    say(file, revoked_path, Side::Before, gone, "a revocation goes, and what was revoked counts again", Severity::High,
        findings);
  }
}

}  // namespace redtag
