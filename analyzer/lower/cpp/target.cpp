#include "lower/cpp/target.h"

#include <array>

#include "base/text.h"

namespace redtag::cpp {

std::vector<std::string_view> words_of(std::string_view lower) {
  std::vector<std::string_view> words;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= lower.size(); ++i) {
    if (i < lower.size() && lower[i] >= 'a' && lower[i] <= 'z') continue;
    if (i > begin) words.push_back(lower.substr(begin, i - begin));
    begin = i + 1;
  }
  return words;
}

std::string apart(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool upper = text[i] >= 'A' && text[i] <= 'Z';
    const bool after_lower = i > 0 && text[i - 1] >= 'a' && text[i - 1] <= 'z';
    if (upper && after_lower) out += ' ';
    out += text[i];
  }
  return lower_ascii(out);
}

std::string without_wrapping(std::string text) {
  constexpr std::array words = std::to_array<std::string_view>(
      {".c_str()", ".data()", ".get()", ".native()", ".str()", ".string()", ".toStdString()", ".toString()"});
  const std::size_t open = text.find(">(");
  if (text.starts_with("static_cast<") && open != std::string::npos && text.find(')') + 1 == text.size())
    text = text.substr(open + 2, text.size() - open - 3);
  for (const std::string_view word : words) {
    for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at))
      text.erase(at, word.size());
  }
  // The same path, put together another way.
  for (const std::string_view word : {"std::filesystem::path(", "fs::path("}) {
    const std::size_t close = text.starts_with(word) ? text.find(')') : std::string::npos;
    if (close != std::string::npos && text.find('(', word.size()) > close)
      text = text.substr(word.size(), close - word.size()) + text.substr(close + 1);
  }
  constexpr std::string_view glued = " + \"/\" + ";
  for (std::size_t at = text.find(glued); at != std::string::npos; at = text.find(glued, at))
    text.replace(at, glued.size(), " / ");
  while (text.size() > 1 &&
         ((text.front() == '(' && text.find(')') + 1 == text.size()) || (text.front() == '{' && text.back() == '}')))
    text = text.substr(1, text.size() - 2);
  return text;
}

}  // namespace redtag::cpp
