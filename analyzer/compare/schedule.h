// Schedules (`cron(0 5 * * ? *)`, `rate(12 hours)`, `0 3 * * 1`), compared by how often they come.
#pragma once

#include <optional>
#include <string_view>

namespace redtag {

/// About how many times a year it comes; nullopt for what is no schedule. Fields that name days of the month and of the week are taken
/// together as the rarer of both.
[[nodiscard]] std::optional<double> times_a_year(std::string_view schedule);

}  // namespace redtag
