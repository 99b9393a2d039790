#include "lower/cpp/votes.h"

#include <algorithm>

#include "base/c_names.h"
#include "base/text.h"

namespace redtag::cpp {

namespace {

struct Sides {
  std::string_view more;  ///< what has to be more, or as many
  std::string_view less;
  bool or_equal = false;
};

/// The one comparison by order that a text is, outside of brackets.
std::optional<Sides> compared(std::string_view text) {
  std::optional<Sides> found;
  int depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '(' || c == '[') ++depth;
    if (c == ')' || c == ']') --depth;
    const char next = i + 1 < text.size() ? text[i + 1] : ' ', last = i > 0 ? text[i - 1] : ' ';
    if (depth != 0 || (c != '<' && c != '>') || (c == '>' && last == '-')) continue;
    if (found || next == c || last == c) return std::nullopt;  // a shift, or a template
    const std::size_t size = next == '=' ? 2 : 1;
    const std::string_view left = trim(text.substr(0, i)), right = trim(text.substr(i + size));
    found = c == '>' ? Sides{left, right, size == 2} : Sides{right, left, size == 2};
    i += size - 1;
  }
  return found;
}

std::string without_blanks(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c != ' ' && c != '(' && c != ')') out += c;
  }
  return out;
}

bool is_number(std::string_view text) {
  return !text.empty() && text.size() < 8 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// The last name of a text that is no common word for how many there are: `acks` of `state->acks.size()`.
std::string counted_in(std::string_view text) {
  std::string_view found;
  for (std::size_t i = 0; i < text.size();) {
    if (!in_name(text[i]) || (text[i] >= '0' && text[i] <= '9')) {
      ++i;
      continue;
    }
    const std::size_t end = end_of_name(text, i);
    const std::string_view name = text.substr(i, end - i);
    const bool common = name == "size" || name == "count" || name == "length" || name == "load" || name == "get";
    if (!common) found = name;
    i = std::max(end, i + 1);
  }
  return std::string(found);
}

}  // namespace

std::optional<Vote> vote_in(std::string_view comparison) {
  const std::optional<Sides> sides = compared(comparison);
  if (!sides) return std::nullopt;
  const std::string more = without_blanks(sides->more), less = without_blanks(sides->less);
  const bool doubled = more.starts_with("2*") || more.ends_with("*2");
  const bool half_and_one = less.find("/2") != std::string::npos && (less.ends_with("/2+1") || less.starts_with("1+"));
  const bool majority = (half_and_one && sides->or_equal) || (!sides->or_equal && (less.ends_with("/2") || doubled));
  if (!majority && !is_number(less)) return std::nullopt;
  std::string counted = counted_in(doubled ? std::string_view(more) : sides->more);
  if (counted.empty()) return std::nullopt;
  // More than two is three.
  const std::string number = sides->or_equal || majority ? less : std::to_string(std::stoi(less) + 1);
  return Vote{std::move(counted), majority ? std::string("majority") : number};
}

}  // namespace redtag::cpp
