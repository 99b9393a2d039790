#include "lower/terraform/members.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/limits.h"
#include "lower/terraform/render.h"

namespace redtag::terraform {

namespace {

constexpr std::size_t most_members = 10'000;

/// False if it is too deep or too long to be read as one list.
bool gather(const Value& value, Value& into, unsigned levels) {
  if (levels == 0 || into.items.size() >= most_members) return false;
  if (!passes_elements(value) && !is_sequence(value)) {
    into.items.push_back(value);
    return true;
  }
  return std::all_of(value.items.begin(), value.items.end(),
                     [&](const Value& item) { return gather(item, into, levels - 1); });
}

bool is_map(const Value& value) { return value.known() && value.shape == Shape::Map; }

bool is_table(const Value& value) {
  return is_map(value) && !value.entries.empty() &&
         std::all_of(value.entries.begin(), value.entries.end(), [](const Entry& entry) {
           return is_map(entry.value) || entry.value.presence == Presence::Unknown;
         });
}

}  // namespace

bool is_sequence(const Value& value) {
  return value.known() && value.shape != Shape::Scalar && value.shape != Shape::Quantity && value.shape != Shape::Map &&
         value.shape != Shape::Block;
}

bool passes_elements(const Value& call) {
  static constexpr std::array names = std::to_array<std::string_view>(
      {"concat", "flatten", "distinct", "compact", "sort", "toset", "tolist", "setunion"});
  return call.presence == Presence::Unknown && call.expression == Expression::Call &&
         std::find(names.begin(), names.end(), call.text) != names.end();
}

std::optional<Value> as_members(const Value& value) {
  if (!passes_elements(value)) return std::nullopt;
  Value list;
  list.presence = Presence::Known;
  list.shape = value.text == "toset" || value.text == "setunion" ? Shape::Set : Shape::List;
  list.region = value.region;
  list.origins = value.origins;
  list.sensitive = value.sensitive;
  if (!gather(value, list, limits::nesting)) return std::nullopt;
  const bool some = std::any_of(list.items.begin(), list.items.end(), [](const Value& item) { return item.known(); }) ||
                    list.items.size() > 1;
  return some ? std::optional(std::move(list)) : std::nullopt;
}

std::optional<Value> as_entries(const Value& value) {
  const bool merges =
      value.presence == Presence::Unknown && value.expression == Expression::Call && value.text == "merge";
  if (!merges || std::none_of(value.items.begin(), value.items.end(), is_map)) return std::nullopt;
  Value map = value;
  map.presence = Presence::Known;
  map.shape = Shape::Map;
  map.expression = Expression::None;
  map.text.clear();
  map.reason.clear();
  map.items.clear();
  const auto put = [&](Entry entry) {  // of two that give the same key, the later one counts
    std::erase_if(map.entries, [&](const Entry& other) { return other.key == entry.key; });
    map.entries.push_back(std::move(entry));
  };
  for (const Value& part : value.items) {
    if (is_map(part)) {
      for (const Entry& entry : part.entries) put(entry);
    } else {
      put({render(part), part, part.region});
    }
  }
  return map;
}

void open_tables(Value& input, unsigned levels) {
  if (levels == 0 || !is_map(input)) return;
  const bool table = is_table(input);
  for (Entry& entry : input.entries) {
    open_tables(entry.value, levels - 1);
    if (table && is_map(entry.value)) entry.value.shape = Shape::Block;
  }
  const bool opened = std::any_of(input.entries.begin(), input.entries.end(),
                                  [](const Entry& entry) { return entry.value.shape == Shape::Block; });
  if (opened) input.shape = Shape::Block;
}

}  // namespace redtag::terraform
