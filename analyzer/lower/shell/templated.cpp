// Scripts that a template engine fills in before a shell sees them (Handlebars, Jinja, Go templates).
#include <algorithm>
#include <array>

#include "base/text.h"
#include "lower/shell/script.h"

namespace redtag::shell {

namespace {

/// `{{#if x}}`, `{{/if}}`, `{{- end }}`: says which lines there are, and stands for nothing itself.
bool is_directive(std::string_view inside) {
  while (!inside.empty() && (inside.front() == '~' || inside.front() == '-' || inside.front() == ' '))
    inside.remove_prefix(1);
  if (inside.empty()) return true;
  if (std::string_view("#/^!>").find(inside.front()) != std::string_view::npos) return true;
  static constexpr std::array words =
      std::to_array<std::string_view>({"if", "else", "end", "range", "with", "define", "block", "template", "include"});
  const std::string_view word = inside.substr(0, inside.find_first_of(" \t~-}"));
  return std::find(words.begin(), words.end(), word) != words.end();
}

void blank(std::string& text, std::size_t begin, std::size_t end) {
  for (std::size_t i = begin; i < end; ++i) {
    if (text[i] != '\n' && text[i] != '\r') text[i] = ' ';
  }
}

/// A number of the same length, which is what a shell sees as there, and not known.
void put_hole(std::string& text, std::size_t begin, std::size_t end) {
  const std::size_t size = end - begin;
  for (std::size_t i = begin; i < end; ++i) text[i] = size < 6 ? '_' : '0';
  if (size < 6) return;
  text.replace(begin, 3, "$((");
  text.replace(end - 2, 2, "))");
}

/// Where the next of some bytes stands: found once for all that ask before it, so that a text without one costs no more than one.
class Next {
 public:
  Next(const std::string& text, std::string_view bytes) : text_(text), bytes_(bytes) {}
  std::size_t from(std::size_t at) {
    if (known_ < at) known_ = text_.find(bytes_, at);
    return known_;
  }

 private:
  const std::string& text_;
  std::string_view bytes_;
  std::size_t known_ = 0;
};

}  // namespace

std::string without_templates(std::string_view text) {
  std::string out(text);
  Next expressions(out, "}}"), statements(out, "%}"), comments(out, "#}"), lines(out, "\n");
  for (std::size_t at = out.find('{'); at != std::string::npos && at + 1 < out.size(); at = out.find('{', at)) {
    const char kind = out[at + 1];
    const bool expansion = at > 0 && out[at - 1] == '$';  // `${#x}`, `${%…}`
    std::size_t end = std::string::npos;
    if (kind == '{') end = expressions.from(at + 2);
    if (kind == '%' && !expansion) end = statements.from(at + 2);
    if (kind == '#' && !expansion) end = comments.from(at + 2);
    const bool one_line = end != std::string::npos && (kind == '#' || lines.from(at) > end);
    if (!one_line) {
      ++at;
      continue;
    }
    const bool directive = kind != '{' || is_directive(std::string_view(out).substr(at + 2, end - at - 2));
    directive ? blank(out, at, end + 2) : put_hole(out, at, end + 2);
    at = end + 2;
  }
  return out;
}

}  // namespace redtag::shell
