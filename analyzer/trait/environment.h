// Environments and roles as paths and names tell them.
#pragma once

#include <string_view>

#include "finding/finding.h"

namespace redtag {

/// The environment that words of a path or address name (`envs/prod/db.tf`, `module.orders_staging`); where several do, the one
/// that matters most. Unknown if none does.
[[nodiscard]] Environment environment_in(std::string_view words);

/// The one of two that a gate must assume: production before shared before unknown before the low ones.
[[nodiscard]] Environment worse(Environment a, Environment b);

/// True if a directory of the path (not the file's own name) says tests, fixtures, examples or documentation.
[[nodiscard]] bool is_test_path(std::string_view path);
/// The part of the path up to and with the directory that says so; empty if none does.
[[nodiscard]] std::string_view test_directory(std::string_view path);
/// True for a source file that is a test by the naming of its language (`cache_test.cc`, `test_cache.c`), wherever it stands.
[[nodiscard]] bool is_test_source(std::string_view path);

}  // namespace redtag
