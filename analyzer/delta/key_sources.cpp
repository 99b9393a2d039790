#include "delta/key_sources.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

namespace redtag {

namespace {

constexpr unsigned deepest_source = 16;
constexpr std::size_t most_sources = 256;  // compared each with each

/// Of a call, as it is written: `merge` of `merge(local.a, local.b)`.
std::string_view function_of(const Value& value) {
  return std::string_view(value.text).substr(0, value.text.find('('));
}

bool is_call(const Value& value) {
  return value.presence == Presence::Unknown && value.expression == Expression::Call && !value.items.empty();
}

/// Functions of one argument that keep how many there are, or give fewer only where there were fewer before.
bool is_wrapper(const Value& value) {
  static constexpr std::array names = std::to_array<std::string_view>(
      {"compact", "distinct", "flatten", "keys", "length", "nonsensitive", "sort", "tolist", "tomap", "toset"});
  return is_call(value) && value.items.size() == 1 &&
         std::find(names.begin(), names.end(), function_of(value)) != names.end();
}

bool gathers(const Value& value) {
  const std::string_view name = function_of(value);
  return is_call(value) && (name == "merge" || name == "concat" || name == "setunion");
}

bool is_for(const Value& value) {
  return value.presence == Presence::Unknown && value.expression == Expression::For && value.items.size() == 4;
}

bool is_empty(const Value& value) {
  return value.known() && value.shape != Shape::Scalar && value.items.empty() && value.entries.empty();
}

const Value& unwrapped(const Value& value) {
  const Value* inner = &value;
  for (unsigned level = 0; level < deepest_source && is_wrapper(*inner); ++level) inner = &inner->items[0];
  return *inner;
}

/// One that gives keys: an element or an entry that is written out, or a whole collection.
struct Source {
  const Value* value = nullptr;
  std::string_view key;  ///< of a map that is written out
};

void add_sources(const Value& value, std::vector<Source>& into) {
  if (value.known() && value.shape != Shape::Scalar) {
    for (const Value& item : value.items) into.push_back({&item, {}});
    for (const Entry& entry : value.entries) into.push_back({nullptr, entry.key});
    return;
  }
  into.push_back({&value, {}});
}

std::vector<Source> sources_of(const Value& written) {
  const Value& value = unwrapped(written);
  std::vector<Source> sources;
  if (!gathers(value)) add_sources(value, sources);
  if (gathers(value)) {
    for (const Value& part : value.items) add_sources(unwrapped(part), sources);
  }
  return sources;
}

bool gives_the_same(const Source& a, const Source& b) {
  if (a.value == nullptr || b.value == nullptr) return a.value == b.value && a.key == b.key;
  return same_value(*a.value, *b.value);
}

std::vector<Source> without(const std::vector<Source>& some, const std::vector<Source>& others) {
  std::vector<Source> left;
  std::copy_if(some.begin(), some.end(), std::back_inserter(left), [&](const Source& one) {
    return std::none_of(others.begin(), others.end(), [&](const Source& other) { return gives_the_same(one, other); });
  });
  return left;
}

std::string name_of(const Source& source) {
  return source.value == nullptr ? std::string(source.key) : show(*source.value);
}

/// `[for name, one` of `[for name, one in var.all : one.id]`.
std::string_view variables_of(const Value& value) {
  return std::string_view(value.text).substr(0, value.text.find(" in "));
}

/// What a comprehension makes of the same collection.
std::string lost_by_for(const Value& before, const Value& after) {
  if (!same_value(before.items[0], after.items[0]) || variables_of(before) != variables_of(after)) return {};
  const auto absent = [](const Value& part) { return part.presence == Presence::Absent || part.is_null(); };
  // Of a list that becomes a set, the values are the keys.
  const std::size_t key = absent(before.items[1]) ? 2 : 1;
  if (absent(before.items[1]) != absent(after.items[1])) return {};
  if (!same_value(before.items[key], after.items[key]))
    return "its keys were " + show(before.items[key]) + " and are " + show(after.items[key]) +
           ", and no moved block carries an instance over";
  if (absent(before.items[3]) && !absent(after.items[3]))
    return "those for which " + show(after.items[3]) + " is not true are left out now";
  return {};
}

bool takes_away(const Value& value) {
  const std::string_view name = function_of(value);
  return is_call(value) && value.items.size() == 2 && (name == "setsubtract" || name == "setintersection");
}

}  // namespace

std::string lost_keys(const Value& before, const Value& after) {
  const Value& was = unwrapped(before);
  const Value& is = unwrapped(after);
  if (was.presence != Presence::Unknown) return {};
  if (is_for(was) && is_for(is)) return lost_by_for(was, is);
  if (takes_away(is) && !takes_away(was) && same_value(was, unwrapped(is.items[0])))
    return std::string(function_of(is)) + " takes some away now";
  if (!gathers(was)) return {};
  const std::vector<Source> old_ones = sources_of(was), new_ones = sources_of(is);
  if (old_ones.size() > most_sources || new_ones.size() > most_sources || !without(new_ones, old_ones).empty())
    return {};
  std::vector<Source> lost = without(old_ones, new_ones);
  std::erase_if(lost, [](const Source& source) { return source.value != nullptr && is_empty(*source.value); });
  return lost.empty() ? std::string() : "those are gone that came from " + name_of(lost.front());
}

}  // namespace redtag
