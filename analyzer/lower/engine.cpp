#include "lower/engine.h"

#include "base/text.h"
#include "compare/glob.h"

namespace redtag {

namespace {

/// What follows `pg` in `2.11.2-pg14` and `pg16-v0.2`: an extension's image counts its own versions beside the server's.
std::string_view server_in(std::string_view tag) {
  for (const std::string_view part : split(tag, '-')) {
    const bool numbered = part.starts_with("pg") && part.find_first_not_of("0123456789.", 2) == std::string_view::npos;
    if (numbered && part.size() > 2) return part.substr(2);
  }
  return tag;
}

/// The first `count` numbers of `v15.2-alpine`; empty for a tag that names no version.
std::string version_of(std::string_view tag, std::size_t count) {
  tag = server_in(tag);
  if (tag.starts_with('v')) tag.remove_prefix(1);
  std::string version;
  for (const std::string_view part : split(tag.substr(0, tag.find_first_not_of("0123456789.")), '.')) {
    if (part.empty() || count-- == 0) break;
    version += (version.empty() ? "" : ".") + std::string(part);
  }
  return version;
}

}  // namespace

std::string engine_of(std::string_view image, std::string_view tag, const FactTables& facts) {
  for (const FactRowView& row : facts.rows("docker", "engine")) {
    if (row.effect != "type" || !glob_match(row.path, image)) continue;
    const std::string version = version_of(tag, row.condition == "two numbers" ? 2 : 1);
    return version.empty() ? std::string() : std::string(row.value) + " " + version;
  }
  return {};
}

std::string engine_of(std::string_view image, const FactTables& facts) {
  const std::size_t slash = image.rfind('/');
  const std::size_t colon = image.find(':', slash == std::string_view::npos ? 0 : slash);
  return colon == std::string_view::npos ? std::string()
                                         : engine_of(image.substr(0, colon), image.substr(colon + 1), facts);
}

}  // namespace redtag
