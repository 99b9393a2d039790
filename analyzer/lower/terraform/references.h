// Which other entities a resource's values use.
#pragma once

#include <string>
#include <vector>

#include "model/model.h"

namespace redtag::terraform {

/// What a path refers to, without the attribute behind it (`data.aws_vpc.main.id` → `data.aws_vpc.main`); empty for what
/// names no entity (`each.key`, `path.module`).
[[nodiscard]] std::string referred_entity(std::string_view path);

/// The references in `entries`, in source order. `through` is the path of the attribute that holds each.
[[nodiscard]] std::vector<Reference> references_in(const std::vector<Entry>& entries);

}  // namespace redtag::terraform
