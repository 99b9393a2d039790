#include "compare/quantity.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>

#include "base/text.h"
#include "compare/machine_size.h"

namespace redtag {
namespace {

struct Unit {
  std::string_view name;
  Dimension dimension;
  double factor;
};

constexpr double minute = 60;
constexpr double hour = 60 * minute;
constexpr double day = 24 * hour;

// A suffix may stand for two things; both rows are here, and the other side of the comparison decides.
constexpr Unit units[] = {
    {"", Dimension::Count, 1},
    {"n", Dimension::Count, 1e-9},        {"u", Dimension::Count, 1e-6},          {"m", Dimension::Count, 1e-3},
    {"k", Dimension::Count, 1e3},         {"K", Dimension::Count, 1e3},           {"M", Dimension::Count, 1e6},
    {"G", Dimension::Count, 1e9},         {"T", Dimension::Count, 1e12},          {"P", Dimension::Count, 1e15},
    {"E", Dimension::Count, 1e18},        {"Ki", Dimension::Count, 0x1p10},       {"Mi", Dimension::Count, 0x1p20},
    {"Gi", Dimension::Count, 0x1p30},     {"Ti", Dimension::Count, 0x1p40},       {"Pi", Dimension::Count, 0x1p50},
    {"Ei", Dimension::Count, 0x1p60},     {"b", Dimension::Bytes, 1},             {"B", Dimension::Bytes, 1},
    {"k", Dimension::Bytes, 1e3},         {"K", Dimension::Bytes, 1e3},           {"M", Dimension::Bytes, 1e6},
    {"G", Dimension::Bytes, 1e9},         {"T", Dimension::Bytes, 1e12},          {"P", Dimension::Bytes, 1e15},
    {"Ki", Dimension::Bytes, 0x1p10},     {"Mi", Dimension::Bytes, 0x1p20},       {"Gi", Dimension::Bytes, 0x1p30},
    {"Ti", Dimension::Bytes, 0x1p40},     {"Pi", Dimension::Bytes, 0x1p50},       {"kB", Dimension::Bytes, 1e3},
    {"KB", Dimension::Bytes, 1e3},        {"MB", Dimension::Bytes, 1e6},          {"GB", Dimension::Bytes, 1e9},
    {"TB", Dimension::Bytes, 1e12},       {"PB", Dimension::Bytes, 1e15},         {"KiB", Dimension::Bytes, 0x1p10},
    {"MiB", Dimension::Bytes, 0x1p20},    {"GiB", Dimension::Bytes, 0x1p30},      {"TiB", Dimension::Bytes, 0x1p40},
    {"PiB", Dimension::Bytes, 0x1p50},    {"ns", Dimension::Seconds, 1e-9},       {"us", Dimension::Seconds, 1e-6},
    {"µs", Dimension::Seconds, 1e-6},     {"ms", Dimension::Seconds, 1e-3},       {"s", Dimension::Seconds, 1},
    {"sec", Dimension::Seconds, 1},       {"secs", Dimension::Seconds, 1},        {"second", Dimension::Seconds, 1},
    {"seconds", Dimension::Seconds, 1},   {"m", Dimension::Seconds, minute},      {"min", Dimension::Seconds, minute},
    {"mins", Dimension::Seconds, minute}, {"minute", Dimension::Seconds, minute}, {"minutes", Dimension::Seconds, minute},
    {"h", Dimension::Seconds, hour},      {"hour", Dimension::Seconds, hour},     {"hours", Dimension::Seconds, hour},
    {"d", Dimension::Seconds, day},       {"day", Dimension::Seconds, day},       {"days", Dimension::Seconds, day},
    {"w", Dimension::Seconds, 7 * day},   {"week", Dimension::Seconds, 7 * day},  {"weeks", Dimension::Seconds, 7 * day},
    {"y", Dimension::Seconds, 365 * day}, {"year", Dimension::Seconds, 365 * day}, {"years", Dimension::Seconds, 365 * day},
    {"%", Dimension::Percent, 1},
};

constexpr std::size_t longest_quantity = 64;

/// Takes a number off the front of `text`.
std::optional<double> take_number(std::string_view& text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  const bool begins = !text.empty() && (text.front() == '-' || text.front() == '.' || (text.front() >= '0' && text.front() <= '9'));
  if (!begins) return std::nullopt;
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || !std::isfinite(value)) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

/// Takes a unit's name off the front of `text`: everything up to the next number.
std::string_view take_unit(std::string_view& text) {
  const std::size_t end = std::min(text.find_first_of("0123456789.+-"), text.size());
  const std::string_view unit = trim(text.substr(0, end));
  text.remove_prefix(end);
  return unit;
}

/// `P1DT2H`, `PT5M`: designators mean other things before and behind the T.
std::optional<double> read_iso_duration(std::string_view text) {
  if (text.size() < 3 || text.front() != 'P') return std::nullopt;
  text.remove_prefix(1);
  bool in_time = false;
  double seconds = 0;
  while (!text.empty()) {
    if (text.front() == 'T') {
      in_time = true;
      text.remove_prefix(1);
    }
    const auto number = take_number(text);
    if (!number || text.empty()) return std::nullopt;
    double factor = 0;
    switch (text.front()) {
      case 'Y': factor = 365 * day; break;
      case 'M': factor = in_time ? minute : 30 * day; break;
      case 'W': factor = 7 * day; break;
      case 'D': factor = day; break;
      case 'H': factor = hour; break;
      case 'S': factor = 1; break;
      default: return std::nullopt;
    }
    text.remove_prefix(1);
    seconds += *number * factor;
  }
  return seconds;
}

/// `1h30m`: only durations are written in several parts.
std::optional<double> read_compound_duration(std::string_view text) {
  double seconds = 0;
  while (!text.empty()) {
    const auto number = take_number(text);
    if (!number) return std::nullopt;
    const std::string_view name = take_unit(text);
    const Unit* found = nullptr;
    for (const Unit& unit : units) {
      if (unit.dimension == Dimension::Seconds && unit.name == name) found = &unit;
    }
    if (found == nullptr) return std::nullopt;
    seconds += *number * found->factor;
  }
  return seconds;
}

std::string times(double ratio) {
  const double factor = ratio < 1 ? 1 / ratio : ratio;
  return fmt::format("{:.3g} times {}", factor, ratio < 1 ? "less" : "more");
}

QuantityDifference compare_machines(const Value& before, const Value& after) {
  QuantityDifference result;
  const std::optional<MachineSize> was = machine_size(before.text), is = machine_size(after.text);
  if (!was || !is || was->naming != is->naming) return result;
  result.ratio = is->size / was->size;
  result.outcome = is->size > was->size   ? Comparison::Wider
                   : is->size < was->size ? Comparison::Narrower
                                          : Comparison::Equal;
  if (result.outcome != Comparison::Equal) result.sentence = show(before) + " → " + show(after);
  return result;
}

}  // namespace

std::vector<Reading> read_quantity(std::string_view text) {
  text = trim(text);
  if (text.empty() || text.size() > longest_quantity) return {};
  if (const auto seconds = read_iso_duration(text)) return {{Dimension::Seconds, *seconds}};
  std::string_view rest = text;
  const auto number = take_number(rest);
  if (!number) return {};
  const std::string_view name = take_unit(rest);
  if (!rest.empty()) {
    const auto seconds = read_compound_duration(text);
    return seconds ? std::vector<Reading>{{Dimension::Seconds, *seconds}} : std::vector<Reading>{};
  }
  std::vector<Reading> readings;
  for (const Unit& unit : units) {
    if (unit.name == name) readings.push_back({unit.dimension, *number * unit.factor});
  }
  return readings;
}

QuantityDifference compare_quantities(const Value& before, const Value& after) {
  QuantityDifference result;
  if (!before.known() || !after.known()) {
    if (same_value(before, after)) result.outcome = Comparison::Equal;
    return result;
  }
  for (const Reading& earlier : read_quantity(before.text)) {
    for (const Reading& later : read_quantity(after.text)) {
      if (earlier.dimension != later.dimension) continue;
      if (earlier.amount != 0) result.ratio = later.amount / earlier.amount;
      if (later.amount == earlier.amount) {
        result.outcome = Comparison::Equal;
        return result;
      }
      result.outcome = later.amount > earlier.amount ? Comparison::Wider : Comparison::Narrower;
      result.sentence = show(before) + " → " + show(after);
      const bool comparable = result.ratio && *result.ratio > 0 && (*result.ratio >= 2 || *result.ratio <= 0.5);
      if (comparable) result.sentence += " (" + times(*result.ratio) + ")";
      return result;
    }
  }
  return compare_machines(before, after);
}

}  // namespace redtag
