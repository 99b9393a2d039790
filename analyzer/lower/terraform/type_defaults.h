// What a variable's type says of what a caller leaves out: `object({ deletion_protection = optional(bool, true) })`.
#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "model/value.h"

namespace redtag::terraform {

/// Whether some part of a type has a default of its own.
[[nodiscard]] bool has_defaults(const Value& type);

/// Gives the attributes that `value` leaves out what its type says, an optional one without a default null. `pay` is asked before each
/// copy; where it refuses, or the type nests too deeply, the rest is left as it is.
void fill_defaults(Value& value, const Value& type, const std::function<bool(const Value&)>& pay);

/// What `.database.deletion_protection` is where a value of that type does not say it: the default of that attribute, null for an optional
/// one without a default. nullopt where the path leads to no optional attribute.
[[nodiscard]] std::optional<Value> default_at(const Value& type, std::string_view path);

}  // namespace redtag::terraform
