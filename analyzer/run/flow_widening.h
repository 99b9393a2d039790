// What kind of step a value takes: one that lets more through, or one that every release makes.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "model/model.h"
#include "run/flow_edges.h"

namespace redtag {

/// True if one of the values lets more through than before: a catch-all, a pattern with more in it, ten times the number, fewer days that stay.
[[nodiscard]] bool widens(std::span<const ChangedValue> values);

/// A text with its versions, dates and hashes as one sign each.
[[nodiscard]] std::string without_numbers(std::string_view text);

/// Whether an operation on a database works on one beside it, or made for tests.
[[nodiscard]] bool stays_local(const Operation& operation);
/// Whether one of the values led to such a one before, and leads to another host now.
[[nodiscard]] bool leaves_machine(std::span<const ChangedValue> values);

/// Files that say what is in use, by their names: not prose, not code.
[[nodiscard]] bool may_say_what_lives(std::string_view path);

}  // namespace redtag
