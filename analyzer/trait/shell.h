// Truths about scripts.
#pragma once

#include "trait/trait.h"

namespace redtag {

/// What a safeguard protects still destroys, empties or overwrites something after the change that is not harmless.
[[nodiscard]] TraitResult still_destroys(const DeltaView& view, const Subject& subject);

}  // namespace redtag
