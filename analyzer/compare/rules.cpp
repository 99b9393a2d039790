#include "compare/rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "base/text.h"

namespace redtag {
namespace {

constexpr std::array<std::string_view, 14> everything = {"*",   "/*", "/**", ".*",        "^.*$", "^/.*", "/",
                                                         "any", "all", "-1", "0.0.0.0/0", "::/0", "true", "*.*"};

/// Beginnings and ends of the names of fields that decide what a rule matches.
constexpr std::array<std::string_view, 12> match_words = {"path",   "host",  "match",  "cidr",   "source", "destination",
                                                          "method", "proto", "values", "domain", "expression", "address"};

bool is_match_field(std::string_view key) {
  const std::string name = lower_ascii(key);
  return std::any_of(match_words.begin(), match_words.end(),
                     [&](std::string_view word) { return name.find(word) != std::string::npos; });
}

bool is_everything(const Value& scalar) {
  const std::string text = lower_ascii(trim(scalar.text));
  return scalar.known() && std::find(everything.begin(), everything.end(), text) != everything.end();
}

/// The longest run of increasing numbers, as flags: true for those in it.
std::vector<bool> longest_increasing(const std::vector<std::size_t>& numbers) {
  std::vector<std::size_t> tails;  // tails[k]: index of the smallest end of a run of k + 1
  std::vector<std::size_t> previous(numbers.size(), numbers.size());
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const auto place = std::lower_bound(tails.begin(), tails.end(), numbers[i],
                                        [&](std::size_t tail, std::size_t number) { return numbers[tail] < number; });
    if (place != tails.begin()) previous[i] = *(place - 1);
    if (place == tails.end()) {
      tails.push_back(i);
    } else {
      *place = i;
    }
  }
  std::vector<bool> in_run(numbers.size(), false);
  for (std::size_t i = tails.empty() ? numbers.size() : tails.back(); i < numbers.size(); i = previous[i]) in_run[i] = true;
  return in_run;
}

bool is_list(const Value& value) { return value.known() && value.shape != Shape::Scalar && value.entries.empty(); }

/// For each earlier rule its place in the later list, equal rules in order; nullopt for what went.
std::vector<std::optional<std::size_t>> match(const std::vector<Value>& before, const std::vector<Value>& after) {
  std::map<std::string, std::vector<std::size_t>> places;  // in reverse, so that the next one is at the back
  for (std::size_t i = after.size(); i-- > 0;) places[canonical(after[i])].push_back(i);
  std::vector<std::optional<std::size_t>> matched(before.size());
  for (std::size_t i = 0; i < before.size(); ++i) {
    const auto found = places.find(canonical(before[i]));
    if (found == places.end() || found->second.empty()) continue;
    matched[i] = found->second.back();
    found->second.pop_back();
  }
  return matched;
}

std::size_t first_catch_all(const std::vector<Value>& rules) {
  return static_cast<std::size_t>(std::find_if(rules.begin(), rules.end(), is_catch_all) - rules.begin());
}

}  // namespace

bool is_catch_all(const Value& rule) {
  if (rule.shape == Shape::Scalar) return is_everything(rule);
  std::vector<const Value*> open;
  for (const Entry& entry : rule.entries) {
    if (is_match_field(entry.key)) open.push_back(&entry.value);
  }
  bool any = false;
  while (!open.empty()) {
    const Value& value = *open.back();
    open.pop_back();
    if (value.presence == Presence::Absent) continue;
    if (!value.known()) return false;
    if (value.shape == Shape::Scalar) {
      if (!is_everything(value)) return false;
      any = true;
    }
    for (const Value& item : value.items) open.push_back(&item);
    for (const Entry& entry : value.entries) open.push_back(&entry.value);
  }
  return any;
}

RuleDifference compare_rules(const Value& before, const Value& after) {
  RuleDifference result;
  const bool had = before.presence != Presence::Absent;
  const bool has = after.presence != Presence::Absent;
  if ((had && !is_list(before)) || (has && !is_list(after))) {
    result.unknown = !same_value(before, after);
    return result;
  }
  const auto matched = match(before.items, after.items);
  std::vector<std::size_t> order;
  std::vector<bool> stays(after.items.size(), false);
  std::vector<bool> was_shadowed(after.items.size(), false);
  const std::size_t earlier_catch_all = first_catch_all(before.items);
  for (std::size_t i = 0; i < matched.size(); ++i) {
    if (!matched[i]) {
      result.lost.push_back(i);
      continue;
    }
    order.push_back(*matched[i]);
    stays[*matched[i]] = true;
    was_shadowed[*matched[i]] = i > earlier_catch_all;
  }
  const std::vector<bool> in_order = longest_increasing(order);
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (!in_order[i]) result.moved.push_back(order[i]);
  }
  std::sort(result.moved.begin(), result.moved.end());
  const std::size_t later_catch_all = first_catch_all(after.items);
  for (std::size_t i = 0; i < after.items.size(); ++i) {
    if (!stays[i]) result.gained.push_back(i);
    if (i > later_catch_all && stays[i] && !was_shadowed[i]) result.shadowed.push_back(i);
  }
  return result;
}

std::string RuleDifference::sentence() const {
  if (unknown) return "the rules cannot be known from the text";
  std::vector<std::string> parts;
  const auto count = [&](const std::vector<std::size_t>& rules, std::string_view what) {
    if (!rules.empty()) parts.push_back(fmt::format("{} rule{} {}", rules.size(), rules.size() == 1 ? "" : "s", what));
  };
  count(shadowed, "can no longer match behind a catch-all");
  count(moved, "moved");
  count(gained, "added");
  count(lost, "removed");
  return fmt::format("{}", fmt::join(parts, ", "));
}

}  // namespace redtag
