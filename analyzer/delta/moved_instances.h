// What moved blocks make of the instances of a resource, one by one.
#pragma once

#include <string_view>

#include "delta/delta.h"
#include "delta/directives.h"

namespace redtag {

/// Moved blocks carry instances of `was` to other keys, every instance that there was has one that it is now, and what they have at
/// `path` is the same: `name = each.key` before, `name = "web-${each.key}"` with shorter keys after. False where an instance's value is not known.
[[nodiscard]] bool kept_by_moved_instances(const Sides& sides, const MovedBlocks& moved, const Resource& was,
                                           const Resource& is, std::string_view path);

}  // namespace redtag
