#include "delta/written.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>

#include "base/text.h"

namespace redtag {

namespace {

std::optional<long> whole_number(std::string_view text) {
  long number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  return read.ec == std::errc() && read.ptr == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

/// The two numbers of `condition ? 30 : 1`; nullopt for any other expression.
std::optional<std::pair<long, long>> numbers_of(std::string_view text) {
  const std::size_t mark = text.rfind(" ? "), colon = text.rfind(" : ");
  if (mark == std::string_view::npos || colon == std::string_view::npos || colon < mark) return std::nullopt;
  const auto yes = whole_number(trim(text.substr(mark + 3, colon - mark - 3)));
  const auto no = whole_number(trim(text.substr(colon + 3)));
  return yes && no ? std::optional(std::pair(*yes, *no)) : std::nullopt;
}

}  // namespace

std::pair<std::string_view, std::string_view> one_word_of(std::string_view before, std::string_view after) {
  const auto is_word = [](char c) { return c == '_' || std::isalnum(static_cast<unsigned char>(c)) != 0; };
  std::size_t at = 0;
  while (at < before.size() && at < after.size() && before[at] == after[at]) ++at;
  while (at > 0 && is_word(before[at - 1])) --at;
  const auto end_of_word = [&](std::string_view text) {
    std::size_t end = at;
    while (end < text.size() && is_word(text[end])) ++end;
    return end;
  };
  const std::size_t was = end_of_word(before), is = end_of_word(after);
  if (before.substr(was) != after.substr(is)) return {};
  return {before.substr(at, was - at), after.substr(at, is - at)};
}

bool may_be_lower(const Value& before, const Value& after) {
  if (before.presence != Presence::Unknown) return false;
  if (after.presence == Presence::Unknown) {
    const auto [old_word, new_word] = one_word_of(before.text, after.text);
    const auto was = whole_number(old_word), is = whole_number(new_word);
    return was && is && *is < *was && numbers_of(before.text) && numbers_of(after.text);
  }
  const auto branches = numbers_of(before.text);
  const auto is = after.known() && after.shape == Shape::Scalar ? whole_number(after.text) : std::nullopt;
  return branches && is && *is < std::max(branches->first, branches->second);
}

}  // namespace redtag
