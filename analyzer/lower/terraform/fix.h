// The edits that Terraform has words for.
#pragma once

#include "lower/fix.h"

namespace redtag::terraform {

/// A moved block, a removed block, or prevent_destroy in its lifecycle block; nullopt where it cannot be placed safely.
[[nodiscard]] std::optional<Fix> write_fix(const FixRequestView& request);

}  // namespace redtag::terraform
