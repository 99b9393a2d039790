#include "lower/terraform/type_defaults.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"

namespace redtag::terraform {

namespace {

constexpr unsigned deepest = limits::nesting;

using Pay = std::function<bool(const Value&)>;

bool calls(const Value& type, std::string_view constructor) {
  return type.presence == Presence::Unknown && type.expression == Expression::Call && type.text == constructor &&
         !type.items.empty();
}

bool has_defaults(const Value& type, unsigned levels) {
  if (levels == 0) return false;
  if (calls(type, "optional") && type.items.size() > 1) return true;
  for (const Value& item : type.items) {
    if (has_defaults(item, levels - 1)) return true;
  }
  for (const Entry& entry : type.entries) {
    if (has_defaults(entry.value, levels - 1)) return true;
  }
  return false;
}

Value* entry_of(Value& map, std::string_view key) {
  for (Entry& entry : map.entries) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

Value null_at(const Region& region) {
  Value null;
  null.presence = Presence::Known;
  null.type = ScalarType::Null;
  null.text = "null";
  null.region = region;
  return null;
}

void fill(Value& value, const Value& type, const Pay& pay, unsigned levels);

void fill_attribute(Value& object, const Entry& attribute, const Pay& pay, unsigned levels) {
  const bool optional = calls(attribute.value, "optional");
  const Value& type = optional ? attribute.value.items[0] : attribute.value;
  Value* given = entry_of(object, attribute.key);
  const bool absent = given == nullptr || (given->known() && given->is_null());
  if (optional && absent) {
    const bool defaulted = attribute.value.items.size() > 1;
    if (defaulted && !pay(attribute.value.items[1])) return;
    Value value = defaulted ? attribute.value.items[1] : null_at(attribute.region);
    if (given == nullptr) {
      object.entries.push_back({attribute.key, std::move(value), attribute.region});
      given = &object.entries.back().value;
    } else if (defaulted) {
      *given = std::move(value);
    }
  }
  if (given != nullptr) fill(*given, type, pay, levels - 1);
}

void fill(Value& value, const Value& type, const Pay& pay, unsigned levels) {
  if (levels == 0 || !value.known() || value.is_null()) return;
  if (calls(type, "object")) {
    if (value.shape != Shape::Map || type.items[0].shape != Shape::Map) return;
    for (const Entry& attribute : type.items[0].entries) fill_attribute(value, attribute, pay, levels);
  } else if (calls(type, "map")) {
    for (Entry& entry : value.entries) fill(entry.value, type.items[0], pay, levels - 1);
  } else if (calls(type, "list") || calls(type, "set")) {
    for (Value& item : value.items) fill(item, type.items[0], pay, levels - 1);
  }
}

}  // namespace

bool has_defaults(const Value& type) { return has_defaults(type, deepest); }

void fill_defaults(Value& value, const Value& type, const Pay& pay) { fill(value, type, pay, deepest); }

std::optional<Value> default_at(const Value& type, std::string_view path) {
  const Value* at = &type;
  const Value* optional = nullptr;
  while (!path.empty()) {
    if (calls(*at, "optional")) at = &at->items[0];
    const std::size_t end = std::min(path.find_first_of(".[", 1), path.size());
    if (path[0] == '[' && path.starts_with("[]") && (calls(*at, "map") || calls(*at, "list"))) {
      optional = nullptr;
      at = &at->items[0];
    } else if (path[0] == '.' && calls(*at, "object")) {
      optional = find_entry(at->items[0], path.substr(1, end - 1));
      if (optional == nullptr) return std::nullopt;
      at = optional;
    } else {
      return std::nullopt;
    }
    path.remove_prefix(end);
  }
  if (optional == nullptr || !calls(*optional, "optional")) return std::nullopt;
  Value value = optional->items.size() > 1 ? optional->items[1] : null_at(optional->region);
  if (!value.known()) return std::nullopt;
  value.presence = Presence::Defaulted;
  return value;
}

}  // namespace redtag::terraform
