// What a call aims at, as its text has it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace redtag::cpp {

/// The words of a text: runs of letters.
[[nodiscard]] std::vector<std::string_view> words_of(std::string_view lower);

/// `camelCase` as `camel case`, so that words can be found in it; in lower case.
[[nodiscard]] std::string apart(std::string_view text);

/// `path.c_str()` and `path.string()` are `path`, and `fs::path(a) / b` is what `a + "/" + b` is: one target, however it is written.
[[nodiscard]] std::string without_wrapping(std::string text);

}  // namespace redtag::cpp
