// Several patches, one after another, as the one change that they make together.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "change/change.h"

namespace redtag {

/// Folds the files of consecutive patches: a file that several of them change becomes one change from its first pre-image to its last
/// post-image, and one that ends as it began is left out. `parts` are the indexes at which a patch starts in `files`, the first is 0.
/// A later change that does not start from what the earlier one left (blob ids or lines differ) stays on its own.
[[nodiscard]] std::vector<FileChange> fold_series(std::vector<FileChange> files, const std::vector<std::size_t>& parts);

/// `first` and then `second`, which starts at the file that `first` led to. nullopt if what they show of it differs.
[[nodiscard]] std::optional<FileChange> compose(const FileChange& first, const FileChange& second);

}  // namespace redtag
