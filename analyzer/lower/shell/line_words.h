// Words of a line that is no command: a row of a table, a field of a unit.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "base/text.h"

namespace redtag::shell {

/// Takes the first word off, with the blanks around it. A view of the line.
inline std::string_view take_word(std::string_view& line) {
  line = trim(line);
  const std::size_t end = std::min(line.find_first_of(" \t"), line.size());
  const std::string_view word = line.substr(0, end);
  line.remove_prefix(end);
  return word;
}

}  // namespace redtag::shell
