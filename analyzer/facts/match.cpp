#include "facts/match.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/text.h"

namespace redtag {
namespace {

bool is_below(std::string_view path, std::string_view parent) {
  return path.size() > parent.size() && path.starts_with(parent) && path[parent.size()] == '.';
}

bool is_at_or_below(std::string_view path, std::string_view parent) { return path == parent || is_below(path, parent); }

/// `a.*.b`: a `*` between two dots is any one step.
bool steps_match(std::string_view tail, std::string_view rest) {
  while (true) {
    const std::size_t of_tail = tail.find('.'), of_rest = rest.find('.');
    const std::string_view step = tail.substr(0, of_tail);
    if (step != "*" && step != rest.substr(0, of_rest)) return false;
    if (of_tail == std::string_view::npos || of_rest == std::string_view::npos) return of_tail == of_rest;
    tail.remove_prefix(of_tail + 1);
    rest.remove_prefix(of_rest + 1);
  }
}

/// How `row_path` meets `path`, or nullopt. `*` is left to the caller, who knows what is exempt.
std::optional<RowReach> reach_of(std::string_view row_path, std::string_view path, PathChange change) {
  if (row_path == path) return RowReach::Exact;
  // `*.a.b`: a.b, however deep it stands; `*.a.*`: that and all below it; `*.a.*.b`: b one step below a.
  if (row_path.starts_with("*.")) {
    std::string_view tail = row_path.substr(2);
    const bool all_below = tail.ends_with(".*");
    if (all_below) tail.remove_suffix(2);
    const bool any_step = tail.find(".*.") != std::string_view::npos;
    for (std::size_t at = 0; at < path.size();) {
      const std::string_view rest = path.substr(at);
      if (rest == tail || (any_step && steps_match(tail, rest))) return RowReach::Exact;
      if (all_below && is_below(rest, tail)) return RowReach::Above;
      if (change == PathChange::Block && is_below(tail, rest)) return RowReach::Below;
      const std::size_t dot = path.find('.', at);
      if (dot == std::string_view::npos) break;
      at = dot + 1;
    }
    return std::nullopt;
  }
  if (row_path.ends_with(".*")) {
    const std::string_view parent = row_path.substr(0, row_path.size() - 2);
    if (is_at_or_below(path, parent)) return RowReach::Above;
  }
  if (change == PathChange::Block && is_below(row_path, path)) return RowReach::Below;
  return std::nullopt;
}

/// The number that all of `text` spells.
std::optional<double> number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool alternative_matches(std::string_view alternative, std::string_view value) {
  if (alternative == "*") return !value.empty();
  if (alternative == value) return true;
  const std::optional<double> given = number(value);
  if (!given) return false;
  const std::size_t dots = alternative.find("..");
  if (dots == std::string_view::npos) return number(alternative) == given;
  const std::optional<double> low = number(alternative.substr(0, dots));
  const std::optional<double> high = number(alternative.substr(dots + 2));
  return low && high && *low <= *given && *given <= *high;
}

}  // namespace

std::vector<FactMatchView> matching_rows(const FactTables& facts, std::string_view stack, std::string_view type,
                                         std::string_view path, PathChange change) {
  std::vector<FactRowView> rows = facts.rows(stack, type);
  for (const FactRowView& row : facts.rows(stack, "*")) {
    if (row.path.starts_with("*.")) rows.push_back(row);
  }
  bool exempt = false, spared = false;  // from `*`; from rows of every type
  for (const FactRowView& row : rows) {
    spared = spared || (row.effect == "exempt" && row.type != "*" && is_at_or_below(path, row.path));
    const bool flag = row.effect == "exempt" || row.effect == "guards" || row.effect == "guarded-by-default" || row.effect == "endangers";
    exempt = exempt || (flag && (is_at_or_below(path, row.path) || (row.path.starts_with("*.") && reach_of(row.path, path, change))));
  }
  for (const FactRowView& row : facts.rows(stack, "*", "exempt")) exempt = exempt || is_at_or_below(path, row.path);

  std::vector<FactMatchView> by_reach[4];
  for (const FactRowView& row : rows) {
    const bool wide = row.path == "*" || (row.effect == "rejects" && row.path.ends_with(".*"));
    if (row.path.empty() || row.effect == "exempt" || (wide && exempt) || (row.type == "*" && spared)) continue;
    const std::optional<RowReach> reach = row.path == "*" ? RowReach::Whole : reach_of(row.path, path, change);
    if (reach) by_reach[static_cast<std::size_t>(*reach)].push_back({row, *reach});
  }
  std::vector<FactMatchView> matches;
  for (const auto& part : by_reach) matches.insert(matches.end(), part.begin(), part.end());
  return matches;
}

bool value_matches(std::string_view cell, std::string_view value) {
  if (cell.empty()) return true;
  const std::vector<std::string_view> alternatives = split(cell, '|');
  return std::any_of(alternatives.begin(), alternatives.end(),
                     [value](std::string_view alternative) { return alternative_matches(alternative, value); });
}

}  // namespace redtag
