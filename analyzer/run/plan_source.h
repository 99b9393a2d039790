// The text that a plan was made from: which directory of a tree it is, and what stands in it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "change/change.h"
#include "change/source_tree.h"
#include "lower/terraform/plan.h"

namespace redtag {

/// The directory that declares most of what the plan names; nullopt where none declares any of it.
[[nodiscard]] std::optional<std::string> find_planned_root(const terraform::Plan& plan, SourceTree& tree);

/// Directories of the module calls of a plan (address without keys) whose source is a path in the tree.
[[nodiscard]] std::map<std::string, std::string> module_directories(const terraform::Plan& plan,
                                                                    const std::string& root);

/// The configuration of these directories as unchanged files; ids are their indexes.
[[nodiscard]] std::vector<FileChange> planned_files(const std::vector<std::string>& directories, SourceTree& tree);

}  // namespace redtag
