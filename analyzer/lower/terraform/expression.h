// Expressions of HCL as Values: what is literal is known, the rest keeps its operands until `link` evaluates it.
//
// How an expression lies in a Value between `lower` and `link`:
//   Reference    text = path with `[]` where an index stands, `[*]` and `.*` for splats; items = the indexes in order
//   Call         text = function, `...` behind it if the last argument expands; items = arguments
//                `{}` is an object with computed keys: items = key, value, key, value …
//   Template     items = parts
//   Conditional  items = condition, then, else
//   Operator     text = operator; items = operands. A text that starts with `.` or `[` is a path on items[0]
//   For          text = names, `...` behind them if it groups; items = collection, key (Absent for a list), value, condition
//   Opaque       text = source, blanks folded
#pragma once

#include "lower/terraform/source.h"
#include "lower/terraform/template.h"

namespace redtag::terraform {

/// What a string means where it stands: some are documents in themselves.
enum class StringUse : std::uint8_t {
  Plain,
  Document,  ///< JSON in it is read as the call of jsonencode that says the same
};

/// Reads expressions of one text. Borrows the source and adds gaps to `gaps`.
class ExpressionReader {
 public:
  ExpressionReader(const SourceView& source, std::vector<Gap>& gaps) : source_(source), gaps_(gaps) {}

  /// The value of the expression that the cursor stands on; leaves the cursor there. `depth` counts the levels around it.
  [[nodiscard]] Value read(syntax::Cursor& at, unsigned depth, StringUse use);

  /// The string that the expression under the cursor is, or nullopt if it is more than one string. Text inside `%{if}` and
  /// `%{for}` is part of it: for languages that are embedded in strings.
  [[nodiscard]] std::optional<TemplateText> read_script(syntax::Cursor& at, unsigned depth);

 private:
  struct Terms;
  Value read_terms(syntax::Cursor& at, unsigned depth);
  void read_term(syntax::Cursor& at, Terms& terms, unsigned depth);
  void read_access(syntax::Cursor& at, Value& base, unsigned depth);
  Value read_node(syntax::Cursor& at, unsigned depth);
  Value read_literal(syntax::Cursor& at);
  Value read_conditional(syntax::Cursor& at, unsigned depth);
  Value read_call(syntax::Cursor& at, unsigned depth);
  Value read_tuple(syntax::Cursor& at, unsigned depth);
  Value read_object(syntax::Cursor& at, unsigned depth);
  Value read_element_key(syntax::Cursor& at, unsigned depth);
  Value read_for(syntax::Cursor& at, unsigned depth);
  enum class Directives : std::uint8_t { Closed, Open };  // is text inside a directive text, or one opaque part?
  std::optional<TemplateText> read_only_string(syntax::Cursor& at, Directives directives, unsigned depth);
  TemplateText read_string(syntax::Cursor& at, Directives directives, unsigned depth);
  void read_parts(syntax::Cursor& at, TemplateText& string, ByteRange content, Directives directives, unsigned depth);
  void read_directive(syntax::Cursor& at, TemplateText& string, unsigned depth);
  Value read_interpolation(syntax::Cursor& at, TemplateText& string, std::uint32_t& behind, unsigned depth);
  Value opaque(const syntax::NodeView& node) const;
  Value too_deep(const syntax::NodeView& node);

  const SourceView& source_;
  std::vector<Gap>& gaps_;
};

}  // namespace redtag::terraform
