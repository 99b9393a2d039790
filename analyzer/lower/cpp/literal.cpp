#include "lower/cpp/literal.h"

#include <vector>

#include "base/limits.h"
#include "lower/cpp/kinds.h"

namespace redtag::cpp {

namespace {

constexpr std::size_t longest_literal = std::size_t{64} << 10;
constexpr std::size_t most_nodes = 400;  // of one expression: a table of thousands of literals is no statement

/// One byte for the escapes that matter to readers of the value; others keep their letter.
char unescaped(std::string_view escape) {
  if (escape.size() < 2) return '?';
  switch (escape[1]) {
    case 'n': return '\n';
    case 't': return '\t';
    case 'r': return '\r';
    case '0': return ' ';
    case 'x':
    case 'u':
    case 'U': return '?';
    default: return escape[1];
  }
}

class LiteralReader {
 public:
  LiteralReader(std::string_view text, syntax::Grammar grammar, const Constants& constants)
      : text_(text), kinds_(kinds_of(grammar)), constants_(constants) {}

  bool read(const syntax::NodeView& expression, Argument& argument) {
    whole_ = expression.bytes();
    walk(expression);
    if (!found_ || value_.size() > longest_literal) return false;
    map_.push_back(map_.empty() ? argument.bytes.end : map_.back() + 1);
    argument.literal = std::move(value_);
    argument.literal_map = std::move(map_);
    return true;
  }

 private:
  void put(char c, std::uint32_t at) {
    value_ += c;
    map_.push_back(at);
  }

  void put_all(const syntax::NodeView& node) {
    const ByteRange bytes = node.bytes();
    for (std::uint32_t i = bytes.begin; i < bytes.end && value_.size() <= longest_literal; ++i) put(text_[i], i);
  }

  /// Visits leaves in order; a literal's parts are appended, anything else between two literals is a hole.
  void walk(const syntax::NodeView& start) {
    syntax::Cursor cursor(start);
    std::size_t nodes = 0;
    std::size_t depth = 0;
    for (;;) {
      if (++nodes > most_nodes) {
        found_ = false;
        return;
      }
      if (enter(cursor.node()) && cursor.to_first_child()) {
        ++depth;
        continue;
      }
      while (depth > 0 && !cursor.to_next_sibling()) {
        cursor.to_parent();
        --depth;
      }
      if (depth == 0) return;
    }
  }

  bool enter(const syntax::NodeView& node) {
    const std::uint16_t kind = node.kind();
    if (kind == kinds_.string_content || kind == kinds_.raw_string_content) {
      found_ = true;
      hole_ = false;
      put_all(node);
      return false;
    }
    if (kind == kinds_.escape_sequence) {
      put(unescaped(text_of(node, text_)), node.bytes().begin);
      return false;
    }
    if (kind == kinds_.field_expression) return node.child_count() > 0;  // `QString("…").arg(x)`: the literal is inside
    // `… << table() << …`: a hole, unless a text is wrapped in it.
    const bool made = kind == kinds_.call || kind == kinds_.qualified_identifier;
    if (made && is_operand(node) && text_of(node, text_).find('"') == std::string_view::npos) {
      put_hole(node);
      return false;
    }
    const bool word = kind == kinds_.identifier || kind == kinds_.field_identifier;
    if (word && (is_operand(node) || node.bytes() == whole_) && put_constant(node)) return true;
    if (word && is_operand(node)) put_hole(node);
    return true;
  }

  void put_hole(const syntax::NodeView& node) {
    if (!found_ || hole_) return;
    hole_ = true;
    put('?', node.bytes().begin);
  }

  bool put_constant(const syntax::NodeView& node) {
    const auto constant = constants_.find(text_of(node, text_));
    if (constant == constants_.end()) return false;
    for (const char c : constant->second) put(c, node.bytes().begin);
    found_ = true;
    hole_ = false;
    return true;
  }

  /// An operand of `+` between literals, not the name of a wrapping call.
  bool is_operand(const syntax::NodeView& node) const {
    const syntax::NodeView parent = node.parent();
    return !parent.null() && (parent.kind_name() == "binary_expression" || parent.kind() == kinds_.concatenated_string);
  }

  std::string_view text_;
  const Kinds& kinds_;
  const Constants& constants_;
  ByteRange whole_;
  std::string value_;
  std::vector<std::uint32_t> map_;
  bool found_ = false;
  bool hole_ = false;
};

}  // namespace

bool read_literal(const syntax::NodeView& expression, std::string_view text, syntax::Grammar grammar,
                  const Constants& constants, Argument& argument) {
  return LiteralReader(text, grammar, constants).read(expression, argument);
}

}  // namespace redtag::cpp
