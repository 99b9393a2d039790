#include "compare/schedule.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "base/text.h"

namespace redtag {

namespace {

std::optional<int> number(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return !text.empty() && error == std::errc() && end == text.data() + text.size() ? std::optional(value)
                                                                                   : std::nullopt;
}

/// How many of the `all` values of a field one part of it names: `*`, `3`, `1-5`, `*/15`, `MON`.
std::optional<double> count_part(std::string_view part, double all) {
  if (part.empty()) return std::nullopt;
  double of = all;
  const std::size_t slash = part.find('/');
  const std::string_view base = part.substr(0, slash);
  const std::size_t dash = base.find('-');
  const bool every = base == "*" || base == "?";
  if (!every && dash != std::string_view::npos) {
    const auto first = number(base.substr(0, dash)), last = number(base.substr(dash + 1));
    of = first && last && *last >= *first ? *last - *first + 1 : 5;  // names: `MON-FRI` is by far the usual one
  } else if (!every && slash == std::string_view::npos) {
    return 1;
  } else if (!every) {
    of = all - number(base).value_or(0);
  }
  if (slash == std::string_view::npos) return of;
  const auto step = number(part.substr(slash + 1));
  if (!step || *step <= 0) return std::nullopt;
  return std::max(1.0, of / *step);
}

std::optional<double> count_field(std::string_view field, double all) {
  double count = 0;
  for (const std::string_view part : split(field, ',')) {
    const auto of_part = count_part(part, all);
    if (!of_part) return std::nullopt;
    count += *of_part;
  }
  return std::min(count, all);
}

std::vector<std::string_view> words(std::string_view text) {
  std::vector<std::string_view> found;
  for (const std::string_view word : split(text, ' ')) {
    if (!word.empty()) found.push_back(word);
  }
  return found;
}

std::optional<double> from_cron(std::string_view text) {
  const std::vector<std::string_view> fields = words(text);
  if (fields.size() != 5 && fields.size() != 6) return std::nullopt;  // the sixth is the year
  constexpr std::array<double, 5> sizes{60, 24, 31, 12, 7};
  std::array<double, 5> counts{};
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const auto count = count_field(fields[i], sizes.at(i));
    if (!count) return std::nullopt;
    counts.at(i) = *count;
  }
  const double share = std::min(counts[2] / sizes[2], counts[4] / sizes[4]);
  return counts[0] * counts[1] * 365 * share * counts[3] / sizes[3];
}

std::optional<double> from_rate(std::string_view text) {
  const std::vector<std::string_view> parts = words(text);
  if (parts.size() != 2) return std::nullopt;
  const auto amount = number(parts[0]);
  if (!amount || *amount <= 0) return std::nullopt;
  constexpr double hours = 24 * 365;
  if (parts[1].starts_with("minute")) return hours * 60 / *amount;
  if (parts[1].starts_with("hour")) return hours / *amount;
  return parts[1].starts_with("day") ? std::optional(365.0 / *amount) : std::nullopt;
}

}  // namespace

std::optional<double> times_a_year(std::string_view schedule) {
  for (const std::string_view form : {"cron(", "rate("}) {
    if (!schedule.starts_with(form) || !schedule.ends_with(')')) continue;
    const std::string_view inner = schedule.substr(form.size(), schedule.size() - form.size() - 1);
    return form == "cron(" ? from_cron(inner) : from_rate(inner);
  }
  struct Nickname {
    std::string_view name;
    double times;
  };
  static constexpr std::array<Nickname, 7> nicknames{{{"@hourly", 365.0 * 24},
                                                      {"@daily", 365},
                                                      {"@midnight", 365},
                                                      {"@weekly", 365.0 / 7},
                                                      {"@monthly", 12},
                                                      {"@yearly", 1},
                                                      {"@annually", 1}}};
  for (const Nickname& each : nicknames) {
    if (schedule == each.name) return each.times;
  }
  return from_cron(schedule);
}

}  // namespace redtag
