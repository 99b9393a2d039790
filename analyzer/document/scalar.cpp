#include "document/scalar.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/text.h"
#include "base/utf8.h"

namespace redtag::document {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool all_of(std::string_view text, bool (*accept)(char)) {
  return !text.empty() && std::all_of(text.begin(), text.end(), accept);
}

/// `[-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`
bool is_decimal(std::string_view text) {
  std::size_t i = 0;
  const auto digits = [&] {
    const std::size_t from = i;
    while (i < text.size() && is_digit(text[i])) ++i;
    return i - from;
  };
  const std::size_t whole = digits();
  std::size_t fraction = 0;
  if (i < text.size() && text[i] == '.') {
    ++i;
    fraction = digits();
  }
  if (whole + fraction == 0) return false;
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    if (i < text.size() && (text[i] == '-' || text[i] == '+')) ++i;
    if (digits() == 0) return false;
  }
  return i == text.size();
}

bool is_number(std::string_view text) {
  if (text.starts_with("0o")) return all_of(text.substr(2), [](char c) { return c >= '0' && c <= '7'; });
  if (text.starts_with("0x")) {
    return all_of(text.substr(2),
                  [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); });
  }
  if (text == ".nan" || text == ".NaN" || text == ".NAN") return true;
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  return text == ".inf" || text == ".Inf" || text == ".INF" || is_decimal(text);
}

bool is_blank(char c) { return c == ' ' || c == '\t'; }

/// Length of the line break at `i`: 1 for LF or CR, 2 for CR LF, 0 for none.
std::size_t break_length(std::string_view text, std::size_t i) {
  if (i >= text.size()) return 0;
  if (text[i] == '\r') return i + 1 < text.size() && text[i + 1] == '\n' ? 2 : 1;
  return text[i] == '\n' ? 1 : 0;
}

/// Consumes line breaks and the blanks around them from `i`; returns how many breaks there were.
std::size_t skip_breaks(std::string_view text, std::size_t& i) {
  std::size_t count = 0;
  for (;;) {
    while (i < text.size() && is_blank(text[i])) ++i;
    const std::size_t length = break_length(text, i);
    if (length == 0) return count;
    i += length;
    ++count;
  }
}

void append_folded(std::string& out, std::size_t breaks) {
  if (breaks == 1) {
    out += ' ';
  } else if (breaks > 1) {
    out.append(breaks - 1, '\n');
  }
}

void trim_blanks(std::string& out, std::size_t floor) {
  while (out.size() > floor && is_blank(out.back())) out.pop_back();
}

/// Folds what needs no escapes; `doubled` is a character that stands for itself when written twice, or 0.
std::string fold(std::string_view raw, char doubled) {
  std::string out;
  for (std::size_t i = 0; i < raw.size();) {
    if (break_length(raw, i) > 0) {
      trim_blanks(out, 0);
      append_folded(out, skip_breaks(raw, i));
      continue;
    }
    if (doubled != 0 && raw[i] == doubled && i + 1 < raw.size() && raw[i + 1] == doubled) ++i;
    out += raw[i++];
  }
  return out;
}

/// `digits` hexadecimal digits at `i`, or nullopt.
std::optional<std::uint32_t> hexadecimal(std::string_view text, std::size_t i, std::size_t digits) {
  if (i + digits > text.size()) return std::nullopt;
  std::uint32_t code = 0;
  for (const char c : text.substr(i, digits)) {
    code <<= 4;
    if (is_digit(c)) {
      code |= static_cast<std::uint32_t>(c - '0');
    } else if (c >= 'a' && c <= 'f') {
      code |= static_cast<std::uint32_t>(c - 'a' + 10);
    } else if (c >= 'A' && c <= 'F') {
      code |= static_cast<std::uint32_t>(c - 'A' + 10);
    } else {
      return std::nullopt;
    }
  }
  return code;
}

