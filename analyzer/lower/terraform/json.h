// JSON that stands in a string of HCL, with interpolations in it, as a value with places.
#pragma once

#include <optional>

#include "lower/terraform/template.h"

namespace redtag::terraform {

/// The value that a string spells in JSON, or nullopt where it is no JSON object or array. Interpolations become Unknown
/// values: alone where they stand for a value (`[${join(",", x)}]` is an opaque element), in a Template within a string.
[[nodiscard]] std::optional<Value> read_json(const SourceView& source, const TemplateText& string);

/// The same for plain text whose places are not known; every value gets `region`.
[[nodiscard]] std::optional<Value> read_json(std::string_view text, Region region);
/// All of a text, with exact places.
[[nodiscard]] std::optional<Value> read_json_in_place(const SourceView& source);

/// JSON text of a value as Terraform's jsonencode writes it: keys sorted, no blanks. nullopt if a part is unknown.
[[nodiscard]] std::optional<std::string> write_json(const Value& value);

}  // namespace redtag::terraform
