#include "model/choice.h"

namespace redtag {

std::optional<std::string> without_choice(std::string_view address) {
  const std::size_t end = address.find("]:");
  const std::size_t begin = end == std::string_view::npos ? end : address.rfind('[', end);
  if (begin == std::string_view::npos) return std::nullopt;
  const std::string scope(address.substr(0, begin));
  return scope + std::string(address.substr(end + (scope.empty() ? 2 : 1)));
}

}  // namespace redtag
