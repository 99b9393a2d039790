// Who still names what goes: files around it that write its name.
#pragma once

#include "trait/trait.h"

namespace redtag {

/// A group, or one of a set of groups, that goes is still written by its name (its display name, its key, or its logical id in front of `Id`) in
/// configuration beside it, above or one folder below, or in a file of the change as it stands then. Files are read as texts, with bounds;
/// the evidence is a sentence, and a place where the file is part of the change.
[[nodiscard]] TraitResult named_around(const DeltaView& view, const Subject& subject);

}  // namespace redtag
