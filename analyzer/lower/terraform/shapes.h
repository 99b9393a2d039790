// What the functions on collections ask of their arguments, and what they answer with.
#pragma once

#include <algorithm>

#include "model/value.h"

namespace redtag::terraform {

/// A list or set, whose elements may be unknown.
[[nodiscard]] inline bool is_list(const Value& value) {
  return value.known() && (value.shape == Shape::List || value.shape == Shape::Set);
}

/// A map, an object or a block, whose parts may be unknown.
[[nodiscard]] inline bool is_map(const Value& value) {
  return value.known() && (value.shape == Shape::Map || value.shape == Shape::Block);
}

[[nodiscard]] inline bool all_known(const Value& list) {
  return std::all_of(list.items.begin(), list.items.end(), [](const Value& item) { return item.known(); });
}

/// An empty one, known.
[[nodiscard]] inline Value container(Shape shape, Region region) {
  Value value;
  value.presence = Presence::Known;
  value.shape = shape;
  value.region = region;
  return value;
}

}  // namespace redtag::terraform
