// Which engine keeps data where, in which format: of workloads, of the objects of operators, and of what charts are given.
#pragma once

#include <span>

#include "lower/frontend.h"

namespace redtag::kubernetes {

/// Adds `engine` (`postgres 16`) to objects, anew where values and overlays have filled in their images, and `data format` to the blocks of
/// values that name an engine's image. What the tables say of a kind (rows `listed` whose value begins with `engine`) counts like an image.
void note_engines(std::span<LoweredFile> files, const FactTables& facts);

}  // namespace redtag::kubernetes
