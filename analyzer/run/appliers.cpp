#include "run/appliers.h"

#include <algorithm>
#include <array>

#include "base/path.h"
#include "base/text.h"

namespace redtag {

namespace {

constexpr std::size_t searched_bytes = std::size_t{8} << 20;
constexpr std::size_t most_directories = 3'000;
constexpr std::size_t most_files = 200;

bool is_yaml(std::string_view path) { return path.ends_with(".yaml") || path.ends_with(".yml"); }

/// The text may declare what applies a directory.
bool may_apply_something(std::string_view text) {
  static constexpr std::array groups =
      std::to_array<std::string_view>({"argoproj.io/", "kustomize.toolkit.fluxcd.io/"});
  return std::any_of(groups.begin(), groups.end(),
                     [&](std::string_view group) { return text.find(group) != std::string_view::npos; }) &&
         text.find("path:") != std::string_view::npos;
}

bool lies_in(std::string_view path, std::string_view directory) {
  return directory.empty() || path == directory ||
         (path.size() > directory.size() && path.starts_with(directory) && path[directory.size()] == '/');
}

bool has_kustomization(SourceTree& tree, const std::string& directory) {
  const std::vector<TreeEntry> entries = tree.list(directory);
  return std::any_of(entries.begin(), entries.end(), [](const TreeEntry& entry) {
    return entry.name == "kustomization.yaml" || entry.name == "kustomization.yml" || entry.name == "Kustomization";
  });
}

/// A list of files decides about what lies in `directory` itself or between it and `top`.
bool is_listed_on_the_way(std::string directory, std::string_view top, SourceTree& tree) {
  for (;;) {
    if (has_kustomization(tree, directory)) return true;
    if (directory == top || directory.empty()) return false;
    directory = directory_of(directory);
  }
}

/// The words in which a reference says what is done with its directory.
void add(const Resource& object, const Reference& reference, Appliers& found) {
  if (!reference.target.starts_with("file:")) return;
  const std::string_view how = reference.through;
  const bool prunes = how.starts_with("prunes");
  if (!prunes && !how.starts_with("applies")) return;
  found.all.push_back({reference.target.substr(5), how.ends_with(" below"), prunes, object.address});
}

}  // namespace

Expected<Appliers> find_appliers(SourceTree& tree, Side side, const FactTables& facts, const RunOptions& options,
                                 LoweredCache& cache) {
  Appliers found;
  std::vector<Path> speaking;
  TextSearch search{searched_bytes, most_files};
  const bool whole = walk_tree(tree, {std::string()}, most_directories, [&](const TreeLevel& level) {
    std::vector<Path> wanted;
    std::copy_if(level.files.begin(), level.files.end(), std::back_inserter(wanted), is_yaml);
    return find_speaking(tree, wanted, may_apply_something, search, speaking);
  });
  found.complete = whole && !search.is_over(speaking);
  if (!found.complete || speaking.empty()) return found;
  RT_TRY(const TreeModel model, lower_tree(tree, side, speaking, facts, options, cache));
  for (const Resource& object : model.model.resources) {
    // A generator looks for directories by itself.
    if (object.type.ends_with("/ApplicationSet")) found.complete = false;
    for (const Reference& reference : object.references) add(object, reference, found);
  }
  if (!model.unfinished.empty()) found.complete = false;
  return found;
}

const Applied* pruner_of(const Appliers& appliers, const std::string& path, SourceTree& tree) {
  const std::string directory = directory_of(path);
  for (const Applied& each : appliers.all) {
    if (!each.prunes || (each.below ? !lies_in(directory, each.directory) : directory != each.directory)) continue;
    if (!is_listed_on_the_way(directory, each.directory, tree)) return &each;
  }
  return nullptr;
}

bool may_apply(const Appliers& appliers, const std::string& path, SourceTree& tree) {
  const std::string directory = directory_of(path);
  return has_kustomization(tree, directory) ||
         std::any_of(appliers.all.begin(), appliers.all.end(), [&](const Applied& each) {
           return each.below ? lies_in(directory, each.directory) : directory == each.directory;
         });
}

}  // namespace redtag
