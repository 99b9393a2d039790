// Truths about scripts.
#pragma once

#include "trait/trait.h"

namespace redtag {

/// What a safeguard protects still destroys, empties or overwrites something after the change that is not harmless.
[[nodiscard]] TraitResult still_destroys(const DeltaView& view, const Subject& subject);

/// What a safeguard protects still changes a database in place, and does not do away with it: it runs migrations.
[[nodiscard]] TraitResult still_migrates(const DeltaView& view, const Subject& subject);

/// In place of the copy that the operation made its procedure makes another, or the change brings one in anywhere.
[[nodiscard]] TraitResult copies_otherwise(const DeltaView& view, const Subject& subject);

}  // namespace redtag
