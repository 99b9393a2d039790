#include "compare/glob.h"

#include <vector>

namespace redtag {

std::string normal_glob(std::string_view pattern) {
  std::string normal;
  normal.reserve(pattern.size());
  for (std::size_t i = 0; i < pattern.size();) {
    if (pattern[i] != '*' && pattern[i] != '?') {
      normal.push_back(pattern[i++]);
      continue;
    }
    bool star = false;
    for (; i < pattern.size() && (pattern[i] == '*' || pattern[i] == '?'); ++i) {
      if (pattern[i] == '?') normal.push_back('?');
      star = star || pattern[i] == '*';
    }
    if (star) normal.push_back('*');
  }
  return normal;
}

// The usual wildcard match with `inner` as the text, whose own `*` is a letter that only a `*` of `outer` may swallow.
bool glob_covers(std::string_view outer, std::string_view inner) {
  std::size_t o = 0;
  std::size_t i = 0;
  std::size_t star = std::string_view::npos;
  std::size_t resume = 0;
  while (i < inner.size()) {
    const char letter = inner[i];
    if (o < outer.size() && outer[o] == '*') {
      star = o++;
      resume = i;
    } else if (o < outer.size() && letter != '*' && (outer[o] == '?' || outer[o] == letter)) {
      ++o;
      ++i;
    } else if (star != std::string_view::npos) {
      o = star + 1;
      i = ++resume;
    } else {
      return false;
    }
  }
  while (o < outer.size() && outer[o] == '*') ++o;
  return o == outer.size();
}

bool globs_meet(std::string_view a, std::string_view b) {
  // row[j]: a's first i and b's first j letters can match a common text.
  std::vector<char> row(b.size() + 1, 0);
  std::vector<char> next(b.size() + 1, 0);
  for (std::size_t i = 0; i <= a.size(); ++i) {
    for (std::size_t j = 0; j <= b.size(); ++j) {
      char meets = i == 0 && j == 0 ? 1 : 0;
      if (i > 0 && a[i - 1] == '*') meets |= row[j] | (j > 0 ? next[j - 1] : 0);
      if (j > 0 && b[j - 1] == '*') meets |= next[j - 1] | (i > 0 ? row[j] : 0);
      if (i > 0 && j > 0 && a[i - 1] != '*' && b[j - 1] != '*') {
        const bool same = a[i - 1] == b[j - 1] || a[i - 1] == '?' || b[j - 1] == '?';
        meets |= same ? row[j - 1] : 0;
      }
      next[j] = meets;
    }
    row.swap(next);
  }
  return row[b.size()] != 0;
}

}  // namespace redtag
