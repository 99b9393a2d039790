#include "base/expected.h"

#include <string>

namespace redtag {

void throw_broken_assumption(const char* condition, const char* why, const char* file, int line) {
  const std::string path(file);
  const auto slash = path.rfind("analyzer/");
  throw BrokenAssumption((slash == std::string::npos ? path : path.substr(slash)) + ":" + std::to_string(line) +
                         ": " + why + " (" + condition + ")");
}

}  // namespace redtag
