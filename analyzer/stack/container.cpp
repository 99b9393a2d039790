#include "base/text.h"
#include "stack/content.h"

namespace redtag {

bool is_container(const PlaceView& place, std::string_view text) {
  const bool dockerfile = place.name == "dockerfile" || place.name == "containerfile" ||
                          place.name.starts_with("dockerfile.") || place.name.starts_with("containerfile.") ||
                          place.name.ends_with(".dockerfile") || place.name.ends_with(".containerfile");
  if (dockerfile) return !place.yaml && !place.name.ends_with(".md") && !place.name.ends_with(".dockerignore");
  if (!place.yaml) return false;
  const bool named = place.name.starts_with("docker-compose") || place.name.starts_with("compose.") ||
                     place.name.starts_with("compose-") || place.name.ends_with("-compose.yml") ||
                     place.name.ends_with("-compose.yaml") || place.name.ends_with(".compose.yml");
  if (named) return true;
  const bool services = has_line(text, "services:") && !has_line(text, "apiVersion:");
  if (!services) return false;
  return text.find("\n    image:") != std::string_view::npos || text.find("\n    build:") != std::string_view::npos;
}

}  // namespace redtag
