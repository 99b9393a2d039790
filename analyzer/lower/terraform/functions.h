// The pure functions of Terraform's language that configurations use, on known values.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/value.h"

namespace redtag::terraform {

/// The result of a function, or nullopt where it is not one of ours, an argument that decides it is unknown, or the call is
/// an error. Elements of collections may be unknown where the function only moves them. `region` is the call's.
[[nodiscard]] std::optional<Value> call_function(std::string_view name, const std::vector<Value>& arguments,
                                                 Region region);

/// `format` and `join` where not every argument is known, as the template that says the same: `format("%s-web", var.env)` is
/// `"${var.env}-web"`. nullopt for any other call and for verbs that do more than insert.
[[nodiscard]] std::optional<Value> compose_text(std::string_view name, const std::vector<Value>& arguments,
                                                Region region);

/// An operator on known operands (one or two).
[[nodiscard]] std::optional<Value> apply_operator(std::string_view sign, const std::vector<Value>& operands,
                                                  Region region);

/// The number that a value is or spells.
[[nodiscard]] std::optional<double> as_number(const Value& value);
/// The bool that a value is or spells.
[[nodiscard]] std::optional<bool> as_bool(const Value& value);
/// The text of a known scalar that is not null, as a template shows it.
[[nodiscard]] std::optional<std::string_view> as_text(const Value& value);
[[nodiscard]] Value number_value(double number, Region region);
/// True if nothing inside is unknown.
[[nodiscard]] bool wholly_known(const Value& value);
/// A list or set without repetition, sorted as Terraform sorts sets.
[[nodiscard]] Value as_set(const Value& list);

/// Functions on collections; call_function asks for these where it knows none of that name itself.
[[nodiscard]] std::optional<Value> call_collection_function(std::string_view name, const std::vector<Value>& arguments,
                                                            Region region);

/// Functions that relate lists to one another, or make one value of all their elements; call_function asks for these as well.
[[nodiscard]] std::optional<Value> call_relating_function(std::string_view name, const std::vector<Value>& arguments,
                                                          Region region);

/// Functions that cut a network, a text or a range of numbers out; call_function asks for these as well.
[[nodiscard]] std::optional<Value> call_cutting_function(std::string_view name, const std::vector<Value>& arguments,
                                                         Region region);

}  // namespace redtag::terraform
