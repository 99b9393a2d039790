#include "lower/cpp/names.h"

#include <algorithm>

#include "base/c_names.h"

namespace redtag::cpp {

std::string plain_name(std::string_view text) {
  std::string out;
  std::size_t angles = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    // `operator<` and `operator->` are names.
    if (c == '<' && !out.ends_with("operator") && !out.ends_with("operator<")) ++angles;
    if (angles == 0 && c != ' ' && c != '\t' && c != '\n' && c != '\r') out += c;
    if (c == '>' && angles > 0) --angles;
  }
  return out;
}

std::size_t last_part(std::string_view name) {
  const std::size_t colons = name.rfind("::");
  return colons == std::string_view::npos ? 0 : colons + 2;
}

std::string_view base_name(std::string_view name) { return name.substr(last_part(name)); }

bool matching_end(std::string_view text) {
  int depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '(') ++depth;
    if (text[i] == ')' && --depth == 0) return i + 1 == text.size();
  }
  return false;
}

std::string last_name(std::string_view text) {
  text = text.substr(0, std::min(text.find_first_of("=["), text.size()));
  while (!text.empty() && !in_name(text.back())) text.remove_suffix(1);
  std::size_t begin = text.size();
  while (begin > 0 && in_name(text[begin - 1])) --begin;
  return std::string(text.substr(begin));
}

}  // namespace redtag::cpp
