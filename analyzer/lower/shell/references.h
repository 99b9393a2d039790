// Which files of the tree a script runs, sources or hands to other programs.
#pragma once

#include <string_view>
#include <vector>

#include "lower/shell/script.h"
#include "model/model.h"

namespace redtag::shell {

/// Words that are relative paths of files with a name of their own, normalised (`./a/../b.sh` is `b.sh`), in the order they stand.
/// Where they are relative to is for the reader to try: the top of the tree, or the script's own directory.
[[nodiscard]] std::vector<Reference> file_references(const Script& script);

}  // namespace redtag::shell
