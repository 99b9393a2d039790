// Traits of declared objects: what their platform does when the declaration goes or changes.
#pragma once

#include "trait/trait.h"

namespace redtag {

/// The platform was told, before the change, to leave the thing alone when its declaration goes (fact rows `keeps`).
[[nodiscard]] TraitResult is_kept(const DeltaView& view, const Subject& subject);

/// All that an entry names is taken away in this change as well, and reported where it stood.
[[nodiscard]] TraitResult content_goes(const DeltaView& view, const Subject& subject);

/// Its tool deletes and creates it at each roll-out: a hook, or an object that is told to be replaced.
[[nodiscard]] TraitResult runs_anew(const DeltaView& view, const Subject& subject);

/// What is added has the identity of something that stood in the same place before and still stands: the platform knows only one.
[[nodiscard]] TraitResult is_name_taken(const DeltaView& view, const Subject& subject);

/// A kustomization named the namespace of all that it lists, and now each object does so itself: nothing is where it was not.
[[nodiscard]] TraitResult names_space_itself(const DeltaView& view, const Subject& subject);

/// An object moves out of the directory from which it is applied.
[[nodiscard]] TraitResult leaves_path(const DeltaView& view, const Subject& subject);

}  // namespace redtag
