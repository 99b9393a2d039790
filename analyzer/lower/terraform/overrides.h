// Override files, and OpenTofu's own files beside Terraform's of the same name.
#pragma once

#include <span>

#include "lower/frontend.h"

namespace redtag::terraform {

/// Merges what `override.tf` and `*_override.tf` (also .tofu, also in JSON) say of a declaration into it, in the order of their names:
/// an argument takes the place of the argument, nested blocks that of all blocks of their type, what lifecycle says is merged one
/// by one. Regions lead to the override. A file that another one of the same name in .tofu stands for declares nothing any more:
/// what only it has is as if its count were none. Call it before addresses are set.
void merge_overrides(std::span<LoweredFile> files);

}  // namespace redtag::terraform
