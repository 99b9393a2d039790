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

/// Files that say what is in use, by their names: not prose, not code.
[[nodiscard]] bool may_say_what_lives(std::string_view path);

}  // namespace redtag
