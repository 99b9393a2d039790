// Many files of a tree, lowered and linked on their own: for the reference graph, which looks far beyond the change.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "change/source_tree.h"
#include "run/lowered_cache.h"
#include "run/run.h"

namespace redtag {

/// Files of a tree in one model, as its front ends link them. Regions name `files` by index, on the side that was asked for.
struct TreeModel {
  std::vector<Path> files;
  std::vector<std::string> texts;  ///< of `files`
  Model model;
  std::vector<std::string>
      unfinished;  ///< files whose analysis the clock had to end: what is said of them is less than there is
};

/// Paths below `tops`, nearest first: what lies in and below each, then around it, up to the top of the tree. Deterministic; stops at
/// `most` directories and says so.
struct TreeWalk {
  std::vector<Path> files;
  bool complete = true;
};
[[nodiscard]] TreeWalk walk_tree(SourceTree& tree, const std::vector<std::string>& tops,
                                 std::size_t most = limits::graph_directories);

/// What one level of a walk has.
struct TreeLevel {
  std::vector<Path> files;
  std::vector<Path> links;  ///< symbolic ones; the walk follows none
};

/// The same walk, level by level, for who may have seen enough before its end: `take` gets what each level has and says whether
/// to go on. True if all directories were seen, or `take` wanted no more.
bool walk_tree(SourceTree& tree, const std::vector<std::string>& tops, std::size_t most,
               const std::function<bool(TreeLevel)>& take);

/// What a search of texts may read and find, and what it has read.
struct TextSearch {
  std::size_t most_bytes;
  std::size_t most_found;
  std::size_t bytes = 0;
  [[nodiscard]] bool is_over(const std::vector<Path>& found) const {
    return bytes > most_bytes || found.size() > most_found;
  }
};

/// Adds those of `paths` to `found` whose text `speaks`; files that cannot be read are passed over. They are brought some at a time, and
/// behind each such portion the budget is asked: false where it is spent.
bool find_speaking(SourceTree& tree, const std::vector<Path>& paths,
                   const std::function<bool(std::string_view)>& speaks, TextSearch& search, std::vector<Path>& found);

/// Lowers files of `tree` in children and links those of each stack together. Files of no known stack, and those that cannot be read,
/// are left out; one that does not parse has what could be read of it.
[[nodiscard]] Expected<TreeModel> lower_tree(SourceTree& tree, Side side, const std::vector<Path>& files,
                                             const FactTables& facts, const RunOptions& options, LoweredCache& cache);

}  // namespace redtag
