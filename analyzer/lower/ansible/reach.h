// Which machines a play reaches, and what it does to them: with its own tasks, with those of its roles, and with the handlers that they call.
#pragma once

#include <set>
#include <span>

#include "change/source_tree.h"
#include "document/document.h"
#include "lower/frontend.h"

namespace redtag::ansible {

/// Whether an operation takes data away from the machine that it runs on, as far as words tell.
[[nodiscard]] bool destroys_data(const Operation& operation);

/// A task that starts a service anew, as a note for `link_reach`.
void note_restart(std::string_view unit, Region place, const SourceFileView& file, Model& model);

/// A task that says whether a service or timer runs and starts with the machine: a setting of type `unit` with `state` and `enabled`.
void add_unit(std::string_view unit, const document::Node& task, const document::Member& module,
              const SourceFileView& file, Model& model);

/// Inventories beside changed plays, and handlers of the roles that they name; bounded.
void want_reach(std::span<const LoweredFile> files, SourceTree& tree, std::set<Path>& wanted);

/// Adds to each play
///   `reaches`  the hosts that its pattern means by the inventories at hand; without one that knows the pattern, its words
///   `spares`   the words of such a pattern that leave hosts out (`!canary`, `&live`)
///   `does`     `destroys data`, `reboots`, `restarts CLASS`: what becomes of a host that it reaches
/// and to each variable of a changed file that decides the hosts of a play that does something like that
///   `reaches`, `does`, and `kinds`: the groups that those hosts are in, without numbers
/// Takes the notes of restarts away.
void link_reach(std::span<LoweredFile> files, const FactTables& facts);

}  // namespace redtag::ansible
