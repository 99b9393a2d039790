#include "stack/container.h"

#include "base/text.h"
#include "stack/content.h"

namespace redtag {

bool is_server_settings(std::string_view path, std::string_view text) {
  const std::string name = lower_ascii(path.substr(path.rfind('/') + 1));
  if (name.ends_with(".cnf")) return text.find("[mysqld") != std::string_view::npos || name == "my.cnf";
  if (!name.ends_with(".conf")) return false;
  for (const std::string_view begin : {"postgresql", "postgres", "redis", "valkey"}) {
    if (name.starts_with(begin) && name.find("exporter") == std::string::npos) return true;
  }
  return false;
}

bool is_container(const PlaceView& place, std::string_view text) {
  if (is_server_settings(place.name, text)) return true;
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
