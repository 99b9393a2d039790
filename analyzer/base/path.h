// Paths inside of a tree, as texts: no disk is asked.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace redtag {

/// Where `named` leads as seen from `directory`, without `.`, `..` and doubled slashes: `a/b` and `../c` give `a/c`. Empty for the top
/// itself; nullopt for what leads out of it.
[[nodiscard]] std::optional<std::string> path_below(std::string_view directory, std::string_view named);

}  // namespace redtag
