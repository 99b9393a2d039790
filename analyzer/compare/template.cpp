#include "compare/template.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string_view>
#include <vector>

namespace redtag {

namespace {

constexpr std::size_t longest_text = 1024;

/// A template letter by letter, and each of its places as a whole (`${var.env}`). Views of the text.
using Letters = std::vector<std::string_view>;

bool is_place(std::string_view letter) { return letter.size() > 1; }

/// End of the place that opens at `open` (`${`): behind its closing brace, or nullopt where there is none.
std::optional<std::size_t> end_of_place(std::string_view text, std::size_t open) {
  std::size_t depth = 0;
  for (std::size_t at = open + 1; at < text.size(); ++at) {
    if (text[at] == '{') ++depth;
    if (text[at] == '}' && --depth == 0) return at + 1;
  }
  return std::nullopt;
}

std::optional<Letters> letters_of(const Value& value) {
  const bool text_known = value.known() && value.shape == Shape::Scalar && !value.is_null();
  const bool open = value.presence == Presence::Unknown && value.expression == Expression::Template;
  std::string_view text = value.text;
  if ((!text_known && !open) || (open && text.size() > longest_text)) return std::nullopt;
  if (open && text.size() > 1 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
  Letters letters;
  for (std::size_t at = 0; at < text.size();) {
    const bool place = open && text.substr(at).starts_with("${");
    const std::optional<std::size_t> end = place ? end_of_place(text, at) : at + 1;
    if (!end) return std::nullopt;
    letters.push_back(text.substr(at, *end - at));
    at = *end;
  }
  return letters;
}

/// Behind what both begin with, they go on with different letters.
template <typename Iterator>
bool parts_ways(Iterator a, Iterator a_end, Iterator b, Iterator b_end) {
  const auto [at_a, at_b] = std::mismatch(a, a_end, b, b_end);
  return at_a != a_end && at_b != b_end && !is_place(*at_a) && !is_place(*at_b);
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
bool is_shorter(const Letters& a, const Letters& b) {
  const auto places_of = [](const Letters& letters) {
    Letters places;
    std::copy_if(letters.begin(), letters.end(), std::back_inserter(places), is_place);
    std::sort(places.begin(), places.end());
    return places;
  };
  const Letters places = places_of(a), others = places_of(b);
  return a.size() - places.size() < b.size() - others.size() &&
         std::includes(others.begin(), others.end(), places.begin(), places.end());
}

}  // namespace

bool surely_differ(const Value& before, const Value& after) {
  if (picks_another(before, after)) return true;
  const std::optional<Letters> was = letters_of(before), is = letters_of(after);
  if (!was || !is) return false;
  return parts_ways(was->begin(), was->end(), is->begin(), is->end()) ||
         parts_ways(was->rbegin(), was->rend(), is->rbegin(), is->rend()) || is_shorter(*was, *is) ||
         is_shorter(*is, *was);
}

}  // namespace redtag
