#include "lower/cloudformation/given.h"

#include <algorithm>

#include "lower/cloudformation/evaluate.h"
#include "lower/cloudformation/reasons.h"

namespace redtag::cloudformation {

namespace {

constexpr std::string_view section = "Parameters.";

/// The parameter that a value is, and nothing else.
std::string_view parameter_of(const Value& value) {
  if (value.presence == Presence::Unknown && value.expression == Expression::Reference) return value.text;
  if (value.presence != Presence::Defaulted) return {};
  const Value* name = find_entry(value, "parameter");
  return name == nullptr ? std::string_view() : std::string_view(name->text);
}

/// The text around parameters, of a value that is composed of both; empty for any other.
std::string composed_of(const Value& value) {
  if (value.shape != Shape::Scalar) return {};
  if (value.presence == Presence::Unknown)
    return value.expression == Expression::Template && value.reason == reasons::part ? value.text : std::string();
  const Value* const pattern = value.presence == Presence::Defaulted ? find_entry(value, "pattern") : nullptr;
  return pattern == nullptr ? std::string() : pattern->text;
}

std::vector<std::string_view> parts_of(std::string_view text, std::string_view between) {
  std::vector<std::string_view> parts;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(between, at), text.size());
    parts.push_back(text.substr(at, end - at));
    at = end + between.size();
  }
  return parts;
}

}  // namespace

void Given::add(const std::vector<Entry>& values) {
  for (const Entry& entry : values) {
    const auto [known, first] = values_.emplace(entry.key, &entry.value);
    if (!first && (known->second == nullptr || !same_value(*known->second, entry.value))) known->second = nullptr;
  }
}

void Given::add_defaults(const Model& model) {
  for (const Resource& resource : model.resources) {
    if (resource.type != "parameter" || !resource.name.starts_with(section)) continue;
    for (const Entry& entry : resource.attributes) {
      if (entry.key == "Default") defaults_.emplace(resource.name.substr(section.size()), &entry.value);
    }
  }
  constexpr std::string_view conditions = "Conditions.";
  for (const Resource& resource : model.resources) {
    if (resource.type != "condition" || !resource.name.starts_with(conditions)) continue;
    const std::string name = resource.name.substr(conditions.size());
    for (const Entry& entry : resource.attributes) {
      if (entry.key == "holds_if") conditions_[name] = any_holds(entry.value, places_[name]);
    }
  }
}

const Value* Given::value_of(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() || found->second == nullptr || !found->second->known() ? nullptr : found->second;
}

std::optional<Given::Filled> Given::fill(std::string_view pattern) const {
  Filled filled;
  for (std::size_t at = 0; at < pattern.size();) {
    const std::size_t open = pattern.find("${", at);
    filled.text += pattern.substr(at, open - at);
    if (open == std::string_view::npos) break;
    const std::size_t close = pattern.find('}', open);
    if (close == std::string_view::npos) return std::nullopt;
    const std::string_view name = pattern.substr(open + 2, close - open - 2);
    at = close + 1;
    if (name.starts_with("AWS::")) {
      filled.text += pattern.substr(open, at - open);
      continue;
    }
    const Value* value = value_of(name);
    if (value != nullptr) {
      filled.places.push_back(value->region);
    } else if (const auto fallback = defaults_.find(name); fallback != defaults_.end() && !values_.contains(name)) {
      value = fallback->second;
    }
    if (value == nullptr || value->sensitive || !value->known() || value->shape != Shape::Scalar) return std::nullopt;
    filled.text += value->text;
  }
  return filled.places.empty() ? std::nullopt : std::optional(std::move(filled));
}

