// Definitions of custom resources in a chart of the same tree, and whether they outlast its release.
#pragma once

#include <span>

#include "change/source_tree.h"
#include "lower/frontend.h"

namespace redtag::kubernetes {

/// Says of each changed release whose chart lies in the tree, and whose templates hold definitions, that each of them is told to stay when
/// it is no longer printed: `definitions` = `kept`.
void note_definitions(std::span<LoweredFile> files, SourceTree& tree);

}  // namespace redtag::kubernetes
