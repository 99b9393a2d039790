#include "report/encoding.h"

#include "base/text.h"
#include "report/redact.h"

namespace redtag {
namespace {

/// One character: its length in bytes and in UTF-16 units. A byte that starts no character is one of its own.
struct Character {
  std::size_t bytes = 1;
  std::uint32_t units = 1;
};

Character first_character(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  if (lead < 0xC2 || lead > 0xF4) return {};
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (text.size() < length || !is_utf8(text.substr(0, length))) return {};
  return {length, length == 4 ? 2U : 1U};
}

std::string_view escape_of(char c) {
  switch (c) {
    case '[': return "\\[";
    case ']': return "\\]";
    case '\\': return "\\\\";
    case '{': return "{{";
    case '}': return "}}";
    default: return {};
  }
}

}  // namespace

std::uint32_t utf16_length(std::string_view text) {
  std::uint32_t units = 0;
  while (!text.empty()) {
    const Character next = first_character(text);
    units += next.units;
    text.remove_prefix(next.bytes);
  }
  return units;
}

std::string shortened_utf16(std::string_view text, std::size_t units) {
  if (text.size() <= units || utf16_length(text) <= units) return std::string(text);
  std::size_t used = 1, bytes = 0;  // one unit for the ellipsis
  while (bytes < text.size()) {
    const Character next = first_character(text.substr(bytes));
    if (used + next.units > units) break;
    used += next.units;
    bytes += next.bytes;
  }
  return std::string(text.substr(0, bytes)) + "…";
}

std::string uri_of(std::string_view path) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string uri;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const char c = path[i];
    const bool unreserved = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                            c == '.' || c == '_' || c == '~';
    if (unreserved || (c == '/' && i > 0)) {
      uri += c;
      continue;
    }
    uri += '%';
    uri += digits[static_cast<unsigned char>(c) >> 4U];
    uri += digits[static_cast<unsigned char>(c) & 0xFU];
  }
  return uri;
}

std::string sarif_text(std::string_view text, std::size_t units) {
  const std::string safe = printable(quotable(text));
  std::string_view rest = safe;
  std::string result;
  std::size_t used = 0, mark = 0;  // `mark`: end of what still leaves room for the ellipsis
  while (!rest.empty()) {
    const Character next = first_character(rest);
    const std::string_view escape = escape_of(rest.front());
    const std::size_t need = escape.empty() ? next.units : escape.size();
    if (used + need > units) {
      result.resize(mark);
      return result + "…";
    }
    result += escape.empty() ? rest.substr(0, next.bytes) : escape;
    used += need;
    if (used + 1 <= units) mark = result.size();
    rest.remove_prefix(next.bytes);
  }
  return result;
}

std::string sentence(std::string_view text) {
  const std::string_view trimmed = trim(text);
  if (trimmed.empty()) return {};
  constexpr std::string_view ellipsis = "…";
  const bool ends = trimmed.back() == '.' || trimmed.back() == '!' || trimmed.back() == '?' ||
                    (trimmed.size() >= ellipsis.size() && trimmed.substr(trimmed.size() - ellipsis.size()) == ellipsis);
  return std::string(trimmed) + (ends ? "" : ".");
}

}  // namespace redtag
