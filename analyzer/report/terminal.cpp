#include "report/terminal.h"

#include "base/text.h"
#include "report/redact.h"

namespace redtag {
namespace {

/// Columns that a text takes, one for each character: near enough for wrapping.
std::size_t columns(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0U) != 0x80;
  return count;
}

std::string inert(std::string_view foreign) {
  std::string text = printable(quotable(foreign));
  for (std::size_t at = text.find("##["); at != std::string::npos; at = text.find("##[", at)) {
    text.replace(at, 2, "#\\x23");
  }
  return text;
}

/// What may stand first on a line, where `::` would start a command.
std::string first_on_line(std::string_view word) {
  return word.substr(0, 2) == "::" ? "\\x3A" + std::string(word.substr(1)) : std::string(word);
}

}  // namespace

std::string Terminal::styled(Style style, std::string_view text) const {
  if (color_ == Color::Never || style == Style::Plain) return std::string(text);
  const char* code = "";
  switch (style) {
    case Style::Plain: break;
    case Style::Bold: code = "\x1b[1m"; break;
    case Style::Dim: code = "\x1b[2m"; break;
    case Style::Red: code = "\x1b[1;31m"; break;
    case Style::Yellow: code = "\x1b[33m"; break;
    case Style::Green: code = "\x1b[32m"; break;
  }
  return code + std::string(text) + "\x1b[0m";
}

void Terminal::line(std::size_t indent, std::string_view head, std::string_view foreign) {
  text_.append(indent, ' ');
  text_ += head;
  const std::string safe = inert(foreign);
  text_ += head.empty() ? first_on_line(safe) : safe;
  text_ += '\n';
}

void Terminal::wrap(std::size_t column, std::size_t indent, std::string_view safe) {
  bool first = true;
  for (const std::string_view word : split(safe, ' ')) {
    if (word.empty()) continue;
    const std::size_t need = columns(word);
    if (!first && column + 1 + need > width) {
      text_ += '\n';
      text_.append(indent, ' ');
      column = indent;
      first = true;
    }
    if (!first) {
      text_ += ' ';
      ++column;
    }
    text_ += first ? first_on_line(word) : std::string(word);
    column += need;
    first = false;
  }
  text_ += '\n';
}

void Terminal::paragraph(std::size_t indent, std::string_view foreign) {
  text_.append(indent, ' ');
  wrap(indent, indent, inert(foreign));
}

void Terminal::labelled(std::size_t indent, std::string_view label, std::string_view foreign) {
  text_.append(indent, ' ');
  text_ += styled(Style::Dim, label);
  const std::size_t used = columns(label);
  text_.append(used < label_width ? label_width - used : 1, ' ');
  wrap(indent + label_width, indent + label_width, inert(foreign));
}

}  // namespace redtag
