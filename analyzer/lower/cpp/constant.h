// The value of a constant expression, as far as a text alone tells it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace redtag::cpp {

/// The value of an expression of numbers, signs, `numeric_limits<T>::max()` and their C names, and durations of `std::chrono` and Abseil,
/// written as a quantity: `4096`, `-1`, `30s`, `250ms`. `type` is the declared type, which may give a bare number its unit
/// (`std::chrono::milliseconds wait{250}`). nullopt for all else.
[[nodiscard]] std::optional<std::string> constant_of(std::string_view text, std::string_view type);

}  // namespace redtag::cpp
