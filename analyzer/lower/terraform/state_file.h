// A state that is kept in the repository: which real things belong to which declaration.
#pragma once

#include <string_view>

#include "lower/frontend.h"

namespace redtag::terraform {

/// `terraform.tfstate`, and the copies that Terraform itself makes of one.
[[nodiscard]] bool is_state_file(std::string_view path);

/// One back end of type `state_file`, with `lineage`, `serial` and the addresses of what it holds. Values are never read: a
/// state holds secrets. A file that is no state is a gap.
[[nodiscard]] Model lower_state_file(const SourceFileView& file);

}  // namespace redtag::terraform
