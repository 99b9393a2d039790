// What `${x%…}`, `${x#…}`, `${x/…}`, `${x:1:2}`, `${x,,}` make of a value that is known.
#include <algorithm>
#include <charconv>
#include <string>

#include "lower/shell/scope.h"

namespace redtag::shell {

namespace {

constexpr std::string_view not_literal = "$`\\'\"?[]{}()";

std::string in_case(std::string_view value, bool lower) {
  std::string text(value);
  for (char& c : text) {
    if (lower && c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    if (!lower && c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  }
  return text;
}

std::optional<long> number(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  long value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// `:1`, `:1:2`, `: -3`. A negative length counts from the end.
std::optional<std::string> part_of(std::string_view value, std::string_view rest) {
  const std::size_t colon = rest.find(':');
  const auto from = number(rest.substr(0, colon));
  const auto count =
      colon == std::string_view::npos ? std::optional(static_cast<long>(value.size())) : number(rest.substr(colon + 1));
  if (!from || !count) return std::nullopt;
  const long size = static_cast<long>(value.size());
  const long begin = std::clamp(*from < 0 ? size + *from : *from, 0L, size);
  const long end = *count < 0 ? std::clamp(size + *count, begin, size) : begin + std::min(*count, size - begin);
  return std::string(value.substr(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin)));
}

/// `#text`, `##*text`, `%text`, `%%text*`: a literal, with a star on its outer side at most.
std::optional<std::string> trimmed(std::string_view value, std::string_view pattern, bool front, bool longest) {
  const bool star = front ? pattern.starts_with('*') : pattern.ends_with('*');
  if (star) pattern = front ? pattern.substr(1) : pattern.substr(0, pattern.size() - 1);
  if (pattern.empty() || pattern.find('*') != std::string_view::npos) return std::nullopt;
  if (!star) {
    if (front ? !value.starts_with(pattern) : !value.ends_with(pattern)) return std::string(value);
    return std::string(front ? value.substr(pattern.size()) : value.substr(0, value.size() - pattern.size()));
  }
  const std::size_t at = front == longest ? value.rfind(pattern) : value.find(pattern);
  if (at == std::string_view::npos) return std::string(value);
  return std::string(front ? value.substr(at + pattern.size()) : value.substr(0, at));
}

std::optional<std::string> replaced(std::string_view value, std::string_view rest) {
  const bool all = rest.starts_with('/');
  if (all) rest.remove_prefix(1);
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  const std::string_view from = rest.substr(0, slash);
  const std::string_view to = slash < rest.size() ? rest.substr(slash + 1) : std::string_view();
  if (from.empty() || from.find_first_of("*#%") != std::string_view::npos) return std::nullopt;
  std::string text;
  for (std::size_t at = 0; at < value.size();) {
    const std::size_t found = value.find(from, at);
    if (found == std::string_view::npos || (!all && !text.empty())) {
      text += value.substr(at);
      break;
    }
    text += value.substr(at, found - at);
    text += to;
    at = found + from.size();
    if (!all) {
      text += value.substr(at);
      break;
    }
  }
  return text;
}

}  // namespace

std::optional<std::string> transformed(std::string_view value, std::string_view operation) {
  if (operation == ",,") return in_case(value, true);
  if (operation == "^^") return in_case(value, false);
  if (operation.size() < 2 || operation.find_first_of(not_literal) != std::string_view::npos) return std::nullopt;
  const char sign = operation[0];
  std::string_view rest = operation.substr(1);
  if (sign == ':') return part_of(value, rest);
  if (sign == '/') return replaced(value, rest);
  if (sign != '#' && sign != '%') return std::nullopt;
  const bool longest = rest.starts_with(sign);
  if (longest) rest.remove_prefix(1);
  return trimmed(value, rest, sign == '#', longest);
}

}  // namespace redtag::shell
