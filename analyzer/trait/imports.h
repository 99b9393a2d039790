// Which other templates take what a template puts out.
#pragma once

#include "trait/trait.h"

namespace redtag {

/// An output that was exported before the change is imported by its name (`Fn::ImportValue`) in a template of the tree, as that stands after
/// the change, and nothing of the change exports that name any more, or the same thing under it. Of a name that begins with the stack's, the
/// rest counts, unless another template exports such a name too. Templates are read as texts, with bounds: in the folder, above it, and in the folders beside and below it.
[[nodiscard]] TraitResult still_imported(const DeltaView& view, const Subject& subject);

}  // namespace redtag
