// Texts that `yamldecode` and `csvdecode` read: tables of what there is to be, kept beside the configuration.
#pragma once

#include <optional>
#include <string_view>

#include "model/value.h"

namespace redtag::terraform {

/// The value of one YAML document, or nullopt. Where `whole` is as long as the text, each part has its own place in it; else all
/// have `whole`.
[[nodiscard]] std::optional<Value> read_yaml(std::string_view text, const Region& whole);
/// A list of one map for each row, by the names in the first row. nullopt where a row has more or fewer cells than names.
[[nodiscard]] std::optional<Value> read_csv(std::string_view text, const Region& whole);

}  // namespace redtag::terraform
