// Scripts of the tree that have to do with a file that changed: that apply what it saves. They lie beside it, above it, or in the
// folders where scripts are kept; how many are looked at is bounded. (What scripts do with values that a file sets: run/flows.h.)
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "change/source_tree.h"

namespace redtag::shell {

/// Paths of command files near `path` whose text holds one of the words, and the other one, sorted. `path` itself is none of them.
[[nodiscard]] std::vector<Path> referring_files(std::string_view path, std::span<const std::string_view> words,
                                                std::string_view other, SourceTree& tree);

}  // namespace redtag::shell
