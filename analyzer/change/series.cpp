#include "change/series.h"

#include <algorithm>
#include <map>
#include <optional>

namespace redtag {

namespace {

bool same_blob(const std::string& a, const std::string& b) {
  return a.starts_with(b.substr(0, a.size())) || b.starts_with(a.substr(0, b.size()));
}

/// True if each hunk stands where those above it have moved it. A combined diff leaves hunks out, and hand-made ones may lie.
bool adds_up(const FileChange& change) {
  std::int64_t shift = 0;
  return std::all_of(change.hunks.begin(), change.hunks.end(), [&](const Hunk& hunk) {
    const bool placed = static_cast<std::int64_t>(hunk.before_first) + shift == hunk.after_first;
    shift += static_cast<std::int64_t>(hunk.after_count) - hunk.before_count;
    return placed;
  });
}

/// Files as they stand between two patches.
class Series {
 public:
  void add_part(std::vector<FileChange> part);
  std::vector<FileChange> finish();

 private:
  [[nodiscard]] std::optional<std::size_t> origin_of(const FileChange& change) const;
  void place(FileChange change, std::optional<std::size_t> origin);
  void join_deleted_and_added();

  std::vector<std::optional<FileChange>> files_;
  std::map<Path, std::size_t, std::less<>> present_;  // path after the patches so far → file
  std::map<Path, std::size_t, std::less<>> deleted_;
};

/// The earlier change that this one goes on from.
std::optional<std::size_t> Series::origin_of(const FileChange& change) const {
  const auto& table = change.before_path ? present_ : deleted_;
  const auto found = table.find(change.before_path ? *change.before_path : *change.after_path);
  if (found == table.end()) return std::nullopt;
  const FileChange& earlier = *files_[found->second];
  const bool chained =
      adds_up(earlier) && adds_up(change) && (!change.before_path || same_blob(earlier.after.blob, change.before.blob));
  return chained ? std::optional(found->second) : std::nullopt;
}

void Series::place(FileChange change, std::optional<std::size_t> origin) {
  const bool copy = change.status == ChangeStatus::Copied;
  std::optional<FileChange> both;
  if (origin) both = compose(*files_[*origin], change);
  if (!both) origin.reset();
  if (both) change = std::move(*both);
  if (origin && copy && change.before_path) change.status = ChangeStatus::Copied;
  const bool in_place = origin && !copy;
  const std::size_t at = in_place ? *origin : files_.size();
  if (!in_place) files_.emplace_back();
  if (change.after_path) {
    present_.insert_or_assign(*change.after_path, at);
  } else if (change.before_path) {
    deleted_.insert_or_assign(*change.before_path, at);
  }
  files_[at] = std::move(change);
}

/// The changes of one patch happen at once: where each goes on from is looked up before any of them is placed.
void Series::add_part(std::vector<FileChange> part) {
  std::vector<std::optional<std::size_t>> origins;
  for (const FileChange& change : part) origins.push_back(origin_of(change));
  for (std::size_t i = 0; i < part.size(); ++i) {
    if (part[i].status == ChangeStatus::Copied) continue;
    if (part[i].before_path) present_.erase(*part[i].before_path);
    if (!part[i].before_path && origins[i]) deleted_.erase(*part[i].after_path);
  }
  // Copies first: they go on from what their source was before this patch.
  for (const bool copies : {true, false}) {
    for (std::size_t i = 0; i < part.size(); ++i) {
      if ((part[i].status == ChangeStatus::Copied) == copies) place(std::move(part[i]), origins[i]);
    }
  }
}

/// True if nothing is left of a change that was taken back.
bool without_effect(const FileChange& change) {
  if (!change.before_path && !change.after_path) return true;
  if (change.status != ChangeStatus::Modified || change.before.mode != change.after.mode || !change.hunks.empty())
    return false;
  if (change.before.kind != change.after.kind) return false;
  if (change.before.readable()) return change.before.text == change.after.text;
  return !change.before.blob.empty() && same_blob(change.before.blob, change.after.blob);
}

/// A file that was moved away, replaced by another and then deleted under its new name has left two changes of one path.
void Series::join_deleted_and_added() {
  for (const auto& [path, at] : present_) {
    const auto gone = deleted_.find(path);
    if (gone == deleted_.end() || files_[at]->before_path || files_[gone->second]->after_path) continue;
    std::optional<FileChange> both = compose(*files_[gone->second], *files_[at]);
    if (!both) continue;
    files_[at] = std::move(both);
    files_[gone->second].reset();
  }
}

std::vector<FileChange> Series::finish() {
  join_deleted_and_added();
  std::vector<FileChange> files;
  for (std::optional<FileChange>& file : files_) {
    if (file && !without_effect(*file)) files.push_back(std::move(*file));
  }
  return files;
}

}  // namespace

std::vector<FileChange> fold_series(std::vector<FileChange> files, const std::vector<std::size_t>& parts) {
  if (parts.size() < 2) return files;
  Series series;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto begin = files.begin() + static_cast<std::ptrdiff_t>(parts[i]);
    const auto end = i + 1 < parts.size() ? files.begin() + static_cast<std::ptrdiff_t>(parts[i + 1]) : files.end();
    series.add_part({std::make_move_iterator(begin), std::make_move_iterator(end)});
  }
  return series.finish();
}

}  // namespace redtag
