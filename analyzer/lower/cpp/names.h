// Qualified names as text: `std::filesystem::remove_all`, `Db<int>::Drop`.
#pragma once

#include <string>
#include <string_view>

namespace redtag::cpp {

/// The text without template arguments and blanks (`Db<int> :: Drop` → `Db::Drop`). Brackets that do not close go on to the end.
[[nodiscard]] std::string plain_name(std::string_view text);

/// Where the last part of a plain name starts; 0 if there is but one.
[[nodiscard]] std::size_t last_part(std::string_view name);

/// The last part of a plain name.
[[nodiscard]] std::string_view base_name(std::string_view name);

/// Whether the parenthesis that opens the text closes at its end.
[[nodiscard]] bool matching_end(std::string_view text);

/// The name that a declaration of a parameter ends with, in front of a default and brackets.
[[nodiscard]] std::string last_name(std::string_view text);

}  // namespace redtag::cpp
