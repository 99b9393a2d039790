// Access documents in one normal form (terraform.h says which), whichever way they were written.
#pragma once

#include <optional>

#include "model/model.h"

namespace redtag::terraform {

/// The document that a data.aws_iam_policy_document makes, as if it had been written in JSON. Its attributes are evaluated.
[[nodiscard]] Value policy_document(const Resource& data);

/// A string value that is the JSON text of `decoded`: known if all of it is. `decoded` stays with it as items[0].
[[nodiscard]] Value encoded(Value decoded, Region region);
/// What a string value made by encoded() holds, or nullptr.
[[nodiscard]] const Value* decoded(const Value& value);

/// The normal form of an access document that is at hand as a map; nullopt where it has no statements.
[[nodiscard]] std::optional<Value> permissions_of(const Value& document);
/// The normal form of an access document that a string holds; nullopt where it holds none.
[[nodiscard]] std::optional<Value> as_permissions(const Value& value);

}  // namespace redtag::terraform
