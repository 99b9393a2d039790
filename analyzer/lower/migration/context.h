// What earlier migrations say about the tables that a change aims at.
#pragma once

#include <span>
#include <vector>

#include "lower/frontend.h"

namespace redtag::migration {

/// Earlier migrations of the same folder, asked for only where the change alters a type or drops what may be no table.
[[nodiscard]] std::vector<Path> wants_earlier(std::span<const LoweredFile> files, SourceTree& tree);

/// Fills in the types that altered columns had before, and takes back drops of models that never had a table.
void link_history(std::span<LoweredFile> files, SourceTree& tree, const FactTables& facts);

}  // namespace redtag::migration
