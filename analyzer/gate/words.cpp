#include "gate/words.h"

namespace redtag {

std::vector<std::string> words_of(std::string_view line, std::string_view separators) {
  std::vector<std::string> words;
  for (std::size_t begin = line.find_first_not_of(separators); begin != std::string_view::npos;) {
    const std::size_t end = line.find_first_of(separators, begin);
    words.emplace_back(line.substr(begin, end - begin));
    begin = line.find_first_not_of(separators, end);
  }
  return words;
}

std::string without_quotes(std::string_view word) {
  std::string text;
  for (const char c : word) {
    if (c != '"' && c != '\'') text += c;
  }
  return text;
}

std::vector<std::string> bare_words(std::string_view line) {
  std::vector<std::string> words = words_of(line);
  for (std::string& word : words) word = without_quotes(word);
  return words;
}

}  // namespace redtag