void Given::hand_in(Value& value) const {  // depth is bounded by limits::nesting where values are made
  if (choose(value)) return hand_in(value);
  if (value.presence == Presence::Unknown && value.reason == reasons::condition) return;
  if (const std::string_view name = parameter_of(value); !name.empty()) {
    if (const Value* const given = value_of(name)) {
      const bool hidden = value.sensitive;
      value = *given;
      value.sensitive = value.sensitive || hidden;
    }
    return;
  }
  if (const std::string pattern = composed_of(value); !pattern.empty()) {
    if (std::optional<Filled> filled = fill(pattern)) {
      Value known = known_string(std::move(filled->text), value.region);
      known.sensitive = value.sensitive;
      known.origins = std::move(filled->places);
      value = std::move(known);
    }
    return;
  }
  for (Value& item : value.items) hand_in(item);
  for (Entry& entry : value.entries) hand_in(entry.value);
}

/// `${Stage} is prod`, `${Readers} is not 0`.
std::optional<bool> Given::holds(std::string_view statement, std::vector<Region>& places) const {
  constexpr std::string_view is = " is ", is_not = " is not ";
  const std::size_t negative = statement.rfind(is_not), positive = statement.rfind(is);
  const bool negated = negative != std::string_view::npos;
  if (!negated && positive == std::string_view::npos) return std::nullopt;
  const std::size_t at = negated ? negative : positive;
  const std::string_view sides[] = {statement.substr(0, at),
                                    statement.substr(at + (negated ? is_not.size() : is.size()))};
  std::string texts[2];
  bool asked = false;
  for (std::size_t i = 0; i < 2; ++i) {
    const bool open = sides[i].find("${") != std::string_view::npos;
    std::optional<Filled> filled = open ? fill(sides[i]) : std::nullopt;
    if (open && (!filled || filled->text.find("${") != std::string::npos)) return std::nullopt;
    if (filled) places.insert(places.end(), filled->places.begin(), filled->places.end());
    asked = asked || open;
    texts[i] = filled ? std::move(filled->text) : std::string(sides[i]);
  }
  if (!asked) return std::nullopt;
  return (texts[0] == texts[1]) != negated;
}

std::optional<bool> Given::any_holds(const Value& alternatives, std::vector<Region>& places) const {
  bool any = false, open = false;
  for (const Value& alternative : alternatives.items) {
    bool all = true, unknown = false;
    for (const std::string_view statement : parts_of(alternative.text, " and ")) {
      const std::optional<bool> held = holds(statement, places);
      unknown = unknown || !held;
      all = all && held.value_or(true);
    }
    any = any || (all && !unknown);
    open = open || (all && unknown);
  }
  return places.empty() || (open && !any) ? std::nullopt : std::optional(any);
}

bool Given::choose(Value& value) const {
  if (value.presence != Presence::Unknown || value.reason != reasons::condition) return false;
  const Value* const name = find_entry(value, "condition");
  const auto decided = name == nullptr ? conditions_.end() : conditions_.find(name->text);
  if (decided == conditions_.end() || !decided->second) return false;
  const Value* const branch = find_entry(value, *decided->second ? "then" : "else");
  if (branch == nullptr) return false;
  Value taken = *branch;
  const std::vector<Region>& places = places_.at(name->text);
  taken.origins.insert(taken.origins.end(), places.begin(), places.end());
  taken.sensitive = taken.sensitive || value.sensitive;
  value = std::move(taken);
  return true;
}

void Given::decide_existence(Resource& resource) const {
  const auto condition = std::find_if(resource.attributes.begin(), resource.attributes.end(),
                                      [](const Entry& entry) { return entry.key == "exists_if"; });
  if (condition == resource.attributes.end() || condition->value.items.empty()) return;
  std::vector<Region> places;
  const std::optional<bool> any = any_holds(condition->value, places);
  if (!any) return;
  Value exists = known_bool(*any, places.front());
  exists.origins = std::move(places);
  const Region place = exists.region;
  if (!*any) resource.instances = "count=0";
  resource.attributes.push_back({"exists", std::move(exists), place});
}

}  // namespace redtag::cloudformation
