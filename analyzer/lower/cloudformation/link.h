// Nested stacks: what a template passes to another one of the same tree.
#pragma once

#include "lower/frontend.h"

namespace redtag::cloudformation {

/// The templates of the tree that changed ones nest.
[[nodiscard]] std::vector<Path> wanted_files(std::span<const LoweredFile> files, SourceTree& tree);

/// Gives nested templates the parameters that they are called with, where all callers agree.
void link(std::span<LoweredFile> files, SourceTree& tree, const FactTables& facts);

}  // namespace redtag::cloudformation
