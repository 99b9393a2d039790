#include "lower/kubernetes/mask.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "base/c_names.h"
#include "base/text.h"

namespace redtag::kubernetes {

namespace {

/// What a covered byte reads as: a letter, so that what stood in a value stays one scalar.
constexpr char cover = 'x';

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }
/// The end of the directive that opens at `begin`; npos where it never closes. Strings may hold braces.
std::size_t end_of_directive(std::string_view text, std::size_t begin) {
  if (text.substr(begin).starts_with("{{/*") || text.substr(begin).starts_with("{{- /*")) {
    const std::size_t comment = text.find("*/", begin);
    const std::size_t close = comment == std::string_view::npos ? comment : text.find("}}", comment);
    return close == std::string_view::npos ? close : close + 2;
  }
  char quote = 0;
  for (std::size_t i = begin + 2; i < text.size(); ++i) {
    const char c = text[i];
    if (quote != 0) {
      if (c == '\\' && quote != '`') ++i;
      if (c == quote) quote = 0;
      if (c == '\n' && quote != '`') quote = 0;
    } else if (c == '"' || c == '`') {
      quote = c;
    } else if (c == '}' && i + 1 < text.size() && text[i + 1] == '}') {
      return i + 2;
    }
  }
  return std::string_view::npos;
}

std::string folded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool blank = is_blank(c) || c == '\n';
    if (!blank) {
      out += c;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
  if (out.ends_with(' ')) out.pop_back();
  return out;
}

/// What stands between the braces, without trim marks.
std::string_view inner_of(std::string_view directive) {
  std::string_view inner = directive.substr(2, directive.size() - 4);
  if (inner.starts_with('-')) inner.remove_prefix(1);
  if (inner.ends_with('-')) inner.remove_suffix(1);
  return trim(inner);
}

std::string_view first_word(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size() && in_name(text[end])) ++end;
  return text.substr(0, end);
}

DirectiveKind kind_of(std::string_view inner) {
  static constexpr std::array control =
      std::to_array<std::string_view>({"if", "else", "end", "range", "with", "define", "block", "break", "continue"});
  if (inner.empty() || inner.starts_with("/*")) return DirectiveKind::Silent;
  if (std::find(control.begin(), control.end(), first_word(inner)) != control.end()) return DirectiveKind::Control;
  const bool assigns =
      inner.starts_with('$') && inner.substr(0, inner.find_first_of("\"`(")).find('=') != std::string_view::npos;
  return assigns ? DirectiveKind::Silent : DirectiveKind::Output;
}

/// The number behind the last `indent` or `nindent`.
std::optional<std::uint32_t> indent_of(std::string_view inner) {
  const std::size_t at = inner.rfind("indent ");
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view digits = trim(inner.substr(at + 7));
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return error == std::errc() && number < 256 ? std::optional(number) : std::nullopt;
}

/// Filters that say how a value is printed, not which.
std::string without_printing(std::string text) {
  static constexpr std::array filters = std::to_array<std::string_view>(
      {"quote", "squote", "toString", "int", "int64", "trim", "nindent", "indent", "toYaml"});
  for (;;) {
    const std::size_t bar = text.rfind('|');
    if (bar == std::string::npos) return text;
    const std::string_view filter = first_word(trim(std::string_view(text).substr(bar + 1)));
    if (std::find(filters.begin(), filters.end(), filter) == filters.end()) return text;
    text.resize(bar);
    while (text.ends_with(' ')) text.pop_back();
  }
}

std::string spelled(std::string_view inner) {
  std::string text = without_printing(folded(inner));
  // `template` prints what `include` gives back.
  if (text.starts_with("template ")) text.replace(0, 8, "include");
  return "{{ " + text + " }}";
}

std::size_t line_start(std::string_view text, std::size_t at) {
  const std::size_t newline = at == 0 ? std::string_view::npos : text.rfind('\n', at - 1);
  return newline == std::string_view::npos ? 0 : newline + 1;
}

std::size_t line_end(std::string_view text, std::size_t at) { return std::min(text.find('\n', at), text.size()); }

