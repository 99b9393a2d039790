// Which database engine an image is, and in which format it keeps its data.
#pragma once

#include <string>
#include <string_view>

#include "facts/facts.h"

namespace redtag {

/// `postgres 16` of the image `registry.example/postgres` and the tag `v16.2-alpine`: an engine of the tables (rows `engine`) and as much of its
/// version as decides on the format of what it keeps. Empty for another image, and for a tag that names no version.
[[nodiscard]] std::string engine_of(std::string_view image, std::string_view tag, const FactTables& facts);

/// The same of `registry.example/postgres:16.2@sha256:…`.
[[nodiscard]] std::string engine_of(std::string_view image, const FactTables& facts);

}  // namespace redtag
