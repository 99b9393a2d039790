// Patterns of paths as git reads them, for `.gitattributes` and CODEOWNERS.
#pragma once

#include <string_view>

namespace redtag {

/// True if a pattern matches a whole path: `*`, `?` and `[…]` stay inside one name, `**/` is any number of folders, a trailing `/**` all
/// that is below. Linear in the product of both sizes; a pattern of more than 1024 bytes matches everything.
[[nodiscard]] bool git_pattern_matches(std::string_view pattern, std::string_view path);

/// As `.gitattributes` means it, for a path below the file's own directory: without a slash any name, and never a whole folder.
[[nodiscard]] bool attributes_pattern_covers(std::string_view pattern, std::string_view path);

/// As CODEOWNERS means it: a folder covers all below it, `docs/*` only what is directly in it.
[[nodiscard]] bool owners_pattern_covers(std::string_view pattern, std::string_view path);

}  // namespace redtag
