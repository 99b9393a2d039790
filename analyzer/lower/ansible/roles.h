// Roles and files of tasks that plays bring in.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "document/document.h"
#include "lower/frontend.h"

namespace redtag::ansible {

enum class IsRole : std::uint8_t { No, Yes };

/// Adds what a play or a file of tasks brings in, as a resource of type `inclusion`. `named` is a role or, if `is_role` says
/// `IsRole::No`, a path.
void add_inclusion(std::string_view named, IsRole is_role, ProcedureId procedure, Region place,
                   const SourceFileView& file, const LoweringView& view, Model& model);

/// Files of tasks that the changed files bring in.
[[nodiscard]] std::vector<Path> wanted_tasks(std::span<const LoweredFile> files, SourceTree& tree);

/// Tells each inclusion what it keeps in place, and each procedure what it runs.
void link_inclusions(std::span<LoweredFile> files, SourceTree& tree);

}  // namespace redtag::ansible
