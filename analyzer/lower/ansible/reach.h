// Which machines a play reaches, and what it does to them: with its own tasks, with those of its roles, and with the handlers that they call.
#pragma once

#include <set>
#include <span>

#include "change/source_tree.h"
#include "lower/frontend.h"

namespace redtag::ansible {

/// A task that starts a service anew, as a note for `link_reach`.
void note_restart(std::string_view unit, Region place, const SourceFileView& file, Model& model);

/// Inventories beside changed plays, and handlers of the roles that they name; bounded.
void want_reach(std::span<const LoweredFile> files, SourceTree& tree, std::set<Path>& wanted);

/// Adds to each play
///   `reaches`  the hosts that its pattern means by the inventories at hand; without one that knows the pattern, its words
///   `spares`   the words of such a pattern that leave hosts out (`!canary`, `&live`)
///   `does`     `destroys data`, `reboots`, `restarts CLASS`: what becomes of a host that it reaches
/// Takes the notes of restarts away.
void link_reach(std::span<LoweredFile> files, const FactTables& facts);

}  // namespace redtag::ansible
