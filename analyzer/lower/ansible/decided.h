// Tasks that destroy where a variable of another file says so: its default may arm them, or name what they work on.
#pragma once

#include <set>
#include <span>

#include "change/source_tree.h"
#include "lower/frontend.h"

namespace redtag::ansible {

/// Tasks of the roles whose variables change, bounded.
void want_deciding_tasks(std::span<const LoweredFile> files, SourceTree& tree, std::set<Path>& wanted);

/// Says of each variable what hangs on it: `arms` (a task that destroys runs where it is true), `disarms` (where it is false) and `aims` (what
/// the task destroys), and `decides` = `data` where that is known to keep some. Takes the notes of TaskReader::note_decided away.
void link_decided(std::span<LoweredFile> files);

}  // namespace redtag::ansible
