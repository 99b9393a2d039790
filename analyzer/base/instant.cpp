#include "base/instant.h"

#include <fmt/format.h>

#include <chrono>

namespace redtag {
namespace {

using Days = std::chrono::sys_days;

/// The digits at `at`, which must all be there.
std::optional<int> number(std::string_view text, std::size_t at, std::size_t digits) {
  int value = 0;
  for (std::size_t i = at; i < at + digits; ++i) {
    if (i >= text.size() || text[i] < '0' || text[i] > '9') return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

std::optional<int> clock_seconds(std::string_view text) {
  if (text.size() != 10 || text[0] != 'T' || text[3] != ':' || text[6] != ':' || text[9] != 'Z') return std::nullopt;
  const auto hour = number(text, 1, 2), minute = number(text, 4, 2), second = number(text, 7, 2);
  if (!hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  return *hour * 3600 + *minute * 60 + *second;
}

}  // namespace

std::optional<Instant> parse_instant(std::string_view text) {
  if (text.size() < 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = number(text, 0, 4), month = number(text, 5, 2), day = number(text, 8, 2);
  if (!year || !month || !day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  const std::int64_t midnight = std::int64_t{Days(date).time_since_epoch().count()} * 86400;
  if (text.size() == 10) return Instant{midnight};
  const auto seconds = clock_seconds(text.substr(10));
  if (!seconds) return std::nullopt;
  return Instant{midnight + *seconds};
}

std::string print_day(Instant instant) {
  const auto days =
      std::chrono::floor<std::chrono::days>(std::chrono::sys_seconds(std::chrono::seconds(instant.seconds)));
  const std::chrono::year_month_day date(days);
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

std::string print_instant(Instant instant) {
  const std::int64_t second = ((instant.seconds % 86400) + 86400) % 86400;
  return fmt::format("{}T{:02}:{:02}:{:02}Z", print_day(instant), second / 3600, second / 60 % 60, second % 60);
}

}  // namespace redtag
