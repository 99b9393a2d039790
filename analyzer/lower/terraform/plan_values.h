// From the JSON of one planned change to the form that the text's front end gives values.
#pragma once

#include <optional>

#include "lower/terraform/plan.h"

namespace redtag::terraform {

/// Reads one element of `resource_changes`; nullopt for what stays as it is. Counts its instance in `plan` all the same.
[[nodiscard]] std::optional<PlannedChange> planned_change(Value element, Plan& plan);

}  // namespace redtag::terraform
