// How many have to agree: comparisons of a count of votes with what is enough.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace redtag::cpp {

struct Vote {
  std::string counted;  ///< the name of what is counted: `acks` of `state.acks.size()`
  std::string enough;   ///< `majority`, or a number as written
};

/// What a comparison asks of a count: `acks >= n / 2 + 1`, `n < 2 * votes`, `acks >= 1`. nullopt where it is none, where enough is
/// anything else, or where it asks for fewer. Whether the name is one of votes is not asked.
[[nodiscard]] std::optional<Vote> vote_in(std::string_view comparison);

}  // namespace redtag::cpp
