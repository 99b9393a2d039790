// Where an operation acts, as far as an address, the name of an environment or a file that it loads says so.
//
// The operation stands where it stood, and its words are the same: what moves is a value in another file. It is kept as a surrounding
// (model/surrounding.h), and comparing two sides asks for it on its own.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "model/model.h"
#include "model/surrounding.h"

namespace redtag {

/// In the order of what is at stake there.
enum class Destination : std::uint8_t {
  Unknown,
  Nearby,     ///< the same machine
  Test,       ///< a name or an address says that it may break
  Beside,     ///< a name without a domain: a service that stands beside it, or a host of the same network
  Elsewhere,  ///< another host of which nothing more is known
  Production,
};
inline constexpr std::array<std::string_view, 6> destination_names{"unknown", "nearby",    "test",
                                                                   "beside",  "elsewhere", "production"};

inline constexpr std::string_view reach_mark = "around: reaches ";

/// `because` names what says so, and shows nothing that opens a door: `DATABASE_URL=db.prod.example`.
[[nodiscard]] inline Value reaches(Destination where, std::string_view because) {
  return known_string(std::string(reach_mark) + std::string(destination_names[static_cast<std::size_t>(where)]) +
                      " by " + std::string(because));
}

struct ReachView {
  Destination where = Destination::Unknown;
  std::string_view because;  ///< of the operation's
};
[[nodiscard]] inline ReachView reach_of(const Operation& operation) {
  for (const Value& argument : operation.arguments) {
    std::string_view text = argument.text;
    if (!text.starts_with(reach_mark)) continue;
    text.remove_prefix(reach_mark.size());
    const std::size_t by = text.find(" by ");
    for (std::size_t i = 0; i < destination_names.size() && by != std::string_view::npos; ++i) {
      if (text.substr(0, by) == destination_names[i]) return {static_cast<Destination>(i), text.substr(by + 4)};
    }
  }
  return {};
}

}  // namespace redtag
