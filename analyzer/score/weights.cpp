#include "score/weights.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "base/text.h"

extern "C" {
extern const char redtag_embedded_score_weights_begin[];
extern const char redtag_embedded_score_weights_end[];
extern const char redtag_embedded_score_classes_begin[];
extern const char redtag_embedded_score_classes_end[];
}

namespace redtag {
namespace {

constexpr std::array<std::string_view, 15> factors{"action", "base",     "combine",   "direct",  "environment",
                                                   "guard",  "indirect", "instances", "intent",  "pace",
                                                   "plane",  "scope",    "state",     "trigger", "undo"};

/// `-1.25` as hundredths; nullopt for what is no number with at most two decimals.
std::optional<int> hundredths(std::string_view text) {
  const bool negative = !text.empty() && text.front() == '-';
  if (negative) text.remove_prefix(1);
  const auto dot = text.find('.');
  if (dot == std::string_view::npos || dot == 0 || dot > 2 || text.size() != dot + 3) return std::nullopt;
  int value = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i == dot) continue;
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  return negative ? -value : value;
}

tl::unexpected<Error> bad_row(std::string_view table, std::size_t line, std::string_view expectation) {
  return fail(ErrorCode::Input, fmt::format("checks/score/{}:{}: {}", table, line, expectation));
}

/// Calls `add` with each row and its 1-based line number, leaving out comments and empty lines.
template <class Add>
Expected<void> each_row(std::string_view table, Add add) {
  std::size_t number = 0;
  for (const std::string_view line : split(table, '\n')) {
    ++number;
    if (line.empty() || line.front() == '#') continue;
    RT_TRY(add(line, number));
  }
  return {};
}

}  // namespace

Expected<void> Weights::add_weight(std::string_view line, std::size_t number) {
  const auto cells = split(line, '\t');
  if (cells.size() != 4) return bad_row("weights.tsv", number, "expected factor, value, points and why");
  if (!std::binary_search(factors.begin(), factors.end(), cells[0])) {
    return bad_row("weights.tsv", number, fmt::format("'{}' is no factor of the vector", cells[0]));
  }
  const auto value = hundredths(cells[2]);
  if (!value) return bad_row("weights.tsv", number, "points must be written like 0.25 or -1.00");
  if (!points_[std::string(cells[0])].emplace(cells[1], *value).second) {
    return bad_row("weights.tsv", number, "this factor and value have a row already");
  }
  return {};
}

Expected<void> Weights::add_class(std::string_view line, std::size_t number) {
  const auto cells = split(line, '\t');
  if (cells.size() != 4) return bad_row("classes.tsv", number, "expected class, state, scope and why");
  const auto state = state_from_name(cells[1]);
  const auto reach = reach_from_name(cells[2]);
  if (!state || !reach) return bad_row("classes.tsv", number, "no such state or scope");
  if (!classes_.emplace(cells[0], ClassRow{*state, *reach}).second) {
    return bad_row("classes.tsv", number, "this class has a row already");
  }
  return {};
}

Expected<Weights> Weights::read(std::string_view weights, std::string_view classes) {
  Weights result;
  RT_TRY(each_row(weights, [&](std::string_view line, std::size_t number) { return result.add_weight(line, number); }));
  RT_TRY(each_row(classes, [&](std::string_view line, std::size_t number) { return result.add_class(line, number); }));
  if (result.points_.empty()) return bad_row("weights.tsv", 1, "expected at least one row");
  return result;
}

const Weights& Weights::builtin() {
  static const Weights weights = [] {
    auto read_in = read({redtag_embedded_score_weights_begin, redtag_embedded_score_weights_end},
                        {redtag_embedded_score_classes_begin, redtag_embedded_score_classes_end});
    RT_ASSERT(read_in.has_value(), "the tables in the binary were tested when it was built");
    return std::move(*read_in);
  }();
  return weights;
}

int Weights::points(std::string_view factor, std::string_view value) const {
  const auto rows = points_.find(factor);
  if (rows == points_.end()) return 0;
  const auto row = rows->second.find(value);
  return row == rows->second.end() ? 0 : row->second;
}

bool Weights::has(std::string_view factor, std::string_view value) const {
  const auto rows = points_.find(factor);
  return rows != points_.end() && rows->second.find(value) != rows->second.end();
}

ClassRow Weights::of_class(std::string_view name) const {
  const auto row = classes_.find(name);
  return row == classes_.end() ? ClassRow{} : row->second;
}

}  // namespace redtag
