// What makes copies of what carries a tag, and what carries it.
#pragma once

#include "trait/trait.h"

namespace redtag {

/// Something that makes copies of what it finds by tags found a resource before the change, stands as it stood, and does not find it any
/// more. The evidence is its place.
[[nodiscard]] TraitResult leaves_copies(const DeltaView& view, const Subject& subject);

}  // namespace redtag
