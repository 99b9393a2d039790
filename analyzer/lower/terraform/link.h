// Makes the models of one side whole: addresses, evaluated values, instances, access documents.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "lower/frontend.h"

namespace redtag::terraform {

void link(std::span<LoweredFile> files, SourceTree& tree, const FactTables& facts);

/// Of the limit of context files, kept for those that write or define a name of the change.
inline constexpr std::size_t named_files = 120;

/// A configuration or variable file by its name.
[[nodiscard]] bool is_evidence(std::string_view name);

/// Paths of unchanged files that would be evidence for the files lowered so far.
[[nodiscard]] std::vector<Path> wanted_files(std::span<const LoweredFile> files, SourceTree& tree);

}  // namespace redtag::terraform
