// A text as a unit, by tree-sitter: no types, no headers, no preprocessing; conditions by structure.
#pragma once

#include <string_view>

#include "base/expected.h"
#include "lower/cpp/unit.h"

namespace redtag::cpp {

/// Errors only where the parser's budget is spent. `path` decides between C and C++.
[[nodiscard]] Expected<Unit> parse_unit(std::string_view path, std::string_view text);

/// Blanks and comments folded to one space, cut at 400 bytes.
[[nodiscard]] std::string folded(std::string_view text);

}  // namespace redtag::cpp
