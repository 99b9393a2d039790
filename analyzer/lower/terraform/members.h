// What lists are made of that are put together from several: `concat(["10.0.0.0/8"], var.others)`.
#pragma once

#include <optional>

#include "model/value.h"

namespace redtag::terraform {

[[nodiscard]] bool is_sequence(const Value& value);

/// A call whose result holds what its arguments hold: a set can be read through it, one unknown argument at a time.
[[nodiscard]] bool passes_elements(const Value& call);

/// The elements of an evaluated expression that puts a list together, of which some are known: those, and each argument that is not as one
/// unknown element. So a network that leaves one of the lists is seen to leave. nullopt for every other value.
[[nodiscard]] std::optional<Value> as_members(const Value& value);

/// The same of `merge({a = {}}, var.others)`: its entries, and an unknown one for each argument that is not known.
[[nodiscard]] std::optional<Value> as_entries(const Value& value);

/// Makes each element of a table that is handed to a module a block, so that one which leaves, and a guard that one of them loses, are
/// changes of their own: `databases = {chat = {engine = "postgres"}}`. A map whose entries are not maps all alike stays one value.
void open_tables(Value& input, unsigned levels = 6);

}  // namespace redtag::terraform
