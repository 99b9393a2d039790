#include "compare/sets.h"

#include <map>

namespace redtag {
namespace {

/// Key → how to show it. Keys of what is unknown begin with `?`.
using Elements = std::map<std::string, std::string>;

// Not `canonical` for scalars, which makes all sensitive values look alike.
void add_element(Elements& elements, const Value& value) {
  const bool scalar = !value.known() || value.shape == Shape::Scalar;
  std::string key = value.known() ? "=" : "?";
  key += scalar ? value.text : canonical(value);
  elements.emplace(std::move(key), show(value));
}

Elements read_elements(const Value& value) {
  Elements elements;
  if (value.presence == Presence::Absent || value.is_null()) return elements;
  if (!value.known() || value.shape == Shape::Scalar || value.shape == Shape::Quantity) {
    add_element(elements, value);
    return elements;
  }
  for (const Value& item : value.items) add_element(elements, item);
  for (const Entry& entry : value.entries) elements.emplace("=" + entry.key, "\"" + entry.key + "\"");
  return elements;
}

bool has_own_unknown(const Elements& of, const Elements& in) {
  for (const auto& [key, shown] : of) {
    if (key.front() == '?' && !in.contains(key)) return true;
  }
  return false;
}

void without(const Elements& of, const Elements& in, DifferenceSide& side) {
  const bool in_may_have_it = has_own_unknown(in, of);
  for (const auto& [key, shown] : of) {
    if (in.contains(key)) continue;
    if (key.front() == '?' || in_may_have_it) {
      side.add_possible(shown);
    } else {
      side.add(shown);
    }
  }
}

}  // namespace

Difference compare_sets(const Value& before, const Value& after) {
  const Elements earlier = read_elements(before);
  const Elements later = read_elements(after);
  Difference difference;
  without(later, earlier, difference.gained);
  without(earlier, later, difference.lost);
  return difference;
}

}  // namespace redtag
