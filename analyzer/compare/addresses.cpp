#include "compare/addresses.h"

#include <algorithm>
#include <set>

#include "base/text.h"

namespace redtag {
namespace {

/// One element as written, with what it stands for.
struct Element {
  const Value* value = nullptr;
  std::vector<AddressRange> ranges;  ///< empty for what is no address
  bool known = true;
};

struct AddressSet {
  std::vector<Element> elements;
  std::vector<AddressRange> ranges;  ///< of all elements, merged
  std::set<std::string> others;      ///< keys of what is no address
};

/// What makes two elements the same. Not `canonical`, which makes all sensitive values look alike.
std::string key_of(const Value& value) {
  if (value.shape != Shape::Scalar && value.known()) return canonical(value);
  return (value.known() ? "=" : "?") + value.text;
}

bool is_everything(std::string_view text) {
  const std::string word = lower_ascii(text);
  return word == "*" || word == "any" || word == "all" || word == "internet";
}

Element read_element(const Value& value) {
  Element element{&value, {}, value.known()};
  if (!element.known || value.shape != Shape::Scalar) return element;
  if (is_everything(trim(value.text))) {
    element.ranges = {*parse_address_range("0.0.0.0/0"), *parse_address_range("::/0")};
  } else if (const auto range = parse_address_range(value.text)) {
    element.ranges = {*range};
  }
  return element;
}

AddressSet read_set(const Value& value) {
  AddressSet set;
  if (value.presence == Presence::Absent || value.is_null()) return set;
  if (value.known() && value.shape != Shape::Scalar) {
    for (const Value& item : value.items) {
      // A list in a list was one list to Terraform before 0.12, and still is where that is written.
      const bool inner = item.known() && (item.shape == Shape::List || item.shape == Shape::Set);
      if (!inner) set.elements.push_back(read_element(item));
      for (std::size_t i = 0; inner && i < item.items.size(); ++i) set.elements.push_back(read_element(item.items[i]));
    }
  } else {
    set.elements.push_back(read_element(value));
  }
  for (const Element& element : set.elements) {
    set.ranges.insert(set.ranges.end(), element.ranges.begin(), element.ranges.end());
    if (element.ranges.empty()) set.others.insert(key_of(*element.value));
  }
  set.ranges = merged(std::move(set.ranges));
  return set;
}

/// True if `of` has an unknown element that `in` has not: it may be any address.
bool has_own_unknown(const AddressSet& of, const AddressSet& in) {
  return std::any_of(of.elements.begin(), of.elements.end(), [&](const Element& element) {
    return !element.known && !in.others.contains(key_of(*element.value));
  });
}

/// Puts what `of` has and `in` has not on `side`; returns its ranges.
std::vector<AddressRange> without(const AddressSet& of, const AddressSet& in, DifferenceSide& side) {
  const bool in_may_have_it = has_own_unknown(in, of);
  std::vector<AddressRange> missing;
  std::set<std::string> told;
  for (const Element& element : of.elements) {
    std::vector<AddressRange> uncovered;
    std::copy_if(element.ranges.begin(), element.ranges.end(), std::back_inserter(uncovered),
                 [&](const AddressRange& range) { return !covers(in.ranges, range); });
    const std::string key = key_of(*element.value);
    const bool is_there = element.ranges.empty() ? in.others.contains(key) : uncovered.empty();
    if (is_there || !told.insert(key).second) continue;
    if (!element.known || in_may_have_it) {
      side.add_possible(show(*element.value));
    } else {
      side.add(show(*element.value));
    }
    missing.insert(missing.end(), uncovered.begin(), uncovered.end());
  }
  return missing;
}

}  // namespace

AddressDifference compare_addresses(const Value& before, const Value& after) {
  const AddressSet earlier = read_set(before);
  const AddressSet later = read_set(after);
  AddressDifference result;
  result.gained = scope_of(without(later, earlier, result.difference.gained));
  without(earlier, later, result.difference.lost);
  return result;
}

AddressScope address_scope(const Value& addresses) { return scope_of(read_set(addresses).ranges); }

}  // namespace redtag
