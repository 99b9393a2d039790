// What a command prints whose output stands in the script: it is put in where `$(…)` stands, and read where it is piped to a shell.
#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "base/text.h"
#include "lower/shell/script.h"
#include "lower/shell/strip.h"

namespace redtag::shell {

namespace {

constexpr std::size_t most_printed = 4096;  ///< bytes that one command prints
constexpr std::size_t most_rounds = 64;     ///< times that a format is used again

/// The words of one simple command without expansions. nullopt for any other text.
std::optional<std::vector<std::string>> plain_words(std::string_view source) {
  std::vector<std::string> words;
  bool open = false;
  const auto add = [&](std::string_view text) {
    if (!open) words.emplace_back();
    open = true;
    words.back() += text;
  };
  for (std::size_t at = 0; at < source.size(); ++at) {
    const char c = source[at];
    if (c == ' ' || c == '\t') {
      open = false;
    } else if (c == '\'') {
      const std::size_t end = source.find('\'', at + 1);
      if (end == std::string_view::npos) return std::nullopt;
      add(source.substr(at + 1, end - at - 1));
      at = end;
    } else if (c == '"') {
      add("");
      for (++at; at < source.size() && source[at] != '"'; ++at) {
        if (source[at] == '$' || source[at] == '`' || source[at] == variable_begin) return std::nullopt;
        const bool escaped = source[at] == '\\' && at + 1 < source.size() &&
                             std::string_view("\"\\$`").find(source[at + 1]) != std::string_view::npos;
        at += escaped ? 1 : 0;
        add(source.substr(at, 1));
      }
      if (at >= source.size()) return std::nullopt;
    } else if (c == '\\' && at + 1 < source.size()) {
      add(source.substr(++at, 1));
    } else if (std::string_view("$`|;&<>(){}*?[\n\x01\x02").find(c) != std::string_view::npos) {
      return std::nullopt;
    } else {
      add(source.substr(at, 1));
    }
  }
  return words;
}

int digit_of(char c, int base) {
  const int value = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : 99;
  return value < base ? value : -1;
}

/// `\n`, `\x72`, `\162`: what printf and `echo -e` make of them.
std::string without_escapes(std::string_view text) {
  static constexpr std::array<std::pair<char, char>, 6> letters{
      {{'n', '\n'}, {'t', '\t'}, {'r', '\r'}, {'a', '\a'}, {'e', '\x1b'}, {'\\', '\\'}}};
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\\' || at + 1 >= text.size()) {
      out += text[at];
      continue;
    }
    const char letter = text[++at];
    const bool octal = digit_of(letter, 8) >= 0;
    const int base = octal ? 8 : 16;
    const std::size_t most = octal ? (letter == '0' ? 4U : 3U) : letter == 'x' ? 2U : letter == 'u' ? 4U : 0U;
    unsigned value = 0;
    std::size_t from = octal ? at : at + 1, digits = 0;
    for (; digits < most && from < text.size() && digit_of(text[from], base) >= 0; ++digits, ++from)
      value = value * static_cast<unsigned>(base) + static_cast<unsigned>(digit_of(text[from], base));
    if (digits > 0) {
      out += value < 0x80 ? static_cast<char>(value) : '?';
      at = from - 1;
      continue;
    }
    const auto known =
        std::find_if(letters.begin(), letters.end(), [&](const auto& each) { return each.first == letter; });
    if (known == letters.end()) out += '\\';
    out += known == letters.end() ? letter : known->second;
  }
  return out;
}

/// What `printf FORMAT words` prints, with formats that put a word in as it stands.
std::optional<std::string> formatted(const std::vector<std::string>& words, std::size_t at) {
  if (at < words.size() && words[at] == "--") ++at;
  if (at >= words.size() || words[at].starts_with("-")) return std::nullopt;
  const std::string& format = words[at++];
  std::string out;
  for (std::size_t round = 0; round < most_rounds && out.size() < most_printed; ++round) {
    const std::size_t before = at;
    std::string literal;
    const auto flush = [&] { out += without_escapes(std::exchange(literal, {})); };
    for (std::size_t i = 0; i < format.size(); ++i) {
      if (format[i] != '%' || i + 1 >= format.size()) {
        literal += format[i];
        continue;
      }
      const char kind = format[++i];
      flush();
      if (kind == '%') {
        out += '%';
      } else if (kind == 's' || kind == 'b' || kind == 'd' || kind == 'q') {
        const std::string word = at < words.size() ? words[at++] : std::string();
        out += kind == 'b' ? without_escapes(word) : word;
      } else {
        return std::nullopt;
      }
    }
    flush();
    if (at >= words.size() || at == before) break;
  }
  return out;
}

std::optional<std::string> echoed(const std::vector<std::string>& words) {
  std::size_t at = 1;
  bool escapes = false;
  while (at < words.size() && words[at].size() > 1 && words[at][0] == '-' &&
         words[at].find_first_not_of("neE", 1) == std::string::npos)
    escapes = escapes || words[at++].find('e') != std::string::npos;
  std::string out;
  for (std::size_t i = at; i < words.size(); ++i) out += (i > at ? " " : "") + words[i];
  return escapes ? without_escapes(out) : out;
}

}  // namespace

std::optional<std::string_view> printed_document(std::string_view source) {
  source = trim(source);
  if (!source.starts_with("cat") || source.size() < 8) return std::nullopt;
  std::string_view head =
      trim(source.substr(3, source.find('\n') == std::string_view::npos ? 0 : source.find('\n') - 3));
  if (!head.starts_with("<<") || head.starts_with("<<<")) return std::nullopt;
  head.remove_prefix(2);
  if (head.starts_with('-')) head.remove_prefix(1);
  head = trim(head);
  const bool quoted = head.size() > 2 && (head[0] == '\'' || head[0] == '"') && head.back() == head[0];
  if (quoted) head = head.substr(1, head.size() - 2);
  if (head.starts_with('\\')) head.remove_prefix(1);
  if (head.empty() || head.find_first_of(" \t|;&<>'\"") != std::string_view::npos) return std::nullopt;
  const std::string_view body = source.substr(source.find('\n') + 1);
  if (!body.ends_with(head)) return std::nullopt;
  const std::string_view text = body.substr(0, body.size() - head.size());
  if (!trim(text).empty() && trim(text.substr(std::min(text.size(), text.rfind('\n') + 1))).size() > 0)
    return std::nullopt;
  return text;
}

std::optional<std::string> printed_text(std::string_view source) {
  source = trim(source);
  if (source.size() > most_printed) return std::nullopt;
  if (const auto document = printed_document(source)) {
    if (document->find_first_of("$`\\\x01\x02") != std::string_view::npos) return std::nullopt;
    return std::string(trim(*document));
  }
  if (!source.starts_with("echo ") && !source.starts_with("printf ")) return std::nullopt;
  const auto words = plain_words(source);
  if (!words || words->empty()) return std::nullopt;
  auto text = words->front() == "echo"     ? echoed(*words)
              : words->front() == "printf" ? formatted(*words, 1)
                                           : std::nullopt;
  while (text && text->ends_with('\n')) text->pop_back();
  if (!text || text->empty() || text->size() > most_printed) return std::nullopt;
  return text;
}

}  // namespace redtag::shell
