#include "lower/engine.h"

#include "base/text.h"
#include "compare/glob.h"

namespace redtag {

namespace {

/// The first `count` numbers of `v15.2-alpine`; empty for a tag that names no version.
std::string version_of(std::string_view tag, std::size_t count) {
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

}  // namespace redtag
