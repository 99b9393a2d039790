// What surrounds a command in the file that carries it and decides on what it acts, without being one of its words: the folder that it
// runs in, the variables that it reads by itself, the environment of a job, the hosts of a play, a condition in front of it.
//
// It is kept as an argument under a mark. A fingerprint has it, so that a clearance is for this place and no other; the comparison
// of two sides has not, so that no command is found for what was changed around it.
#pragma once

#include <string>
#include <string_view>

#include "model/value.h"

namespace redtag {

inline constexpr std::string_view surrounding_mark = "around: ";

[[nodiscard]] inline Value surrounding(std::string_view name, std::string_view value) {
  return known_string(std::string(surrounding_mark) + std::string(name) + "=" + std::string(value));
}

[[nodiscard]] inline bool is_surrounding(const Value& argument) {
  return std::string_view(argument.text).starts_with(surrounding_mark);
}

inline constexpr std::string_view said_mark = "said as: ";

/// What the words of a command come to, whatever their order and spelling: the comparison of two sides looks at this, and at what
/// stands behind it, where it is there.
[[nodiscard]] inline Value said_as(std::string_view words) {
  return known_string(std::string(said_mark) + std::string(words));
}

[[nodiscard]] inline bool is_said_as(const Value& argument) {
  return std::string_view(argument.text).starts_with(said_mark);
}

}  // namespace redtag
