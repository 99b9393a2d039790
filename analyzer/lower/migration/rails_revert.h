// `revert CreateOrders`: what another migration did is taken back, and what came into its tables goes with them.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "lower/frontend.h"

namespace redtag::migration {

/// How a step that reverts another migration is written down until that one is at hand: `revert CreateOrders`.
inline constexpr std::string_view reverts = "revert ";

/// The migrations that changed ones revert: files of the same folder that are called as Rails calls them after their class.
[[nodiscard]] std::vector<Path> wants_reverted(std::span<const LoweredFile> files, SourceTree& tree);
/// What a reverted migration made is dropped where it is reverted.
void link_reverted(std::span<LoweredFile> files);

}  // namespace redtag::migration
