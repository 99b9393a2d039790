#include "change/encoded_word.h"

#include <optional>

#include "base/text.h"

namespace redtag {

namespace {

std::optional<int> digit_of(char c, std::string_view digits) {
  const std::size_t at = digits.find(c);
  return at == std::string_view::npos ? std::nullopt : std::optional(static_cast<int>(at));
}

std::optional<int> hexadecimal_digit(char c) {
  const char upper = c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c;
  return digit_of(upper, "0123456789ABCDEF");
}

std::optional<std::string> decode_quoted(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '=') {
      result += text[i] == '_' ? ' ' : text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const auto high = hexadecimal_digit(text[i + 1]);
    const auto low = hexadecimal_digit(text[i + 2]);
    if (!high || !low) return std::nullopt;
    result += static_cast<char>(*high * 16 + *low);
    i += 2;
  }
  return result;
}

std::optional<std::string> decode_base64(std::string_view text) {
  std::string result;
  unsigned bits = 0;
  int held = 0;
  for (const char c : text.substr(0, text.find('='))) {
    const auto digit = digit_of(c, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
    if (!digit) return std::nullopt;
    bits = (bits << 6U) | static_cast<unsigned>(*digit);
    held += 6;
    if (held < 8) continue;
    held -= 8;
    result += static_cast<char>((bits >> static_cast<unsigned>(held)) & 0xFFU);
  }
  return result;
}

/// Takes one encoded word off the front.
std::optional<std::string> take_word(std::string_view& text) {
  const std::size_t set_end = text.find('?', 2);
  if (set_end == std::string_view::npos || set_end + 2 >= text.size() || text[set_end + 2] != '?') return std::nullopt;
  const std::size_t end = text.find("?=", set_end + 3);
  if (end == std::string_view::npos) return std::nullopt;
  const std::string set = lower_ascii(text.substr(2, set_end - 2));
  if (set != "utf-8" && set != "us-ascii") return std::nullopt;
  const std::string_view content = text.substr(set_end + 3, end - set_end - 3);
  const char form = text[set_end + 1];
  std::optional<std::string> word;
  if (form == 'q' || form == 'Q') word = decode_quoted(content);
  if (form == 'b' || form == 'B') word = decode_base64(content);
  if (word) text.remove_prefix(end + 2);
  return word;
}

}  // namespace

std::string decode_mail_words(std::string_view header) {
  std::string result;
  bool behind_word = false;
  while (!header.empty()) {
    const std::size_t at = header.find("=?");
    const std::string_view between = header.substr(0, at);
    // Blanks between two encoded words only separate them.
    if (!behind_word || at == std::string_view::npos || !trim(between).empty()) result += between;
    if (at == std::string_view::npos) break;
    header.remove_prefix(at);
    if (auto word = take_word(header)) {
      result += *word;
      behind_word = true;
      continue;
    }
    result += "=?";
    header.remove_prefix(2);
    behind_word = false;
  }
  return result;
}

}  // namespace redtag
