#include "run/accumulate.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "base/text.h"

namespace redtag {
namespace {

/// Of everything since then, only what this change touches too: the rest was judged when it came.
ChangeSet touched_files(ChangeSet since, const ChangeSet& changes) {
  std::set<Path> paths;
  for (const FileChange& file : changes.files) {
    if (file.is_context()) continue;
    if (file.before_path) paths.insert(*file.before_path);
    if (file.after_path) paths.insert(*file.after_path);
  }
  std::erase_if(since.files, [&](const FileChange& file) {
    const bool before = file.before_path && paths.count(*file.before_path) > 0;
    return !before && !(file.after_path && paths.count(*file.after_path) > 0);
  });
  for (std::uint32_t i = 0; i < since.files.size(); ++i) since.files[i].id = FileId{i};
  // Its words are those of the change: what earlier commits said was heard then.
  since.commits = changes.commits;
  since.messages = changes.messages;
  return since;
}

using Key = std::tuple<std::string, std::string, std::string>;

Key key_of(const Finding& finding) { return {finding.rule, finding.entity, finding.change}; }

bool no_less(const JudgedFinding& whole, const JudgedFinding& step) {
  return whole.verdict >= step.verdict && whole.finding.severity >= step.finding.severity &&
         whole.blast.score >= step.blast.score;
}

void take_whole(JudgedFinding& step, JudgedFinding whole, std::string_view called) {
  whole.reasons.push_back(
      fmt::format("judged with the steps since {}: from {} to {}, of which this change is the last from {}",
                  printable(called), shortened(whole.finding.before_text, 80), shortened(whole.finding.after_text, 80),
                  shortened(step.finding.before_text, 80)));
  // The place and what can be seen there are those of the change under review.
  whole.finding.region = step.finding.region;
  whole.finding.evidence = std::move(step.finding.evidence);
  step = std::move(whole);
}

/// The file of the change under review that shows the region, if the change touches its lines. Both ways end at the same head, so what
/// stands there has the same bytes in both.
const FileChange* touched_at(const ChangeSet& changes, const ChangeSet& since, const Region& region) {
  if (!region.valid() || region.side != Side::After) return nullptr;
  const auto& path = since.file(region.file).after_path;
  const auto file = std::find_if(changes.files.begin(), changes.files.end(), [&](const FileChange& one) {
    return !one.is_context() && one.after_path && one.after_path == path;
  });
  if (file == changes.files.end() || !file->after.readable()) return nullptr;
  const LineIndex index(file->after.text);
  const std::uint32_t last = region.bytes.end > region.bytes.begin ? region.bytes.end - 1 : region.bytes.begin;
  const LineRange lines{index.line_of(region.bytes.begin), index.line_of(last)};
  return LineMap(*file).touches(Side::After, lines) ? &*file : nullptr;
}

/// A step too small to be found alone is the last one of a way that is not.
void add_whole(Review& review, JudgedFinding whole, const FileChange& file, std::string_view called) {
  whole.reasons.push_back(fmt::format(
      "judged with the steps since {}: this change alone is too small a step to be found", printable(called)));
  whole.finding.region.file = file.id;
  // These speak of files by the numbers of the other comparison.
  whole.finding.evidence.clear();
  whole.finding.wish.reset();
  whole.finding.fixes.clear();
  review.findings.push_back(std::move(whole));
}

}  // namespace

Expected<void> accumulate(Review& review, ChangeSet since, SourceTree& start, std::string_view called,
                          const CheckSet& checks, const Policy& policy, const RunOptions& options) {
  RT_TRY(Review whole, run(touched_files(std::move(since), review.changes), start, checks, policy, options));
  std::map<Key, JudgedFinding*> by_key;
  for (JudgedFinding& judged : whole.findings) by_key.emplace(key_of(judged.finding), &judged);
  for (JudgedFinding& step : review.findings) {
    const auto found = by_key.find(key_of(step.finding));
    if (found == by_key.end() || found->second == nullptr) continue;
    JudgedFinding& earlier = *found->second;
    if (earlier.finding.fingerprint == step.finding.fingerprint || !no_less(earlier, step)) continue;
    take_whole(step, std::move(earlier), called);
    found->second = nullptr;  // one way, one finding
  }
  std::set<Key> told;
  for (const JudgedFinding& step : review.findings) told.insert(key_of(step.finding));
  for (JudgedFinding& earlier : whole.findings) {
    if (earlier.finding.rule.empty() || told.count(key_of(earlier.finding)) > 0)
      continue;  // taken above, or a namesake
    const FileChange* file = touched_at(review.changes, whole.changes, earlier.finding.region);
    if (file != nullptr) add_whole(review, std::move(earlier), *file, called);
  }
  std::vector<BlastRadius> parts;
  for (const JudgedFinding& judged : review.findings) parts.push_back(judged.blast);
  review.score = combine(parts);
  return {};
}

}  // namespace redtag
