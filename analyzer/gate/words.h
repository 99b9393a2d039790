// Words of a command line, as far as telling which program it runs and with what needs them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace redtag {

/// The pieces of `line` between characters of `separators`; never empty ones.
[[nodiscard]] std::vector<std::string> words_of(std::string_view line, std::string_view separators = " \t\r\n");

/// `word` without any quotation mark in it: `"red"tag` is `redtag`, as a shell has it.
[[nodiscard]] std::string without_quotes(std::string_view word);

/// The words between blanks, each without quotation marks; one that was nothing else is empty.
[[nodiscard]] std::vector<std::string> bare_words(std::string_view line);

}  // namespace redtag
