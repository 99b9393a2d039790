// Targets of tasks that variables name: what is known of the values says what the task works on.
#pragma once

#include <set>
#include <span>

#include "change/source_tree.h"
#include "lower/frontend.h"

namespace redtag::ansible {

/// Variables around changed files with tasks whose target is not known; bounded.
void want_target_variables(std::span<const LoweredFile> files, SourceTree& tree, std::set<Path>& wanted);

/// Says of such an operation what one of the values at hand makes of it: a directory in which services keep data is no other file.
void link_targets(std::span<LoweredFile> files, const FactTables& facts);

}  // namespace redtag::ansible
