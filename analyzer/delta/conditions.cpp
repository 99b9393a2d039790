#include "delta/conditions.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>

#include "base/text.h"

namespace redtag {

namespace {

bool ends_with_any(std::string_view text, std::initializer_list<std::string_view> ends) {
  return std::any_of(ends.begin(), ends.end(), [&](std::string_view end) { return text.ends_with(end); });
}

/// The condition's first clause: what stands in brackets explains, and a rider narrows further.
std::string_view first_clause(std::string_view condition) {
  condition = condition.substr(0, condition.find(" ("));
  condition = condition.substr(0, condition.find(" while "));
  return condition.substr(0, condition.find(" on a "));
}

bool stands(const Value& value) {
  if (value.presence == Presence::Absent || value.is_null()) return false;
  return value.presence == Presence::Unknown || !value.text.empty() || !value.items.empty() || !value.entries.empty();
}

/// A value that may be nothing when it is computed counts as either.
bool may_be_gone(const Value& value) {
  return !stands(value) || (value.presence == Presence::Unknown && value.type == ScalarType::Null);
}

enum class Order : std::uint8_t { Unknown, Less, Equal, More };

/// `13.4` against `13.10`: numbers between dots, as far as both have them.
Order compare_versions(std::string_view before, std::string_view after) {
  const auto was = split(before, '.'), is = split(after, '.');
  for (std::size_t i = 0; i < std::min(was.size(), is.size()); ++i) {
    unsigned a = 0, b = 0;
    const auto read = [](std::string_view text, unsigned& number) {
      const auto result = std::from_chars(text.data(), text.data() + text.size(), number);
      return result.ec == std::errc() && result.ptr == text.data() + text.size();
    };
    if (!read(was[i], a) || !read(is[i], b)) return Order::Unknown;
    if (a != b) return b < a ? Order::Less : Order::More;
  }
  return Order::Equal;
}

Order order_of(const AttributeChange& change) {
  if (!change.before.known() || !change.after.known()) return Order::Unknown;
  if (change.movement == Movement::Increased) return Order::More;
  if (change.movement == Movement::Decreased) return Order::Less;
  return compare_versions(change.before.text, change.after.text);
}

bool is_word(const Value& value, std::string_view word) { return value.known() && lower_ascii(value.text) == word; }

/// The letters behind a family's number say which processors it has: a `g` means Graviton, and `a1` is the first of them.
std::optional<bool> is_arm(const Value& value) {
  if (!value.known()) return std::nullopt;
  const std::string_view family = std::string_view(value.text).substr(0, value.text.find('.'));
  const std::size_t number = family.find_first_of("0123456789");
  const std::size_t letters =
      number == std::string_view::npos ? number : family.find_first_not_of("0123456789", number);
  if (number == std::string_view::npos || number == 0 || family.starts_with("mac")) return std::nullopt;
  if (family == "a1") return true;
  return letters != std::string_view::npos && family.find('g', letters) != std::string_view::npos;
}

bool loses_an_item(const AttributeChange& change) {
  if (!change.before.known() || !change.after.known()) return true;
  return std::any_of(change.before.items.begin(), change.before.items.end(), [&](const Value& item) {
    return std::none_of(change.after.items.begin(), change.after.items.end(),
                        [&](const Value& other) { return other.text == item.text; });
  });
}

/// `for network load balancers …`: another kind, or none said, which is an application load balancer.
bool is_other_kind(std::string_view condition, const Resource& after) {
  if (!condition.starts_with("for network")) return false;
  for (const Entry& entry : after.attributes) {
    if (entry.key != "load_balancer_type") continue;
    return entry.value.known() && !glob_match("*network*", entry.value.text) &&
           !glob_match("*gateway*", entry.value.text);
  }
  return true;
}

/// The text in front of a version's numbers, and its major: `OpenSearch_` and 2 of `OpenSearch_2.11`.
std::pair<std::string_view, std::string_view> series_of(std::string_view version) {
  const std::size_t digit = std::min(version.find_first_of("0123456789"), version.size());
  return {version.substr(0, digit), version.substr(digit, std::min(version.find('.', digit), version.size()) - digit)};
}

/// A later version of the same series: vendors lead from each to the next in place.
bool is_later_in_series(const AttributeChange& change) {
  if (!change.before.known() || !change.after.known()) return false;
  const auto was = series_of(change.before.text), is = series_of(change.after.text);
  const std::size_t skipped = was.first.size();
  return was == is && !was.second.empty() &&
         compare_versions(std::string_view(change.before.text).substr(skipped),
                          std::string_view(change.after.text).substr(skipped)) == Order::More;
}

/// An argument that is off unless it is turned on: not written, or written as false.
bool is_off(const Resource& resource, std::string_view key) {
  return std::none_of(resource.attributes.begin(), resource.attributes.end(), [&](const Entry& entry) {
    return entry.key == key && (!entry.value.known() || lower_ascii(entry.value.text) != "false");
  });
}

bool is_given_another(const Resource& resource, std::string_view key, std::string_view value) {
  return std::any_of(resource.attributes.begin(), resource.attributes.end(), [&](const Entry& entry) {
    return entry.key == key && entry.value.known() && entry.value.text != value;
  });
}

/// Conditions that name what the two values must be.
bool values_rule_out(std::string_view condition, const AttributeChange& change, const Resource& after) {
  const bool known = change.before.known() && change.after.known();
  const auto zones = [](const Value& value) { return value.text.find("ZRS") != std::string::npos; };
  if (condition.starts_with("when leaving a Hyperscale")) return known && !change.before.text.starts_with("HS");
  if (condition.starts_with("when crossing between zone-redundant"))
    return known && zones(change.before) == zones(change.after);
  if (condition.starts_with("when the service offers no in-place upgrade path")) return is_later_in_series(change);
  if (condition == "when capacity is lowered, and for SCRATCH_1 deployments on any change")
    return known && order_of(change) == Order::More && is_given_another(after, "deployment_type", "SCRATCH_1");
  return false;
}

}  // namespace

bool rules_out(std::string_view condition, const AttributeChange& change, const Resource& after) {
  if (is_other_kind(condition, after) || values_rule_out(condition, change, after)) return true;
  const std::string_view clause = first_clause(condition);
  const bool set_before = stands(change.before), set_after = stands(change.after);
  if (clause == "when immutable was already true")
    return change.path == "immutable" ? !set_before || is_word(change.before, "false") : is_off(after, "immutable");
  if (clause == "when the block is removed") return !may_be_gone(change.after);
  if (clause.find(" and ") == std::string_view::npos && clause.find(" or ") == std::string_view::npos) {
    if (ends_with_any(clause, {"is lowered"})) return set_before && set_after && order_of(change) == Order::More;
    if (ends_with_any(clause, {"is raised"})) return set_before && set_after && order_of(change) == Order::Less;
    if (clause.starts_with("when ") &&
        ends_with_any(clause, {" is removed", " that was set is removed", "is removed at once"}) &&
        clause.find(" a column ") == std::string_view::npos && clause.find("capabilit") == std::string_view::npos)
      return change.before.items.empty() && change.before.entries.empty() && !may_be_gone(change.after);
    if (clause == "when the block is added") return set_before;
  }
  if (clause == "when the value is removed or set to an empty string" || clause == "when the list is emptied")
    return !may_be_gone(change.after);
  if (clause == "when the block is added or removed")
    return set_before && set_after && !may_be_gone(change.before) && !may_be_gone(change.after);
  if (clause == "only when the new configuration sets a value") return !set_after;
  if (clause.starts_with("when a value that was set ") || clause == "when a value that is not null changes" ||
      clause == "when the value was already set" || clause == "when the list was already set" ||
      clause == "unless it is set for the first time")
    return !set_before;
  if (clause == "when it is turned from true to false" || clause == "when it is turned off after having been true")
    return is_word(change.before, "false") || is_word(change.after, "true") || !set_before;
  if (clause == "when it goes from disable to enable")
    return is_word(change.after, "disable") || is_word(change.before, "enable");
  if (clause == "when the old and new types share no CPU architecture") {
    const std::optional<bool> was = is_arm(change.before), is = is_arm(change.after);
    return was && is && *was == *is;
  }
  return condition.ends_with("unless subnets are only added") && !loses_an_item(change);
}

}  // namespace redtag
