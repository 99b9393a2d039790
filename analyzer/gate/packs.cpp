// The house's own checks and fact rows.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "gate/finding.h"
#include "gate/readers.h"

namespace redtag {
namespace {

bool below(std::string_view path, std::string_view directory) {
  while (directory.ends_with('/')) directory.remove_suffix(1);
  return path.size() > directory.size() && path.starts_with(directory) && path[directory.size()] == '/';
}

bool in_pack(std::string_view path, const Policy& policy) {
  return std::any_of(policy.packs.begin(), policy.packs.end(),
                     [&](const std::string& pack) { return below(path, pack); });
}

bool decides(std::string_view path) {
  return path.ends_with("/check.yaml") || path.ends_with("/pack.yaml") || path.ends_with(".tsv");
}

bool is_pack_file(std::string_view path, const Policy& policy) {
  return (in_pack(path, policy) && decides(path)) ||
         std::find(policy.facts.begin(), policy.facts.end(), path) != policy.facts.end();
}

/// Lines that say something, without blanks around them.
std::set<std::string, std::less<>> lines_of(std::string_view text) {
  std::set<std::string, std::less<>> lines;
  for (const std::string_view line : split(text, '\n')) {
    if (const std::string_view said = trim(line); !said.empty() && said.front() != '#') lines.emplace(said);
  }
  return lines;
}

}  // namespace

void read_pack_file(const FileChange& file, const Policy& policy, std::vector<Finding>& findings) {
  if (!file.before_path || !is_pack_file(*file.before_path, policy)) return;
  // A copy leaves the original where it was; a move inside of the packs does too.
  if (file.status == ChangeStatus::Copied) return;
  const bool stays = file.after_path && is_pack_file(*file.after_path, policy) && file.after.readable();
  const auto before = lines_of(text_on(file, Side::Before)), after = lines_of(text_on(file, Side::After));
  std::string gone;
  for (const std::string& line : before) {
    if (!stays || after.count(line) == 0) gone += line + "\n";
  }
  const bool rows = file.before_path->ends_with(".tsv");
  if (stays && gone.empty() && (rows || before == after)) return;  // more rows can only find more
  GateFinding made;
  made.rule = "redtag/weaken-pack";
  // A check that is edited may find more or less; one that goes, or a row that goes, finds less.
  made.severity = !stays || rows ? Severity::High : Severity::Medium;
  made.entity = *file.before_path;
  made.change = !stays ? "removed" : rows ? "rows removed" : "edited";
  made.says = fmt::format("{} {}", *file.before_path,
                          !stays ? "goes, and what it found passes"
                          : rows ? "loses rows"
                                 : "is edited, and may find less");
  made.because = "the target's policy names it as part of the house's checks";
  made.instead = "keep it until a check that fires on the same cases stands beside it";
  made.before_text = gone;
  made.after_text = file.after.blob;
  made.region = line_region(file, stays ? Side::After : Side::Before, 1);
  findings.push_back(finding_of(std::move(made)));
}

}  // namespace redtag
