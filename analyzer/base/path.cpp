#include "base/path.h"

#include <vector>

#include "base/text.h"

namespace redtag {

std::optional<std::string> path_below(std::string_view directory, std::string_view named) {
  std::vector<std::string_view> steps;
  for (const std::string_view whole : {directory, named}) {
    for (const std::string_view step : split(whole, '/')) {
      if (step.empty() || step == ".") continue;
      if (step != "..") {
        steps.push_back(step);
      } else if (steps.empty()) {
        return std::nullopt;
      } else {
        steps.pop_back();
      }
    }
  }
  std::string path;
  for (const std::string_view step : steps) path += (path.empty() ? "" : "/") + std::string(step);
  return path;
}

std::string directory_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string() : std::string(path.substr(0, slash));
}

std::string joined_path(std::string_view directory, std::string_view name) {
  return directory.empty() ? std::string(name) : std::string(directory) + "/" + std::string(name);
}

}  // namespace redtag
