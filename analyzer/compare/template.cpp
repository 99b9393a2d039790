#include "compare/template.h"

#include <algorithm>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace redtag {

namespace {

constexpr std::size_t most_parts = 64;
constexpr std::size_t longest_text = 1024;

/// A literal text, or a place with the expression that fills it.
struct Part {
  bool literal = false;
  std::string text;
};

using Parts = std::deque<Part>;

void add_literal(Parts& parts, std::string_view text) {
  if (!text.empty()) parts.push_back({true, std::string(text)});
}

/// End of the place that opens at `open` (`${`): behind its closing brace, or nullopt where there is none.
std::optional<std::size_t> end_of_place(std::string_view text, std::size_t open) {
  std::size_t depth = 0;
  for (std::size_t at = open + 1; at < text.size(); ++at) {
    if (text[at] == '{') ++depth;
    if (text[at] == '}' && --depth == 0) return at + 1;
  }
  return std::nullopt;
}

std::optional<Parts> parts_of(const Value& value) {
  Parts parts;
  if (value.known() && value.shape == Shape::Scalar && !value.is_null()) {
    add_literal(parts, value.text);
    return parts;
  }
  if (value.presence != Presence::Unknown || value.expression != Expression::Template) return std::nullopt;
  std::string_view text = value.text;
  if (text.size() > longest_text) return std::nullopt;
  if (text.size() > 1 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t open = std::min(text.find("${", at), text.size());
    add_literal(parts, text.substr(at, open - at));
    if (open == text.size()) break;
    const auto end = end_of_place(text, open);
    if (!end || parts.size() >= most_parts) return std::nullopt;
    parts.push_back({false, std::string(text.substr(open, *end - open))});
    at = *end;
  }
  return parts;
}

/// Takes away what both begin with; true if they go on with different letters.
bool strip_front(Parts& a, Parts& b) {
  while (!a.empty() && !b.empty() && a.front().literal == b.front().literal) {
    std::string &x = a.front().text, &y = b.front().text;
    if (!a.front().literal) {
      if (x != y) return false;
      a.pop_front();
      b.pop_front();
      continue;
    }
    const auto [at_x, at_y] = std::mismatch(x.begin(), x.end(), y.begin(), y.end());
    if (at_x != x.end() && at_y != y.end()) return true;
    y.erase(y.begin(), at_y);
    x.erase(x.begin(), at_x);
    if (x.empty()) a.pop_front();
    if (y.empty()) b.pop_front();
  }
  return false;
}

/// The same from behind.
bool strip_back(Parts& a, Parts& b) {
  while (!a.empty() && !b.empty() && a.back().literal == b.back().literal) {
    std::string &x = a.back().text, &y = b.back().text;
    if (!a.back().literal) {
      if (x != y) return false;
      a.pop_back();
      b.pop_back();
      continue;
    }
    const auto [at_x, at_y] = std::mismatch(x.rbegin(), x.rend(), y.rbegin(), y.rend());
    if (at_x != x.rend() && at_y != y.rend()) return true;
    y.erase(at_y.base(), y.end());
    x.erase(at_x.base(), x.end());
    if (x.empty()) a.pop_back();
    if (y.empty()) b.pop_back();
  }
  return false;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Two texts that differ in one whole number alone: where it stands in each, or nullopt.
std::optional<std::size_t> place_of_number(std::string_view a, std::string_view b) {
  const auto [at_a, at_b] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  auto first = static_cast<std::size_t>(at_a - a.begin());
  while (first > 0 && is_digit(a[first - 1])) --first;
  const auto rest = [first](std::string_view text) {
    const std::size_t end = std::min(text.find_first_not_of("0123456789", first), text.size());
    return end == first ? std::nullopt : std::optional(text.substr(end));
  };
  const auto rest_a = rest(a), rest_b = rest(b);
  return rest_a && rest_b && *rest_a == *rest_b ? std::optional(first) : std::nullopt;
}

/// `data.x.names[0]` and `[1]`, `cidrsubnet(var.net, 8, 1)` and `…, 2)`: another element of one list that a look-up gives, another part of
/// one network.
bool picks_another(const Value& before, const Value& after) {
  if (before.presence != Presence::Unknown || after.presence != Presence::Unknown) return false;
  const std::string_view was = before.text, is = after.text;
  if (was.size() > longest_text || is.size() > longest_text) return false;
  const auto number = place_of_number(was, is);
  if (!number || *number == 0) return false;
  const std::string_view front = was.substr(0, *number);
  const bool looked_up =
      was.starts_with("data.") && front.ends_with('[') && front.find_first_of("( ") == std::string_view::npos;
  const bool element =
      was.starts_with("element(data.") && front.ends_with(", ") && front.find('(', 8) == std::string_view::npos;
  const bool cut = (was.starts_with("cidrsubnet(") || was.starts_with("cidrhost(")) && front.ends_with(", ") &&
                   front.find('(', front.find('(') + 1) == std::string_view::npos;
  const bool selected = front == "Select(" &&
                        (was.find("GetAZs(") != std::string_view::npos || was.find("Cidr(") != std::string_view::npos);
  return looked_up || element || cut || selected;
}

/// With the same places and some more, and more letters around them, the other is the longer one.
bool is_shorter(const Parts& a, const Parts& b) {
  const auto taken = [](const Parts& parts) {
    std::pair<std::vector<std::string>, std::size_t> result;
    for (const Part& part : parts) {
      if (part.literal) result.second += part.text.size();
      if (!part.literal) result.first.push_back(part.text);
    }
    std::sort(result.first.begin(), result.first.end());
    return result;
  };
  const auto [places, letters] = taken(a);
  const auto [other_places, other_letters] = taken(b);
  return letters < other_letters &&
         std::includes(other_places.begin(), other_places.end(), places.begin(), places.end());
}

}  // namespace

bool surely_differ(const Value& before, const Value& after) {
  if (picks_another(before, after)) return true;
  std::optional<Parts> was = parts_of(before), is = parts_of(after);
  if (!was || !is) return false;
  if (strip_front(*was, *is) || strip_back(*was, *is)) return true;
  return is_shorter(*was, *is) || is_shorter(*is, *was);
}

}  // namespace redtag
