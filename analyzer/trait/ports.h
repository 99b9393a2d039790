// Rules of lists without memory, by the ports that they let through.
#pragma once

#include "trait/trait.h"

namespace redtag {

/// Every port that the rules of the subject's resource let through is still let through by rules of the same list, for the same networks and
/// in the same direction. No where the resource has no such rules.
[[nodiscard]] TraitResult ports_stay_open(const DeltaView& view, const Resource& resource);

}  // namespace redtag
