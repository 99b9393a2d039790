// Files that a script of SQL runs as if they stood in it: psql's `\i` and `\ir`, sqlite3's `.read`.
#pragma once

#include <span>
#include <vector>

#include "lower/frontend.h"

namespace redtag::sql {

/// True if there is a file of that path.
[[nodiscard]] bool stands(SourceTree& tree, std::string_view path);

/// Unchanged files that changed ones run.
[[nodiscard]] std::vector<Path> wants_included(std::span<const LoweredFile> files, SourceTree& tree);

/// Gives each script the operations of the unchanged files that it runs, at the place of the command that runs them.
void link_included(std::span<LoweredFile> files);

}  // namespace redtag::sql
