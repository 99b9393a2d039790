// Points in time, as clearances and policies write them. Reading the clock is the caller's business.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace redtag {

/// Seconds since 1970 in UTC, without leap seconds.
struct Instant {
  std::int64_t seconds = 0;
  auto operator<=>(const Instant&) const = default;
};

/// `YYYY-MM-DDTHH:MM:SSZ`, or `YYYY-MM-DD` for its first second. nullopt for anything else, days that do not exist included.
[[nodiscard]] std::optional<Instant> parse_instant(std::string_view text);
/// `YYYY-MM-DDTHH:MM:SSZ`.
[[nodiscard]] std::string print_instant(Instant instant);
/// `YYYY-MM-DD`.
[[nodiscard]] std::string print_day(Instant instant);

}  // namespace redtag
