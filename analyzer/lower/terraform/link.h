// Makes the models of one side whole: addresses, evaluated values, instances, access documents.
#pragma once

#include <span>

#include "lower/frontend.h"

namespace redtag::terraform {

void link(std::span<LoweredFile> files, SourceTree& tree, const FactTables& facts);

/// Paths of unchanged files that would be evidence for the files lowered so far.
[[nodiscard]] std::vector<Path> wanted_files(std::span<const LoweredFile> files, SourceTree& tree);

}  // namespace redtag::terraform
