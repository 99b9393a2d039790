// Functions on lists, sets and maps. Elements may be unknown: what only moves them keeps them as they are.
#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "lower/terraform/functions.h"
#include "lower/terraform/shapes.h"

namespace redtag::terraform {

namespace {

using Arguments = std::vector<Value>;
using Result = std::optional<Value>;
using Function = Result (*)(const Arguments& arguments, Region region);

constexpr std::size_t most_elements = 100'000;

std::vector<Value> unique(const std::vector<Value>& items) {
  std::vector<std::pair<std::string, std::size_t>> keyed;
  for (std::size_t i = 0; i < items.size(); ++i) keyed.emplace_back(canonical(items[i]), i);
  std::sort(keyed.begin(), keyed.end());
  keyed.erase(std::unique(keyed.begin(), keyed.end(), [](const auto& a, const auto& b) { return a.first == b.first; }),
              keyed.end());
  std::sort(keyed.begin(), keyed.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  std::vector<Value> out;
  for (const auto& [text, index] : keyed) out.push_back(items[index]);
  return out;
}

/// A map under construction: a later entry takes the place of an earlier one of its name.
class MapBuilder {
 public:
  explicit MapBuilder(Region region) : map_(container(Shape::Map, region)) {}
  void set(const Entry& entry) {
    const auto [place, added] = places_.try_emplace(entry.key, map_.entries.size());
    if (added)
      map_.entries.push_back(entry);
    else
      map_.entries[place->second] = entry;
  }
  /// The same, where the place of the call decides which of two values it is.
  void set(const Entry& entry, Region decides) {
    const bool stands = places_.contains(entry.key);
    set(entry);
    if (stands && decides.valid()) note(map_.entries[places_.at(entry.key)].value, decides, levels_of_rows);
  }
  Value take() { return std::move(map_); }

 private:
  static constexpr unsigned levels_of_rows = 3;

  static void note(Value& value, Region decides, unsigned levels) {
    value.origins.push_back(decides);
    for (Entry& entry : value.entries) {
      if (levels > 0) note(entry.value, decides, levels - 1);
    }
  }

  Value map_;
  std::map<std::string, std::size_t> places_;
};

Result merge(const Arguments& arguments, Region region) {
  MapBuilder map(region);
  for (const Value& argument : arguments) {
    if (argument.known() && argument.is_null()) continue;
    if (!is_map(argument)) return std::nullopt;
    for (const Entry& entry : argument.entries) map.set(entry, region);
  }
  return map.take();
}

Result concat(const Arguments& arguments, Region region) {
  Value list = container(Shape::List, region);
  for (const Value& argument : arguments) {
    if (!is_list(argument) || list.items.size() + argument.items.size() > most_elements) return std::nullopt;
    list.items.insert(list.items.end(), argument.items.begin(), argument.items.end());
  }
  return list;
}

bool flatten_into(const Value& value, std::vector<Value>& out) {
  for (const Value& item : value.items) {
    if (is_list(item)) {
      if (!flatten_into(item, out)) return false;
    } else if (!item.known() && item.expression != Expression::Template) {
      return false;  // it may itself be a list, of any length
    } else {
      out.push_back(item);
    }
    if (out.size() > most_elements) return false;
  }
  return true;
}

Result flatten(const Arguments& arguments, Region region) {
  Value list = container(Shape::List, region);
  if (arguments.size() != 1 || !is_list(arguments[0]) || !flatten_into(arguments[0], list.items)) return std::nullopt;
  return list;
}

Result lookup(const Arguments& arguments, Region) {
  if (arguments.size() < 2 || !is_map(arguments[0])) return std::nullopt;
  const auto key = as_text(arguments[1]);
  if (!key) return std::nullopt;
  if (const Value* found = find_entry(arguments[0], *key)) return *found;
  return arguments.size() == 3 ? Result(arguments[2]) : std::nullopt;
}

std::vector<const Entry*> by_key(const Value& map) {
  std::vector<const Entry*> entries;
  for (const Entry& entry : map.entries) entries.push_back(&entry);
  std::stable_sort(entries.begin(), entries.end(), [](const Entry* a, const Entry* b) { return a->key < b->key; });
  return entries;
}

Result keys(const Arguments& arguments, Region region) {
  if (arguments.size() != 1 || !is_map(arguments[0])) return std::nullopt;
  Value list = container(Shape::List, region);
  for (const Entry* entry : by_key(arguments[0])) list.items.push_back(known_string(entry->key, entry->region));
  return list;
}

Result values(const Arguments& arguments, Region region) {
  if (arguments.size() != 1 || !is_map(arguments[0])) return std::nullopt;
  Value list = container(Shape::List, region);
  for (const Entry* entry : by_key(arguments[0])) list.items.push_back(entry->value);
  return list;
}

Result length(const Arguments& arguments, Region region) {
  if (arguments.size() != 1 || !arguments[0].known() || arguments[0].is_null()) return std::nullopt;
  const Value& value = arguments[0];
  if (value.shape == Shape::Set && !all_known(value)) return std::nullopt;  // two unknowns may be one
  if (is_list(value)) return number_value(static_cast<double>(value.items.size()), region);
  if (is_map(value)) return number_value(static_cast<double>(value.entries.size()), region);
  return number_value(static_cast<double>(value.text.size()), region);
}

Result contains(const Arguments& arguments, Region region) {
  if (arguments.size() != 2 || !is_list(arguments[0]) || !arguments[1].known()) return std::nullopt;
  for (const Value& item : arguments[0].items) {
    if (item.known() && same_value(item, arguments[1])) return known_bool(true, region);
  }
  return all_known(arguments[0]) ? Result(known_bool(false, region)) : std::nullopt;
}

Result coalesce(const Arguments& arguments, Region) {
  for (const Value& argument : arguments) {
    if (!argument.known()) return std::nullopt;
    if (!argument.is_null() && !(argument.shape == Shape::Scalar && argument.text.empty())) return argument;
  }
  return std::nullopt;
}

Result coalescelist(const Arguments& arguments, Region) {
  for (const Value& argument : arguments) {
    if (!is_list(argument)) return std::nullopt;
    if (!argument.items.empty()) return argument;
  }
  return std::nullopt;
}

Result element(const Arguments& arguments, Region) {
  if (arguments.size() != 2 || !is_list(arguments[0]) || arguments[0].items.empty()) return std::nullopt;
  const auto index = as_number(arguments[1]);
  if (!index || *index < 0) return std::nullopt;
  return arguments[0].items[static_cast<std::size_t>(*index) % arguments[0].items.size()];
}

Result one(const Arguments& arguments, Region region) {
  if (arguments.size() != 1 || !is_list(arguments[0]) || arguments[0].items.size() > 1) return std::nullopt;
  if (!arguments[0].items.empty()) return arguments[0].items.front();
  Value null = known_string({}, region);
  null.type = ScalarType::Null;
  return null;
}

Result list_of(const Arguments& arguments, Region region) {
  Value list = container(Shape::List, region);
  list.items = arguments;
  return list;
}

Result map_of(const Arguments& arguments, Region region) {
  MapBuilder map(region);
  for (std::size_t i = 0; i + 1 < arguments.size(); i += 2) {
    const auto key = as_text(arguments[i]);
    if (!key) return std::nullopt;
    map.set({std::string(*key), arguments[i + 1], arguments[i + 1].region});
  }
  return map.take();
}

Result toset(const Arguments& arguments, Region) {
  return arguments.size() == 1 && is_list(arguments[0]) ? Result(as_set(arguments[0])) : std::nullopt;
}

Result tolist(const Arguments& arguments, Region) {
  if (arguments.size() != 1 || !is_list(arguments[0])) return std::nullopt;
  Value list = arguments[0];
  list.shape = Shape::List;
  return list;
}

Result tomap(const Arguments& arguments, Region) {
  return arguments.size() == 1 && is_map(arguments[0]) ? Result(arguments[0]) : std::nullopt;
}

Result distinct(const Arguments& arguments, Region) {
  if (arguments.size() != 1 || !is_list(arguments[0])) return std::nullopt;
  Value list = arguments[0];
  list.items = unique(list.items);
  return list;
}

Result compact(const Arguments& arguments, Region) {
  if (arguments.size() != 1 || !is_list(arguments[0]) || !all_known(arguments[0])) return std::nullopt;
  Value list = arguments[0];
  std::erase_if(list.items,
                [](const Value& item) { return item.is_null() || (item.shape == Shape::Scalar && item.text.empty()); });
  return list;
}

Result sort(const Arguments& arguments, Region) {
  if (arguments.size() != 1 || !is_list(arguments[0]) || !all_known(arguments[0])) return std::nullopt;
  Value list = arguments[0];
  std::stable_sort(list.items.begin(), list.items.end(),
                   [](const Value& a, const Value& b) { return a.text < b.text; });
  list.shape = Shape::List;
  return list;
}

Result reverse(const Arguments& arguments, Region) {
  if (arguments.size() != 1 || !is_list(arguments[0]) || arguments[0].shape != Shape::List) return std::nullopt;
  Value list = arguments[0];
  std::reverse(list.items.begin(), list.items.end());
  return list;
}

Result slice(const Arguments& arguments, Region) {
  if (arguments.size() != 3 || !is_list(arguments[0])) return std::nullopt;
  const auto from = as_number(arguments[1]), to = as_number(arguments[2]);
  const auto size = static_cast<double>(arguments[0].items.size());
  if (!from || !to || *from < 0 || *to > size || *from > *to) return std::nullopt;
  Value list = arguments[0];
  list.items.assign(arguments[0].items.begin() + static_cast<std::ptrdiff_t>(*from),
                    arguments[0].items.begin() + static_cast<std::ptrdiff_t>(*to));
  return list;
}

Result join(const Arguments& arguments, Region region) {
  if (arguments.size() < 2) return std::nullopt;
  const auto between = as_text(arguments[0]);
  if (!between) return std::nullopt;
  std::string out;
  bool first = true;
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    if (!is_list(arguments[i])) return std::nullopt;
    for (const Value& item : arguments[i].items) {
      const auto text = as_text(item);
      if (!text || out.size() > (std::size_t{1} << 20)) return std::nullopt;
      if (!std::exchange(first, false)) out += *between;
      out += *text;
    }
  }
  return known_string(std::move(out), region);
}

Result formatlist(const Arguments& arguments, Region region) {
  std::size_t size = 0;
  for (const Value& argument : arguments) {
    if (is_list(argument)) size = std::max(size, argument.items.size());
  }
  Value list = container(Shape::List, region);
  for (std::size_t i = 0; i < size; ++i) {
    Arguments row;
    for (const Value& argument : arguments) {
      if (is_list(argument) && argument.items.size() != size) return std::nullopt;
      row.push_back(is_list(argument) ? argument.items[i] : argument);
    }
    Result text = call_function("format", row, region);
    if (!text) return std::nullopt;
    list.items.push_back(std::move(*text));
  }
  return size == 0 ? std::nullopt : Result(std::move(list));
}

Result zipmap(const Arguments& arguments, Region region) {
  if (arguments.size() != 2 || !is_list(arguments[0]) || !is_list(arguments[1])) return std::nullopt;
  if (arguments[0].items.size() != arguments[1].items.size()) return std::nullopt;
  Arguments pairs;
  for (std::size_t i = 0; i < arguments[0].items.size(); ++i) {
    pairs.push_back(arguments[0].items[i]);
    pairs.push_back(arguments[1].items[i]);
  }
  return map_of(pairs, region);
}

Result range(const Arguments& arguments, Region region) {
  if (arguments.empty() || arguments.size() > 2) return std::nullopt;
  const auto from = arguments.size() == 2 ? as_number(arguments[0]) : std::optional(0.0);
  const auto to = as_number(arguments.back());
  if (!from || !to || *to - *from > 4096) return std::nullopt;
  Value list = container(Shape::List, region);
  for (double at = *from; at < *to; at += 1) list.items.push_back(number_value(at, region));
  return list;
}

Result setunion(const Arguments& arguments, Region region) {
  Result all = concat(arguments, region);
  return all ? Result(as_set(*all)) : std::nullopt;
}

enum class Keep : std::uint8_t { Common, Others };

Result select(const Arguments& arguments, Keep keep) {
  if (arguments.size() != 2 || !is_list(arguments[0]) || !is_list(arguments[1])) return std::nullopt;
  if (!all_known(arguments[0]) || !all_known(arguments[1])) return std::nullopt;
  std::vector<std::string> others;
  for (const Value& item : arguments[1].items) others.push_back(canonical(item));
  std::sort(others.begin(), others.end());
  Value set = arguments[0];
  std::erase_if(set.items, [&](const Value& item) {
    return std::binary_search(others.begin(), others.end(), canonical(item)) != (keep == Keep::Common);
  });
  return as_set(set);
}

Result setsubtract(const Arguments& arguments, Region) { return select(arguments, Keep::Others); }
Result setintersection(const Arguments& arguments, Region) { return select(arguments, Keep::Common); }

struct Named {
  std::string_view name;
  Function function;
};

constexpr std::array functions = std::to_array<Named>({
    {"coalesce", coalesce},
    {"coalescelist", coalescelist},
    {"compact", compact},
    {"concat", concat},
    {"contains", contains},
    {"distinct", distinct},
    {"element", element},
    {"flatten", flatten},
    {"formatlist", formatlist},
    {"join", join},
    {"keys", keys},
    {"length", length},
    {"list", list_of},
    {"lookup", lookup},
    {"map", map_of},
    {"merge", merge},
    {"one", one},
    {"range", range},
    {"reverse", reverse},
    {"setintersection", setintersection},
    {"setsubtract", setsubtract},
    {"setunion", setunion},
    {"slice", slice},
    {"sort", sort},
    {"tolist", tolist},
    {"tomap", tomap},
    {"toset", toset},
    {"values", values},
    {"zipmap", zipmap},
});

}  // namespace

Value as_set(const Value& list) {
  Value set = list;
  set.shape = Shape::Set;
  set.items = unique(list.items);
  std::stable_sort(set.items.begin(), set.items.end(), [](const Value& a, const Value& b) { return a.text < b.text; });
  return set;
}

std::optional<Value> call_collection_function(std::string_view name, const Arguments& arguments, Region region) {
  const auto* const found =
      std::find_if(functions.begin(), functions.end(), [&](const Named& f) { return f.name == name; });
  return found == functions.end() ? std::nullopt : found->function(arguments, region);
}

}  // namespace redtag::terraform