/// The single-character escapes of YAML, JSON's among them; nullopt for none.
std::optional<std::uint32_t> simple_escape(char c) {
  struct Escape {
    char name;
    std::uint32_t code;
  };
  static constexpr std::array<Escape, 18> escapes = {{{'0', 0},
                                                      {'a', 7},
                                                      {'b', 8},
                                                      {'t', 9},
                                                      {'\t', 9},
                                                      {'n', 10},
                                                      {'v', 11},
                                                      {'f', 12},
                                                      {'r', 13},
                                                      {'e', 27},
                                                      {' ', 32},
                                                      {'"', 34},
                                                      {'/', 47},
                                                      {'\\', 92},
                                                      {'N', 0x85},
                                                      {'_', 0xA0},
                                                      {'L', 0x2028},
                                                      {'P', 0x2029}}};
  for (const Escape& escape : escapes) {
    if (escape.name == c) return escape.code;
  }
  return std::nullopt;
}

/// Decodes the escape whose character (behind the backslash) is at `i`, and moves `i` behind it.
bool append_escape(std::string_view raw, std::size_t& i, std::string& out) {
  if (i >= raw.size()) return false;
  const std::size_t digits = raw[i] == 'x' ? 2 : raw[i] == 'u' ? 4 : raw[i] == 'U' ? 8 : 0;
  if (digits == 0) {
    const std::optional<std::uint32_t> code = simple_escape(raw[i]);
    if (!code) return false;
    append_utf8(out, *code);
    ++i;
    return true;
  }
  std::optional<std::uint32_t> code = hexadecimal(raw, i + 1, digits);
  if (!code) return false;
  i += 1 + digits;
  // JSON writes what lies beyond the basic plane as two escapes.
  if (digits == 4 && *code >= 0xD800 && *code < 0xDC00 && raw.substr(i).starts_with("\\u")) {
    const std::optional<std::uint32_t> low = hexadecimal(raw, i + 2, 4);
    if (low && *low >= 0xDC00 && *low < 0xE000) {
      code = 0x10000 + ((*code - 0xD800) << 10) + (*low - 0xDC00);
      i += 6;
    }
  }
  append_utf8(out, *code);
  return true;
}

struct BlockHeader {
  bool folded = false;
  char chomping = 0;  // '-', '+' or 0
  int indent = 0;     // 0: found from the first line
};

BlockHeader read_header(std::string_view line) {
  BlockHeader header;
  header.folded = line.starts_with('>');
  for (const char c : line.substr(line.empty() ? 0 : 1)) {
    if (c == '-' || c == '+') {
      header.chomping = c;
    } else if (c >= '1' && c <= '9') {
      header.indent = c - '0';
    } else {
      break;
    }
  }
  return header;
}

/// The line at `i` without its break; moves `i` behind it.
std::string_view take_line(std::string_view text, std::size_t& i) {
  const std::size_t from = i;
  while (i < text.size() && break_length(text, i) == 0) ++i;
  const std::string_view line = text.substr(from, i - from);
  i += break_length(text, i);
  return line;
}

std::size_t leading_spaces(std::string_view line) { return std::min(line.find_first_not_of(' '), line.size()); }

/// Lines of the block's content with the indentation taken off, blank ones at the end included.
std::vector<std::string_view> content_lines(std::string_view text, std::size_t i, int fixed_indent, int parent_indent) {
  std::vector<std::string_view> lines;
  std::optional<std::size_t> indent;
  if (fixed_indent > 0) indent = static_cast<std::size_t>(std::max(parent_indent, 0) + fixed_indent);
  while (i < text.size()) {
    const std::string_view line = take_line(text, i);
    const std::size_t spaces = leading_spaces(line);
    const bool blank = spaces == line.size();
    if (!blank && !indent) {
      if (static_cast<int>(spaces) <= parent_indent) break;
      indent = spaces;
    }
    if (!blank && spaces < *indent) break;
    if (indent == std::size_t{0} && (line.starts_with("---") || line.starts_with("..."))) break;
    lines.push_back(indent && line.size() > *indent ? line.substr(*indent) : std::string_view());
  }
  return lines;
}

