// Paths inside of a tree, as texts: no disk is asked.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace redtag {

/// Where `named` leads as seen from `directory`, without `.`, `..` and doubled slashes: `a/b` and `../c` give `a/c`. Empty for the top
/// itself; nullopt for what leads out of it.
[[nodiscard]] std::optional<std::string> path_below(std::string_view directory, std::string_view named);

/// `a/b/main.tf` → `a/b`; empty for what lies at the top.
[[nodiscard]] std::string directory_of(std::string_view path);

/// `a/b` and `main.tf` give `a/b/main.tf`; at the top the name alone.
[[nodiscard]] std::string joined_path(std::string_view directory, std::string_view name);

}  // namespace redtag
