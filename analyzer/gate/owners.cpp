// CODEOWNERS: paths that lose the people who must review them.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <set>

#include "base/hash.h"
#include "base/text.h"
#include "gate/finding.h"
#include "gate/readers.h"

namespace redtag {
namespace {

struct OwnerLine {
  std::string pattern;
  std::set<std::string> owners;
  std::uint32_t line = 1;
};

bool is_owners_path(std::string_view path) {
  constexpr auto places =
      std::to_array<std::string_view>({"CODEOWNERS", ".github/CODEOWNERS", ".gitlab/CODEOWNERS", "docs/CODEOWNERS"});
  return std::find(places.begin(), places.end(), path) != places.end();
}

/// Lines in order; sections of one host (`[Database]`) are passed over, their entries are not.
std::vector<OwnerLine> entries_of(std::string_view text) {
  std::vector<OwnerLine> entries;
  std::uint32_t number = 0;
  for (const std::string_view raw : split(text, '\n')) {
    ++number;
    std::string line(trim(raw.substr(0, raw.find(" #"))));
    std::replace(line.begin(), line.end(), '\t', ' ');
    if (line.empty() || line.front() == '#' || line.front() == '[' || line.front() == '^') continue;
    OwnerLine entry;
    entry.line = number;
    for (const std::string_view word : split(line, ' ')) {
      if (word.empty()) continue;
      if (entry.pattern.empty()) {
        entry.pattern = word;
      } else {
        entry.owners.emplace(word);
      }
    }
    entries.push_back(std::move(entry));
  }
  return entries;
}

std::string plain(std::string_view pattern) {
  while (pattern.starts_with('/')) pattern.remove_prefix(1);
  while (pattern.ends_with('*') || pattern.ends_with('/')) pattern.remove_suffix(1);
  return std::string(pattern);
}

/// Who owns what a pattern names: the last entry whose pattern is the same, or a prefix of it, as the hosts say.
const OwnerLine* owner_of(const std::vector<OwnerLine>& entries, std::string_view pattern) {
  const std::string wanted = plain(pattern);
  const OwnerLine* last = nullptr;
  for (const OwnerLine& entry : entries) {
    const std::string own = plain(entry.pattern);
    const bool covers = entry.pattern == pattern || own.empty() || own == wanted ||
                        (wanted.starts_with(own) && wanted.size() > own.size() && wanted[own.size()] == '/');
    // `*.sql` is a prefix of nothing and covers everything of that name only.
    if (covers && (entry.pattern == pattern || entry.pattern.find("*.") == std::string::npos)) last = &entry;
  }
  return last;
}

/// Does the pattern cover the gate itself?
bool covers_gate(std::string_view pattern) {
  const std::string own = plain(pattern);
  return own.empty() || own.starts_with(".redtag") || own.starts_with(".github") || own.starts_with(".gitlab") ||
         own == "CODEOWNERS";
}

/// Names and addresses of people stay where they are: a report holds a digest of them.
std::string digest(const std::set<std::string>& names) {
  if (names.empty()) return {};
  std::string all;
  for (const std::string& name : names) all += name + "\n";
  return sha256_hex(all);
}

/// What one path loses.
struct Loss {
  std::string pattern;
  std::string before, after;  ///< digests of the owners
  bool nobody = false;        ///< none is left
  Region region;
};

std::vector<Loss> losses_of(const FileChange& file, const std::vector<OwnerLine>& before,
                            const std::vector<OwnerLine>& after) {
  std::vector<Loss> losses;
  std::set<std::string> asked;
  std::vector<OwnerLine> patterns = before;
  patterns.insert(patterns.end(), after.begin(), after.end());
  for (const OwnerLine& entry : patterns) {
    if (!asked.insert(entry.pattern).second) continue;
    const OwnerLine* old_entry = owner_of(before, entry.pattern);
    const OwnerLine* new_entry = owner_of(after, entry.pattern);
    if (old_entry == nullptr) continue;
    const std::set<std::string> now = new_entry == nullptr ? std::set<std::string>() : new_entry->owners;
    if (std::includes(now.begin(), now.end(), old_entry->owners.begin(), old_entry->owners.end())) continue;
    losses.push_back({entry.pattern, digest(old_entry->owners), digest(now), now.empty(),
                      new_entry != nullptr ? line_region(file, Side::After, new_entry->line)
                                           : line_region(file, Side::Before, old_entry->line)});
  }
  return losses;
}

GateFinding finding_about(const Loss& loss) {
  GateFinding made;
  made.rule = "redtag/weaken-owners";
  // People come and go; what nobody owns any more nobody is asked about.
  made.severity = !loss.nobody ? Severity::Low : covers_gate(loss.pattern) ? Severity::High : Severity::Medium;
  made.entity = fmt::format("CODEOWNERS:{}", loss.pattern);
  made.change = loss.nobody ? "no owners" : "fewer owners";
  made.says = fmt::format("{} {}", loss.pattern, loss.nobody ? "has no owner any more" : "loses owners; others remain");
  made.because = "the last entry that covers a path decides, also if it names nobody";
  made.instead = "name who reviews these paths now";
  made.before_text = loss.before;
  made.after_text = loss.after;
  made.region = loss.region;
  return made;
}

}  // namespace

void read_owners(const FileChange& file, std::vector<Finding>& findings) {
  if (!file.before_path || !is_owners_path(*file.before_path) || !whole_text(file.before)) return;
  if (file.status == ChangeStatus::Copied || file.after.kind == ImageKind::Partial) return;
  const bool stays = file.after_path && is_owners_path(*file.after_path);
  const std::vector<OwnerLine> before = entries_of(text_on(file, Side::Before));
  const std::vector<OwnerLine> after = stays ? entries_of(text_on(file, Side::After)) : std::vector<OwnerLine>();
  std::optional<GateFinding> fewer;  // of all paths together: somebody leaves, and a dozen lines change
  std::size_t further = 0;
  for (const Loss& loss : losses_of(file, before, after)) {
    GateFinding made = finding_about(loss);
    if (loss.nobody) {
      findings.push_back(finding_of(std::move(made)));
    } else if (!fewer) {
      fewer = std::move(made);
    } else {
      ++further;
      fewer->before_text += loss.pattern + loss.before;
      fewer->after_text += loss.after;
    }
  }
  if (!fewer) return;
  if (further > 0) fewer->says += fmt::format(" (and {} path{} more)", further, further == 1 ? "" : "s");
  findings.push_back(finding_of(std::move(*fewer)));
}

}  // namespace redtag
