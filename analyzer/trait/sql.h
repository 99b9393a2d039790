// Truths about statements of one procedure that only their order shows.
#pragma once

#include "trait/trait.h"

namespace redtag {

/// Whether one migration of this change makes, before another one runs, what that one aims at. Within one procedure the front
/// end has said so already (Operation::harmless_target), and a table that may have stood there before is not made.
[[nodiscard]] bool migrates_before(const Model& model, const Operation& creation, const Operation& operation);

/// The dropped table was copied whole into a table that takes its place: it gets the name, or already got it.
[[nodiscard]] TraitResult rebuilds_table(const DeltaView& view, const Subject& subject);

/// All rows of the dropped table, or the values of the dropped column, were copied elsewhere earlier in the same procedure, and
/// the copy still stands at its end.
[[nodiscard]] TraitResult copied_before(const DeltaView& view, const Subject& subject);

/// The dropped table has a successor, and every copy into it leaves rows out: a filter, or collisions that are ignored.
[[nodiscard]] TraitResult copied_in_part(const DeltaView& view, const Subject& subject);

/// One of the procedure's operations loses or renames what a way back would have to restore.
[[nodiscard]] TraitResult needs_reverse(const DeltaView& view, const Subject& subject);

/// The subject stands in a migration on the way up that was there on the base side already; or it is one that goes, and what it
/// does is done by none that the change adds or edits. Several that give way to one in the same folder are squashed, not lost.
[[nodiscard]] TraitResult edits_history(const DeltaView& view, const Subject& subject);

}  // namespace redtag