std::vector<Directive> find_directives(std::string_view text) {
  std::vector<Directive> found;
  for (std::size_t at = text.find("{{"); at != std::string_view::npos; at = text.find("{{", at)) {
    const std::size_t end = end_of_directive(text, at);
    if (end == std::string_view::npos) break;
    Directive directive;
    directive.bytes = {static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(end)};
    const std::string_view inner = inner_of(text.substr(at, end - at));
    directive.kind = kind_of(inner);
    directive.column = indent_of(inner).value_or(static_cast<std::uint32_t>(at - line_start(text, at)));
    directive.text = spelled(inner);
    found.push_back(std::move(directive));
    at = end;
  }
  return found;
}

/// Says of each directive whether its lines hold anything else.
void find_lone_ones(std::string_view text, std::vector<Directive>& directives) {
  for (std::size_t i = 0; i < directives.size();) {
    // Directives that share lines stand or fall together.
    std::size_t last = i;
    while (last + 1 < directives.size() &&
           line_end(text, directives[last].bytes.end) >= directives[last + 1].bytes.begin) {
      ++last;
    }
    bool alone = true;
    std::size_t from = line_start(text, directives[i].bytes.begin);
    for (std::size_t j = i; j <= last; ++j) {
      alone = alone && trim(text.substr(from, directives[j].bytes.begin - from)).empty();
      from = directives[j].bytes.end;
    }
    alone = alone && trim(text.substr(from, line_end(text, from) - from)).empty();
    for (std::size_t j = i; j <= last; ++j) directives[j].alone = alone;
    i = last + 1;
  }
}

}  // namespace

bool has_directives(std::string_view text) {
  const std::size_t open = text.find("{{");
  return open != std::string_view::npos && text.find("}}", open) != std::string_view::npos;
}

namespace {

/// `key: {{ if .a }} "x" {{ else }} "y" {{ end }}`: from the first directive of a line to its last, one scalar that still shows
/// the words between. What opens a line decides whether the line stands there, and leaves what follows as it is.
void join_conditions(std::string_view text, Masked& masked) {
  const std::vector<Directive>& all = masked.directives;
  for (std::size_t i = 0; i < all.size();) {
    std::size_t last = i;
    bool decides = all[i].kind == DirectiveKind::Control;
    while (last + 1 < all.size() && line_end(text, all[last].bytes.end) >= all[last + 1].bytes.begin) {
      ++last;
      decides = decides || all[last].kind == DirectiveKind::Control;
    }
    const std::size_t start = line_start(text, all[i].bytes.begin);
    const bool in_value = !trim(text.substr(start, all[i].bytes.begin - start)).empty();
    if (decides && in_value && !all[i].alone) {
      for (std::uint32_t at = all[i].bytes.begin; at < all[last].bytes.end; ++at) {
        const bool word = in_name(masked.text[at]) || masked.text[at] == '.' || masked.text[at] == '-';
        if (!word) masked.text[at] = cover;
      }
    }
    i = last + 1;
  }
}

/// `key: value`, `- item` at the start of a text.
bool starts_entry(std::string_view text) {
  if (text.starts_with("- ")) return true;
  const std::size_t end = text.find_first_of(" \t\r\n:{}");
  if (end == 0 || end == std::string_view::npos || text[end] != ':') return false;
  return end + 1 == text.size() || text[end + 1] == ' ' || text[end + 1] == '\n' || text[end + 1] == '\r';
}

/// `{{- if .a -}}key: value`: what opens a line and is no text leaves the rest of it where the line began. The break that a template
/// would print before it is put into the directive's own bytes.
void break_behind_openers(std::string_view text, Masked& masked) {
  for (const Directive& directive : masked.directives) {
    if (directive.alone || directive.kind == DirectiveKind::Output) continue;
    const std::size_t start = line_start(text, directive.bytes.begin);
    const std::string_view before = text.substr(start, directive.bytes.begin - start);
    const std::size_t size = directive.bytes.size();
    if (!trim(before).empty() || size < before.size() + 1 || !starts_entry(text.substr(directive.bytes.end))) continue;
    masked.text[directive.bytes.end - before.size() - 1] = '\n';
  }
}

/// Does the line that ends before `start` open a block scalar: `key: |`, `- >-2`?
bool opens_block(std::string_view text, std::size_t start) {
  if (start == 0) return false;
  const std::size_t first = line_start(text, start - 1);
  const std::string_view line = trim(text.substr(first, start - 1 - first));
  const std::size_t last = line.find_last_not_of("+-123456789");
  if (last == std::string_view::npos || (line[last] != '|' && line[last] != '>')) return false;
  return last > 1 && line[last - 1] == ' ' && line.size() - last <= 3;
}

/// Blank lines at the head of a block scalar must not be longer than its text is deep, so directives that stand alone there read as line
/// breaks. What a scalar holds there is white space either way.
void shorten_block_heads(std::string_view text, Masked& masked) {
  std::size_t head = 0;  // a line that starts here follows a head's line
  std::size_t last = 0;  // where the head's line itself starts
  for (const Directive& directive : masked.directives) {
    if (!directive.alone) continue;
    const std::size_t start = line_start(text, directive.bytes.begin);
    const bool in_head = start != 0 && (start == head || start == last);
    if (!in_head && !opens_block(text, start)) continue;
    const std::size_t end = line_end(text, directive.bytes.end);
    std::fill(masked.text.begin() + static_cast<std::ptrdiff_t>(start),
              masked.text.begin() + static_cast<std::ptrdiff_t>(end), '\n');
    last = start;
    head = end + 1;
  }
}

}  // namespace

