// What is said of a finding's reach.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "finding/finding.h"

namespace redtag {

struct ReachWords {
  std::vector<std::string> users;  ///< addresses of direct dependents, sorted
  std::size_t indirect = 0;
  std::size_t perhaps = 0;  ///< by name only
  std::uint64_t instances = 1;
  std::size_t roots = 0;                              ///< 0 where nothing brings its scope in
  std::map<Environment, std::uint64_t> environments;  ///< instances by environment of their root
  std::vector<std::string> entries;                   ///< functions that lead to it and that nothing calls, sorted
  bool complete = true;                               ///< false: there may be more
};

/// One line; empty where there is nothing to say.
[[nodiscard]] std::string in_words(const ReachWords& words);

}  // namespace redtag
