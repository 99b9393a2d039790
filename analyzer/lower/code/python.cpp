// Python. `with x as y:` is a call with a block whose parameter is y.
#include <algorithm>
#include <array>

#include "lower/code/reader.h"

namespace redtag::code {

namespace {

using syntax::NodeView;

Node read_string(Reader& reader, const NodeView& node) {
  Node string = reader.make(Kind::String, node);
  for (const NodeView& piece : syntax::named_children(node)) {
    if (reader.is(piece, "interpolation")) {
      reader.append_dynamic(string, piece);
    } else if (reader.is(piece, "string_content")) {
      // Escapes stand inside; what they mean matters to no statement, and places stay exact.
      reader.append_verbatim(string, piece);
    }
  }
  Reader::close(string, string.bytes.end);
  return string;
}

Node read_call(Reader& reader, const NodeView& node) {
  const NodeView callee = reader.field(node, "function");
  Node call;
  if (reader.is(callee, "attribute")) {
    call = reader.make_on(Kind::Call, node, reader.field(callee, "object"), reader.field(callee, "attribute"));
  } else if (reader.is(callee, "identifier")) {
    call = reader.make_on(Kind::Call, node, {}, callee);
  } else {
    call = reader.make(Kind::Call, node);
    call.on.push_back(reader.read(callee));
  }
  call.items = reader.read_all(reader.field(node, "arguments"));
  // textwrap.dedent("…") and the like say the string.
  const bool wraps = call.text == "dedent" || call.text == "text";
  if (wraps && call.items.size() == 1 && call.items.front().kind == Kind::String) {
    Node string = std::move(call.items.front());
    return string;
  }
  return call;
}

Node read_attribute(Reader& reader, const NodeView& node) {
  return reader.make_on(Kind::Member, node, reader.field(node, "object"), reader.field(node, "attribute"));
}

Node read_subscript(Reader& reader, const NodeView& node) {
  Node member = reader.make(Kind::Member, node, "[]");
  member.on.push_back(reader.read_field(node, "value"));
  member.items.push_back(reader.read_field(node, "subscript"));
  return member;
}

Node read_pair_of(Reader& reader, const NodeView& node, std::string_view key_field) {
  const NodeView key = reader.field(node, key_field);
  Node pair = reader.make(Kind::Pair, node);
  pair.text = reader.is(key, "identifier") ? std::string(reader.text(key)) : reader.read(key).text;
  pair.head = reader.place(key);
  pair.items.push_back(reader.read_field(node, "value"));
  return pair;
}
Node read_keyword(Reader& reader, const NodeView& node) { return read_pair_of(reader, node, "name"); }
Node read_pair(Reader& reader, const NodeView& node) { return read_pair_of(reader, node, "key"); }

Node read_function(Reader& reader, const NodeView& node) {
  Node function = reader.make_named(Kind::Function, node);
  function.names = parameter_names(reader, reader.field(node, "parameters"));
  return function;
}

Node read_class(Reader& reader, const NodeView& node) {
  Node result = reader.make_named(Kind::Class, node);
  const NodeView bases = reader.field(node, "superclasses");
  if (!bases.null()) result.items = reader.read_all(bases);
  return result;
}

Node read_decorated(Reader& reader, const NodeView& node) { return reader.read_field(node, "definition"); }

Node read_assignment(Reader& reader, const NodeView& node) {
  const NodeView left = reader.field(node, "left");
  Node assign = reader.make(Kind::Assign, node, reader.text(left));
  assign.head = reader.place(left);
  assign.items.push_back(reader.read_field(node, "right"));
  return assign;
}

Node read_with(Reader& reader, const NodeView& node) {
  Node block = reader.make(Kind::Block, node);
  const NodeView clause = node.first_named();
  std::vector<Node>* into = &block.body;
  if (reader.is(clause, "with_clause")) {
    for (const NodeView& item : syntax::named_children(clause)) {
      const NodeView value = reader.field(item, "value");
      Node call = reader.is(value, "as_pattern") ? reader.read(value.first_named()) : reader.read(value);
      if (reader.is(value, "as_pattern")) call.names = {std::string(reader.text(reader.field(value, "alias")))};
      if (call.kind != Kind::Call) continue;
      into->push_back(std::move(call));
      into = &into->back().body;
    }
  }
  for (Node& statement : reader.read_body(reader.field(node, "body"))) into->push_back(std::move(statement));
  return block;
}

Node read_try(Reader& reader, const NodeView& node) {
  Node block = reader.make(Kind::Try, node);
  block.body = reader.read_body(reader.field(node, "body"));
  for (const NodeView& child : syntax::named_children(node)) {
    const bool runs_too = reader.is(child, "finally_clause") || reader.is(child, "else_clause");
    if (!runs_too && !reader.is(child, "except_clause")) continue;
    std::vector<Node> part = reader.read_all(child);
    std::vector<Node>& into = runs_too ? block.body : block.otherwise;
    std::move(part.begin(), part.end(), std::back_inserter(into));
  }
  return block;
}

constexpr std::array rules = std::to_array<Rule>({
    {"module", read_block},
    {"block", read_block},
    {"expression_statement", read_inner},
    {"parenthesized_expression", read_inner},
    {"await", read_inner},
    {"list_splat", read_inner},
    {"call", read_call},
    {"attribute", read_attribute},
    {"subscript", read_subscript},
    {"keyword_argument", read_keyword},
    {"pair", read_pair},
    {"identifier", read_name},
    {"string", read_string},
    {"concatenated_string", read_joined},
    {"list", read_list},
    {"tuple", read_list},
    {"set", read_list},
    {"dictionary", read_map},
    {"function_definition", read_function},
    {"lambda", read_function},
    {"class_definition", read_class},
    {"decorated_definition", read_decorated},
    {"assignment", read_assignment},
    {"augmented_assignment", read_assignment},
    {"with_statement", read_with},
    {"if_statement", read_if},
    {"elif_clause", read_if},
    {"else_clause", read_else},
    {"for_statement", read_for_in},
    {"while_statement", read_loop},
    {"try_statement", read_try},
    {"return_statement", read_return},
    {"raise_statement", read_raise},
    {"pass_statement", read_nothing},
    {"import_statement", read_nothing},
    {"import_from_statement", read_nothing},
    {"binary_operator", read_operator},
    {"boolean_operator", read_operator},
    {"comparison_operator", read_operator},
    {"not_operator", read_operator},
    {"unary_operator", read_operator},
    {"true", read_true},
    {"false", read_false},
    {"none", read_null},
    {"integer", read_number},
    {"float", read_number},
});

}  // namespace

std::span<const Rule> python_rules() { return rules; }

}  // namespace redtag::code
