// One element of what a whole list is asked for: `element(aws_subnet.a[*].id, 0)` is `aws_subnet.a[0].id`.
#pragma once

#include <optional>

#include "model/value.h"

namespace redtag::terraform {

/// The element that a call of `element`, `one` or `join` takes of all instances of something, as the reference to it that one would write by
/// hand. `one` and `join("", …)` stand for the only instance there is. nullopt for every other call.
[[nodiscard]] std::optional<Value> element_of_all(const Value& call);

}  // namespace redtag::terraform
