// `fileset`: the names of files in the tree, which decide how many of something there are.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "change/source_tree.h"

namespace redtag::terraform {

/// Names below `directory`, relative to it and sorted, that the pattern matches (`*`, `?`, `{a,b}` within a step, `**` for any number of
/// steps). nullopt for a pattern that is not understood, or where there is more to look at than a limit allows.
[[nodiscard]] std::optional<std::vector<std::string>> files_matching(SourceTree& tree, std::string_view directory,
                                                                     std::string_view pattern);

}  // namespace redtag::terraform
