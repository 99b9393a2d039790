// The strings of ExpressionReader. Literal text is taken from the bytes between interpolations, never from the grammar's
// literal nodes, which may leave out blanks at their ends.
#include <utility>

#include "base/limits.h"
#include "lower/terraform/expression.h"
#include "lower/terraform/kinds.h"

namespace redtag::terraform {

namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// Where the text of a here-document stands: from the line behind the marker to the line of its end.
ByteRange heredoc_content(std::string_view text, ByteRange whole) {
  const auto first = text.find('\n', whole.begin);
  const std::uint32_t begin = first == std::string_view::npos ? whole.end : static_cast<std::uint32_t>(first) + 1;
  std::uint32_t end = whole.end;
  while (end > whole.begin && is_blank(text[end - 1])) --end;
  while (end > whole.begin && text[end - 1] != '\n') --end;
  return begin < end ? ByteRange{begin, end} : ByteRange{end, end};
}

}  // namespace

TemplateText ExpressionReader::read_string(syntax::Cursor& at, Directives directives, unsigned depth) {
  const syntax::NodeView node = at.node();
  TemplateText string;
  string.bytes = node.bytes();
  ByteRange content{string.bytes.begin + 1, string.bytes.end};
  bool indented = false;
  if (node.kind() == kinds().heredoc_template) {
    string.quoting = Quoting::Heredoc;
    content = heredoc_content(source_.text, string.bytes);
    indented = source_.text.substr(string.bytes.begin, 3) == "<<-";
  } else if (content.begin < content.end) {
    --content.end;
  }
  read_parts(at, string, content, directives, depth);
  if (indented) string.indentation = common_indentation(source_.text, string.parts);
  return string;
}

void ExpressionReader::read_parts(syntax::Cursor& at, TemplateText& string, ByteRange content, Directives directives,
                                  unsigned depth) {
  const Kinds& k = kinds();
  std::uint32_t behind = content.begin;
  const auto add_literal = [&](std::uint32_t end) {
    if (behind < end) string.parts.push_back({{behind, end}, std::nullopt});
  };
  if (at.node().kind() != k.string_lit && at.to_first_child()) {
    do {
      const syntax::NodeView child = at.node();
      const ByteRange bytes = child.bytes();
      if (bytes.begin < behind || bytes.end > content.end) continue;
      if (child.kind() == k.template_interpolation) {
        add_literal(bytes.begin);
        behind = bytes.end;
        Value hole = depth >= limits::nesting ? too_deep(child) : read_interpolation(at, string, behind, depth + 1);
        string.parts.push_back({bytes, std::move(hole)});
      } else if (child.kind() == k.template_directive) {
        add_literal(bytes.begin);
        behind = bytes.end;
        if (directives == Directives::Open)
          read_directive(at, string, depth + 1);
        else
          string.parts.push_back({bytes, opaque(child)});
      }
    } while (at.to_next_sibling());
    at.to_parent();
  }
  add_literal(content.end);
}

Value ExpressionReader::read_interpolation(syntax::Cursor& at, TemplateText& string, std::uint32_t& behind,
                                           unsigned depth) {
  const Kinds& k = kinds();
  Value hole = known_string({}, source_.region(at.node()));  // `${}` says nothing
  bool strips_left = false, strips_right = false, seen = false;
  if (!at.to_first_child()) return hole;
  do {
    if (at.node().kind() == k.strip_marker) (seen ? strips_right : strips_left) = true;
    if (at.node().kind() != k.expression) continue;
    hole = read_node(at, depth);
    seen = true;
  } while (at.to_next_sibling());
  at.to_parent();
  if (strips_left && !string.parts.empty() && !string.parts.back().hole) {
    ByteRange& before = string.parts.back().bytes;
    while (before.end > before.begin && is_blank(source_.text[before.end - 1])) --before.end;
  }
  while (strips_right && behind < source_.text.size() && is_blank(source_.text[behind])) ++behind;
  return hole;
}

void ExpressionReader::read_directive(syntax::Cursor& at, TemplateText& string, unsigned depth) {
  // What the directive decides is not followed: both branches, and one turn of a loop, are taken as text.
  const Kinds& k = kinds();
  if (depth >= limits::nesting || !at.to_first_child()) return;
  do {  // template_if or template_for
    const ByteRange bytes = at.node().bytes();
    if (!at.to_first_child()) continue;
    std::uint32_t behind = bytes.begin;
    do {
      const syntax::NodeView child = at.node();
      if (child.kind() == k.template_literal) continue;
      if (behind > bytes.begin && behind < child.bytes().begin) {
        string.parts.push_back({{behind, child.bytes().begin}, std::nullopt});
      }
      behind = child.bytes().end;
      if (child.kind() == k.template_interpolation) {
        string.parts.push_back({child.bytes(), read_interpolation(at, string, behind, depth + 1)});
      } else if (child.kind() == k.template_directive) {
        read_directive(at, string, depth + 1);
      }
    } while (at.to_next_sibling());
    at.to_parent();
  } while (at.to_next_sibling());
  at.to_parent();
}

}  // namespace redtag::terraform
