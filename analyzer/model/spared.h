// What an operation that deletes leaves alone, as far as its text says so: files younger than thirty days, the last seven copies, one
// name. And when it runs, where a clock or another procedure starts it.
//
// Both are kept as surroundings (model/surrounding.h): they are no operands, and a clearance is for them and no others. Comparing two
// sides, less that is left alone is the same operation with a wider reach.
#pragma once

#include <string>
#include <string_view>

#include "model/surrounding.h"

namespace redtag {

inline constexpr std::string_view spared_mark = "around: spares ";
inline constexpr std::string_view starter_mark = "around: started by ";
inline constexpr std::string_view schedule_mark = "around: schedule=";

/// `what` is the test or option (`-mtime`), `amount` how much it leaves alone: a quantity where more leaves more alone, or any text.
[[nodiscard]] inline Value spared(std::string_view what, std::string_view amount) {
  return known_string(std::string(spared_mark) + std::string(what) + "=" + std::string(amount));
}

/// A procedure beside its own that runs it as well, by the last part of its address.
[[nodiscard]] inline Value started_by(std::string_view name) {
  return known_string(std::string(starter_mark) + std::string(name));
}

[[nodiscard]] inline Value schedule(std::string_view times) {
  return known_string(std::string(schedule_mark) + std::string(times));
}

}  // namespace redtag
