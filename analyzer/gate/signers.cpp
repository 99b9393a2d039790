// Who may clear: `.redtag/allowed_signers`, `.redtag/people.yaml`, `.redtag/revoked`.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "base/hash.h"
#include "base/text.h"
#include "document/document.h"
#include "gate/finding.h"
#include "gate/readers.h"

namespace redtag {
namespace {

using document::Node;

constexpr std::string_view signers_path = ".redtag/allowed_signers";
constexpr std::string_view people_path = ".redtag/people.yaml";
constexpr std::string_view revoked_path = ".redtag/revoked";

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
  made.change = side == Side::After ? "extended" : "revocation removed";
  made.says = fmt::format("{}: {}", path, what);
  made.because = fmt::format("{} line{} of it {} new on this side", lines.size(), lines.size() == 1 ? "" : "s",
                             lines.size() == 1 ? "is" : "are");
  made.instead = "let somebody who is listed already confirm the person and the key by another way";
  // Names, addresses and keys stay where they are: a report holds a digest of them.
  (side == Side::After ? made.after_text : made.before_text) = sha256_hex(all);
  made.region = line_region(file, side, first->line);
  findings.push_back(finding_of(std::move(made)));
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
  }
  if (stands(file, revoked_path) && is_at(file, Side::Before, revoked_path)) {
    const auto gone = only_in(lines_of(text_at(file, Side::Before, revoked_path)),
                              lines_of(text_at(file, Side::After, revoked_path)));
    say(file, revoked_path, Side::Before, gone, "a revocation goes, and what was revoked counts again", Severity::High,
        findings);
  }
}

}  // namespace redtag