Masked mask(std::string_view text) {
  Masked masked{std::string(text), find_directives(text)};
  find_lone_ones(text, masked.directives);
  for (const Directive& directive : masked.directives) {
    const bool printed = !directive.alone && directive.kind == DirectiveKind::Output;
    for (std::uint32_t i = directive.bytes.begin; i < directive.bytes.end; ++i) {
      char& byte = masked.text[i];
      if (byte != '\n' || printed) byte = printed ? cover : ' ';
    }
  }
  break_behind_openers(text, masked);
  shorten_block_heads(text, masked);
  join_conditions(text, masked);
  return masked;
}

DirectiveRange directives_in(const std::vector<Directive>& directives, ByteRange bytes) {
  const auto first = std::lower_bound(directives.begin(), directives.end(), bytes.begin,
                                      [](const Directive& d, std::uint32_t at) { return d.bytes.end <= at; });
  auto last = first;
  while (last != directives.end() && last->bytes.begin < bytes.end) ++last;
  return {static_cast<std::size_t>(first - directives.begin()), static_cast<std::size_t>(last - directives.begin())};
}

namespace {

/// What stands between the braces of a directive in its one spelling.
std::string_view said_by(const Directive& directive) {
  const std::string_view text = directive.text;
  return text.size() < 6 ? std::string_view() : text.substr(3, text.size() - 6);
}

/// A definition prints nothing by itself.
bool is_printed(const std::vector<Directive>& directives, std::string_view definition) {
  const std::size_t open = definition.find('"');
  const std::size_t close = open == std::string_view::npos ? open : definition.find('"', open + 1);
  if (close == std::string_view::npos) return true;
  const std::string call = "include " + std::string(definition.substr(open, close + 1 - open));
  return std::any_of(directives.begin(), directives.end(),
                     [&](const Directive& each) { return each.text.find(call) != std::string::npos; });
}

}  // namespace

std::vector<Condition> conditions_at(const std::vector<Directive>& directives, std::uint32_t at) {
  std::vector<std::vector<Condition>> open;  // each `if` with the branches that were passed over
  for (const Directive& directive : directives) {
    if (directive.bytes.begin >= at) break;
    if (directive.kind != DirectiveKind::Control) continue;
    const std::string_view said = said_by(directive);
    const std::string_view word = first_word(said);
    if (word == "end") {
      if (!open.empty()) open.pop_back();
    } else if (word == "else") {
      if (open.empty()) continue;
      open.back().back().denied = true;
      const std::string_view next = trim(said.substr(4));
      if (!next.empty()) open.back().push_back({std::string(next), false, directive.bytes});
    } else if (word == "define") {
      open.push_back({{is_printed(directives, said) ? "define" : "if false", false, directive.bytes}});
    } else if (word != "break" && word != "continue") {
      open.push_back({{std::string(said), false, directive.bytes}});
    }
  }
  std::vector<Condition> all;
  for (std::vector<Condition>& branches : open) all.insert(all.end(), branches.begin(), branches.end());
  return all;
}

}  // namespace redtag::kubernetes
