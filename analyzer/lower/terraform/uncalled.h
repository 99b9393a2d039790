// Modules that nothing is made from: folders of a tree that no configuration of it calls.
#pragma once

#include <span>

#include "lower/frontend.h"

namespace redtag::terraform {

/// Marks the declarations of folders that are modules, that change with all their files, and that no configuration in `tree` calls or may call:
/// attribute `uncalled`. A search that meets its limit, or a call that cannot be read, proves nothing and marks nothing.
void mark_uncalled(std::span<LoweredFile> files, SourceTree& tree);

}  // namespace redtag::terraform