std::string join(const std::vector<std::string_view>& lines, std::size_t count, bool folded) {
  std::string out;
  std::size_t empty = 0;
  bool indented_before = true;  // nothing is folded into the first line
  for (std::size_t i = 0; i < count; ++i) {
    const std::string_view line = lines[i];
    if (folded && line.empty()) {
      ++empty;
      continue;
    }
    const bool indented = !folded || (!line.empty() && is_blank(line.front()));
    if (out.empty() && i == empty) {
      out.append(empty, '\n');
    } else if (indented || indented_before) {
      out.append(empty + 1, '\n');
    } else {
      append_folded(out, empty + 1);
    }
    out += line;
    empty = 0;
    indented_before = indented;
  }
  return out;
}

}  // namespace

NodeType core_type(std::string_view plain) {
  if (plain.empty() || plain == "~" || plain == "null" || plain == "Null" || plain == "NULL") return NodeType::Null;
  for (const std::string_view word : {"true", "True", "TRUE", "false", "False", "FALSE"}) {
    if (plain == word) return NodeType::Bool;
  }
  return is_number(plain) ? NodeType::Number : NodeType::String;
}

std::string fold_plain(std::string_view raw) { return fold(raw, 0); }

std::string decode_single(std::string_view raw) { return fold(raw, '\''); }

std::optional<std::string> decode_double(std::string_view raw) {
  std::string out;
  std::size_t floor = 0;  // blanks below this came from escapes and stay
  for (std::size_t i = 0; i < raw.size();) {
    if (break_length(raw, i) > 0) {
      trim_blanks(out, floor);
      append_folded(out, skip_breaks(raw, i));
      continue;
    }
    if (raw[i] != '\\') {
      out += raw[i++];
      continue;
    }
    ++i;
    if (const std::size_t length = break_length(raw, i); length > 0) {
      i += length;
      out.append(skip_breaks(raw, i), '\n');
    } else if (!append_escape(raw, i, out)) {
      return std::nullopt;
    }
    floor = out.size();
  }
  return out;
}

std::string decode_block(std::string_view text, std::size_t begin, int parent_indent) {
  std::size_t i = begin;
  const BlockHeader header = read_header(take_line(text, i));
  const std::vector<std::string_view> lines = content_lines(text, i, header.indent, parent_indent);
  std::size_t count = lines.size();
  while (count > 0 && lines[count - 1].empty()) --count;
  std::string out = join(lines, count, header.folded);
  const std::size_t trailing = lines.size() - count;
  if (header.chomping == '+') {
    out.append(count > 0 ? trailing + 1 : trailing, '\n');
  } else if (header.chomping != '-' && count > 0) {
    out += '\n';
  }
  return out;
}

std::optional<Yaml11Reading> yaml11_reading(std::string_view plain) {
  const std::string word = lower_ascii(plain);
  const bool one_case = plain == word || word.size() < 2 || plain.substr(1) == std::string_view(word).substr(1) ||
                        std::all_of(plain.begin(), plain.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  if (one_case && (word == "yes" || word == "on")) return Yaml11Reading{NodeType::Bool, "true"};
  if (one_case && (word == "no" || word == "off")) return Yaml11Reading{NodeType::Bool, "false"};
  const bool octal = plain.size() > 1 && plain.size() <= 16 && plain.front() == '0' &&
                     all_of(plain, [](char c) { return c >= '0' && c <= '7'; });
  if (!octal) return std::nullopt;
  std::uint64_t number = 0;
  for (const char c : plain) number = number * 8 + static_cast<std::uint64_t>(c - '0');
  return Yaml11Reading{NodeType::Number, std::to_string(number)};
}

}  // namespace redtag::document
