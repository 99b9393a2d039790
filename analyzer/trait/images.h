// Images of containers and machines: where they come from, and in which version.
#pragma once

#include "trait/trait.h"

namespace redtag {

/// Does an attribute name the same image from another registry, and in another version too? Then taking the version back alone names something
/// that the new registry may never have had.
[[nodiscard]] TraitResult moves_registry(const DeltaView& view, const Subject& subject);

}  // namespace redtag
