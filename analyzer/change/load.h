// Front doors of ingestion.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "change/change.h"
#include "change/source_tree.h"

namespace redtag {

enum class Images : std::uint8_t {
  AsProven,  ///< whole only where added, deleted, or proven by the `index` line's blob id
  Whole,     ///< the caller says that every hunk shows its whole file
};

/// Reads patch text as git, diff -u, Mercurial and mail write it. Hunks are driven by their counts. `name` is for messages.
/// Several patches in one text (an mbox, a log) are folded into the change that they make together.
/// An empty text is an error, as is text without any patch in it, or one that ends in the middle of a hunk.
[[nodiscard]] Expected<ChangeSet> read_patch(std::string_view text, std::string_view name, Images images);

/// Rebuilds both images of a patch's files from the tree that it applies to. A hunk that does not apply leaves its file with
/// partial images and adds its path to `unapplied`. So does an added file that the tree has, and a deleted one that it has not.
[[nodiscard]] Expected<void> complete_images(ChangeSet& changes, SourceTree& base, std::vector<Path>& unapplied);

}  // namespace redtag
