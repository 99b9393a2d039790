#include "change/source_tree.h"

#include <set>

namespace redtag {

namespace {

std::string as_prefix(std::string_view directory) {
  std::string prefix(directory);
  if (!prefix.empty() && prefix.back() != '/') prefix += '/';
  return prefix;
}

/// Adds the entry that `path` makes in the directory `prefix`, if it lies below it.
void add_entry(std::set<TreeEntry>& entries, std::string_view prefix, std::string_view path, std::uint32_t mode) {
  if (path.size() <= prefix.size() || path.substr(0, prefix.size()) != prefix) return;
  const std::string_view rest = path.substr(prefix.size());
  const auto slash = rest.find('/');
  if (slash == std::string_view::npos) {
    entries.insert({std::string(rest), false, mode});
  } else {
    entries.insert({std::string(rest.substr(0, slash)), true, 040000});
  }
}

}  // namespace

std::optional<std::string> MemoryTree::read(std::string_view path) {
  const auto found = files_.find(std::string(path));
  return found == files_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<TreeEntry> MemoryTree::list(std::string_view directory) {
  std::set<TreeEntry> entries;
  const std::string prefix = as_prefix(directory);
  for (auto at = files_.lower_bound(prefix); at != files_.end() && at->first.starts_with(prefix); ++at) {
    add_entry(entries, prefix, at->first, 0100644);
  }
  return {entries.begin(), entries.end()};
}

ChangedTree::ChangedTree(SourceTree& under, const ChangeSet& changes, Side side)
    : under_(under), changes_(changes), side_(side) {
  for (std::size_t i = 0; i < changes.files.size(); ++i) {
    const FileChange& file = changes.files[i];
    if (file.is_context()) continue;
    if (const auto& path = file.path(side); path) present_.emplace(*path, i);
    if (side == Side::After && file.before_path && file.status != ChangeStatus::Copied)
      gone_.emplace(*file.before_path, true);
  }
}

std::optional<std::string> ChangedTree::read(std::string_view path) {
  if (const auto found = present_.find(path); found != present_.end()) {
    const Image& image = changes_.files[found->second].image(side_);
    return image.readable() ? std::optional(image.text) : std::nullopt;
  }
  if (gone_.find(path) != gone_.end()) return std::nullopt;
  return under_.read(path);
}

std::vector<TreeEntry> ChangedTree::list(std::string_view directory) {
  const std::string prefix = as_prefix(directory);
  std::set<TreeEntry> entries;
  for (TreeEntry& entry : under_.list(directory)) {
    if (!entry.directory && gone_.find(prefix + entry.name) != gone_.end()) continue;
    if (!entry.directory && present_.find(prefix + entry.name) != present_.end()) continue;
    entries.insert(std::move(entry));
  }
  for (auto at = present_.lower_bound(prefix); at != present_.end() && at->first.starts_with(prefix); ++at) {
    add_entry(entries, prefix, at->first, changes_.files[at->second].image(side_).mode);
  }
  return {entries.begin(), entries.end()};
}

}  // namespace redtag
