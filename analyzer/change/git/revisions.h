// What a caller's revisions mean, and what to do about those that are not there.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/expected.h"
#include "change/git/object_reader.h"
#include "change/git/sealed_directory.h"

namespace redtag {

/// A revision as ids. `commit` is empty for a bare tree.
struct Revision {
  std::string commit;
  std::string tree;
};

/// `A..B` or `A...B`; an empty side is HEAD.
struct RevisionRange {
  std::string before;
  std::string after;
  bool from_merge_base = false;
};

[[nodiscard]] Expected<RevisionRange> parse_range(std::string_view range);

/// The id of the tree without entries.
[[nodiscard]] std::string empty_tree(const SealedDirectory& sealed);

/// All names at once. `--root` is the empty tree; so is HEAD in a repository without commits.
[[nodiscard]] Expected<std::vector<Revision>> resolve(const std::vector<std::string>& names, ObjectReader& objects,
                                                      const SealedDirectory& sealed);

/// The first of the best common ancestors. Error if there is none, with the way to get it in a shallow copy.
[[nodiscard]] Expected<std::string> merge_base(const Revision& before, const Revision& after,
                                               const SealedDirectory& sealed);

}  // namespace redtag
