// Files of jobs that a pipeline includes or calls: what a job extends there holds for it here, and what they check is checked here.
#pragma once

#include <span>
#include <vector>

#include "change/source_tree.h"
#include "lower/frontend.h"

namespace redtag::ci {

/// Files that changed pipelines call, and those that they include where a job of theirs extends one that is not their own.
[[nodiscard]] std::vector<Path> wanted_jobs(std::span<const LoweredFile> files, SourceTree& tree);

/// Gives a job what keeps the job of another file that it extends: who is asked before it starts, which environment it is for, and the
/// checks of a script that it does not replace. A job that calls an unchanged workflow or action of the tree gets the checks of that one.
void link_extended(std::span<LoweredFile> files, SourceTree& tree, const FactTables& facts);

}  // namespace redtag::ci
