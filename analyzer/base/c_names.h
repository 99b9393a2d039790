// Names and blanks of C and C++ in plain text, for what is looked at before, or without, a parse.
#pragma once

#include <cstddef>
#include <string_view>

namespace redtag {

[[nodiscard]] constexpr bool in_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

[[nodiscard]] constexpr bool is_c_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// The first place from `at` on that is no blank; the text's end if there is none.
[[nodiscard]] constexpr std::size_t skip_blanks(std::string_view text, std::size_t at) {
  while (at < text.size() && is_c_blank(text[at])) ++at;
  return at;
}

/// Behind the name that starts at `at`; `at` itself where none does.
[[nodiscard]] constexpr std::size_t end_of_name(std::string_view text, std::size_t at) {
  while (at < text.size() && in_name(text[at])) ++at;
  return at;
}

}  // namespace redtag
