#include "lower/terraform/expression.h"

#include <utility>

#include "base/limits.h"
#include "lower/terraform/json.h"
#include "lower/terraform/kinds.h"

namespace redtag::terraform {

namespace {

Value expression_value(Expression expression, std::string text, Region region) {
  Value value = unknown_value(std::move(text), {}, region);
  value.expression = expression;
  return value;
}

Value known_container(Shape shape, Region region) {
  Value value;
  value.presence = Presence::Known;
  value.shape = shape;
  value.region = region;
  return value;
}

bool is_access(const Value& value) {
  return value.expression == Expression::Reference ||
         (value.expression == Expression::Operator && (value.text[0] == '.' || value.text[0] == '['));
}

/// Adds a step to a path; a base that is no path yet becomes the first operand of one.
void add_step(Value& base, std::string_view step, Region end) {
  const Region whole{base.region.file, base.region.side, {base.region.bytes.begin, end.bytes.end}};
  if (is_access(base)) {
    base.text += step;
    base.region = whole;
    return;
  }
  Value access = expression_value(Expression::Operator, std::string(step), whole);
  access.items.push_back(std::move(base));
  base = std::move(access);
}

}  // namespace

/// The terms of one expression as they are met: `left` of an operator, then what stands behind it.
struct ExpressionReader::Terms {
  std::vector<Value> left;
  Value current;
  std::string_view sign;
};

Value ExpressionReader::opaque(const syntax::NodeView& node) const {
  Value value = expression_value(Expression::Opaque, folded(source_.of(node)), source_.region(node));
  value.reason = "an expression that redtag does not follow";
  return value;
}

Value ExpressionReader::too_deep(const syntax::NodeView& node) {
  gaps_.push_back({source_.region(node), Stack::Terraform, "expressions nested in one another too deeply"});
  return opaque(node);
}

Value ExpressionReader::read(syntax::Cursor& at, unsigned depth, StringUse use) {
  if (use == StringUse::Document) {
    if (std::optional<TemplateText> string = read_only_string(at, Directives::Closed, depth)) {
      std::optional<Value> document = read_json(source_, *string);
      if (!document) return template_value(source_, std::move(*string));
      Value call = expression_value(Expression::Call, "jsonencode", source_.region(string->bytes));
      call.items.push_back(std::move(*document));
      return call;
    }
  }
  return read_node(at, depth);
}

std::optional<TemplateText> ExpressionReader::read_script(syntax::Cursor& at, unsigned depth) {
  return read_only_string(at, Directives::Open, depth);
}

std::optional<TemplateText> ExpressionReader::read_only_string(syntax::Cursor& at, Directives directives,
                                                               unsigned depth) {
  std::optional<TemplateText> string;
  if (at.node().child_count() != 1 || !at.to_first_child()) return string;
  const std::uint16_t kind = at.node().kind();
  if ((kind == kinds().literal_value || kind == kinds().template_expr) && at.to_first_child()) {
    const std::uint16_t inner = at.node().kind();
    if (inner == kinds().string_lit || inner == kinds().quoted_template || inner == kinds().heredoc_template) {
      string = read_string(at, directives, depth);
    }
    at.to_parent();
  }
  at.to_parent();
  return string;
}

Value ExpressionReader::read_node(syntax::Cursor& at, unsigned depth) {
  const syntax::NodeView node = at.node();
  const std::uint16_t kind = node.kind();
  const Kinds& k = kinds();
  if (depth >= limits::nesting) return too_deep(node);
  if (kind == k.expression || kind == k.binary_operation || kind == k.unary_operation) return read_terms(at, depth + 1);
  if (kind == k.literal_value) return read_literal(at);
  if (kind == k.conditional) return read_conditional(at, depth + 1);
  if (kind == k.function_call) return read_call(at, depth + 1);
  if (kind == k.variable_expr)
    return expression_value(Expression::Reference, std::string(source_.of(node)), source_.region(node));
  if (kind == k.operation || kind == k.collection_value || kind == k.for_expr || kind == k.template_expr) {
    if (!at.to_first_child()) return opaque(node);
    Value value = read_node(at, depth + 1);
    at.to_parent();
    return value;
  }
  if (kind == k.tuple) return read_tuple(at, depth + 1);
  if (kind == k.object) return read_object(at, depth + 1);
  if (kind == k.for_tuple_expr || kind == k.for_object_expr) return read_for(at, depth + 1);
  if (kind == k.quoted_template || kind == k.heredoc_template) {
    return template_value(source_, read_string(at, Directives::Closed, depth + 1));
  }
  return opaque(node);
}

Value ExpressionReader::read_terms(syntax::Cursor& at, unsigned depth) {
  const syntax::NodeView node = at.node();
  Terms terms;
  if (at.to_first_child()) {
    do read_term(at, terms, depth);
    while (at.to_next_sibling());
    at.to_parent();
  }
  if (terms.sign.empty()) {
    return terms.current.presence == Presence::Absent ? opaque(node) : std::move(terms.current);
  }
  if (terms.sign == "-" && terms.left.empty() && terms.current.known() && terms.current.type == ScalarType::Number &&
      terms.current.shape == Shape::Scalar && !terms.current.text.starts_with('-')) {
    return known_number("-" + terms.current.text, source_.region(node));
  }
  Value value = expression_value(Expression::Operator, std::string(terms.sign), source_.region(node));
  value.items = std::move(terms.left);
  value.items.push_back(std::move(terms.current));
  return value;
}

void ExpressionReader::read_term(syntax::Cursor& at, Terms& terms, unsigned depth) {
  const syntax::NodeView node = at.node();
  const Kinds& k = kinds();
  const std::uint16_t kind = node.kind();
  if (kind == k.comment) return;
  if (kind == k.get_attr || kind == k.index || kind == k.splat) {
    read_access(at, terms.current, depth);
  } else if (node.named()) {
    terms.current = read_node(at, depth);
  } else if (const std::string_view text = source_.of(node); text != "(" && text != ")") {
    if (terms.current.presence != Presence::Absent) terms.left.push_back(std::exchange(terms.current, Value{}));
    terms.sign = text;
  }
}

void ExpressionReader::read_access(syntax::Cursor& at, Value& base, unsigned depth) {
  const Kinds& k = kinds();
  const syntax::NodeView node = at.node();
  const std::uint16_t kind = node.kind();
  if (depth >= limits::nesting || base.presence == Presence::Absent) {
    base = too_deep(node);
    return;
  }
  if (kind == k.get_attr) {
    const std::string_view name = source_.of(node);  // `.name`, perhaps with blanks behind the dot
    const auto start = name.find_first_not_of(". \t\r\n");
    add_step(base, start == std::string_view::npos ? "." : "." + std::string(name.substr(start)), source_.region(node));
    return;
  }
  if (kind == k.full_splat || kind == k.attr_splat) add_step(base, "[*]", source_.region(node));
  if (!at.to_first_child()) {
    if (kind == k.index) base = opaque(node);
    return;
  }
  do {
    const syntax::NodeView child = at.node();
    if (child.kind() == k.new_index) {
      add_step(base, "[]", source_.region(child));
      if (at.to_first_child()) {
        do {
          if (at.node().kind() == k.expression) base.items.push_back(read_node(at, depth + 1));
        } while (at.to_next_sibling());
        at.to_parent();
      }
    } else if (kind == k.index) {  // `.0`
      add_step(base, "[]", source_.region(child));
      base.items.push_back(known_number(std::string(source_.of(child).substr(1)), source_.region(child)));
    } else if (child.named()) {
      read_access(at, base, depth + 1);
    }
  } while (at.to_next_sibling());
  at.to_parent();
}

Value ExpressionReader::read_literal(syntax::Cursor& at) {
  const syntax::NodeView node = at.node();
  if (!at.to_first_child()) return opaque(node);
  const syntax::NodeView inner = at.node();
  const Kinds& k = kinds();
  const Region region = source_.region(inner);
  Value value;
  if (inner.kind() == k.string_lit) {
    value = template_value(source_, read_string(at, Directives::Closed, 0));
  } else if (inner.kind() == k.numeric_lit) {
    value = known_number(std::string(source_.of(inner)), region);
  } else if (inner.kind() == k.bool_lit) {
    value = known_bool(source_.of(inner) == "true", region);
  } else {
    value = known_string({}, region);
    value.type = ScalarType::Null;
  }
  at.to_parent();
  return value;
}

Value ExpressionReader::read_conditional(syntax::Cursor& at, unsigned depth) {
  const syntax::NodeView node = at.node();
  Value value = expression_value(Expression::Conditional, "?", source_.region(node));
  if (at.to_first_child()) {
    do {
      if (at.node().kind() == kinds().expression) value.items.push_back(read_node(at, depth));
    } while (at.to_next_sibling());
    at.to_parent();
  }
  return value.items.size() == 3 ? value : opaque(node);
}

Value ExpressionReader::read_call(syntax::Cursor& at, unsigned depth) {
  const Kinds& k = kinds();
  Value value = expression_value(Expression::Call, {}, source_.region(at.node()));
  std::string_view expands;
  if (!at.to_first_child()) return value;
  do {
    if (at.node().kind() == k.identifier) value.text = source_.of(at.node());
    if (at.node().kind() != k.function_arguments || !at.to_first_child()) continue;
    do {
      if (at.node().kind() == k.expression) value.items.push_back(read_node(at, depth));
      if (at.node().kind() == k.ellipsis) expands = "...";
    } while (at.to_next_sibling());
    at.to_parent();
  } while (at.to_next_sibling());
  at.to_parent();
  value.text += expands;
  return value;
}

Value ExpressionReader::read_tuple(syntax::Cursor& at, unsigned depth) {
  Value value = known_container(Shape::List, source_.region(at.node()));
  if (!at.to_first_child()) return value;
  do {
    if (at.node().kind() == kinds().expression) value.items.push_back(read_node(at, depth));
  } while (at.to_next_sibling());
  at.to_parent();
  return value;
}

Value ExpressionReader::read_element_key(syntax::Cursor& at, unsigned depth) {
  const syntax::NodeView node = at.node();
  if (node.child_count() == 1 && node.first_child().kind() == kinds().variable_expr) {
    return known_string(std::string(source_.of(node)), source_.region(node));
  }
  return read_node(at, depth);
}

Value ExpressionReader::read_object(syntax::Cursor& at, unsigned depth) {
  const Kinds& k = kinds();
  Value map = known_container(Shape::Map, source_.region(at.node()));
  Value computed = expression_value(Expression::Call, "{}", map.region);
  bool all_known = true;
  if (!at.to_first_child()) return map;
  do {
    if (at.node().kind() != k.object_elem) continue;
    const Region region = source_.region(at.node());
    std::vector<Value> pair;
    if (at.to_first_child()) {
      do {
        if (at.node().kind() != k.expression) continue;
        pair.push_back(pair.empty() ? read_element_key(at, depth) : read_node(at, depth));
      } while (at.to_next_sibling());
      at.to_parent();
    }
    if (pair.size() != 2) continue;
    all_known = all_known && pair[0].known() && pair[0].shape == Shape::Scalar;
    computed.items.push_back(std::move(pair[0]));
    map.entries.push_back({{}, std::move(pair[1]), region});
  } while (at.to_next_sibling());
  at.to_parent();
  for (std::size_t i = 0; i < map.entries.size() && all_known; ++i)
    map.entries[i].key = std::move(computed.items[i].text);
  if (all_known) return map;
  std::vector<Value> keys = std::exchange(computed.items, {});
  for (std::size_t i = 0; i < keys.size(); ++i) {
    computed.items.push_back(std::move(keys[i]));
    computed.items.push_back(std::move(map.entries[i].value));
  }
  return computed;
}

Value ExpressionReader::read_for(syntax::Cursor& at, unsigned depth) {
  const Kinds& k = kinds();
  const syntax::NodeView node = at.node();
  Value value = expression_value(Expression::For, {}, source_.region(node));
  std::vector<Value> body;
  Value collection, condition;
  std::string names;
  std::string_view groups;
  if (!at.to_first_child()) return opaque(node);
  do {
    const std::uint16_t kind = at.node().kind();
    if (kind == k.expression) body.push_back(read_node(at, depth));
    if (kind == k.ellipsis) groups = "...";
    if ((kind != k.for_intro && kind != k.for_cond) || !at.to_first_child()) continue;
    do {
      if (at.node().kind() == k.identifier) names += (names.empty() ? "" : ",") + std::string(source_.of(at.node()));
      if (at.node().kind() == k.expression) (kind == k.for_intro ? collection : condition) = read_node(at, depth);
    } while (at.to_next_sibling());
    at.to_parent();
  } while (at.to_next_sibling());
  at.to_parent();
  const std::size_t wanted = node.kind() == k.for_object_expr ? 2 : 1;
  if (body.size() != wanted || names.empty()) return opaque(node);
  value.text = names + std::string(groups);
  value.items.push_back(std::move(collection));
  value.items.push_back(wanted == 2 ? std::move(body[0]) : Value{});
  value.items.push_back(std::move(body[wanted - 1]));
  value.items.push_back(std::move(condition));
  return value;
}

}  // namespace redtag::terraform
