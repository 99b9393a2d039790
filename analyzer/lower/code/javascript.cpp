// JavaScript and TypeScript, whose grammars name their nodes alike. `await x`, `x as T` and `(x)` are x.
#include <algorithm>
#include <array>

#include "lower/code/reader.h"

namespace redtag::code {

namespace {

using syntax::NodeView;

Node read_string(Reader& reader, const NodeView& node) {
  Node string = reader.make(Kind::String, node);
  for (const NodeView& piece : syntax::named_children(node)) {
    if (reader.is(piece, "template_substitution")) {
      reader.append_dynamic(string, piece);
    } else if (reader.is(piece, "escape_sequence")) {
      reader.append_escape(string, piece);
    } else {
      reader.append_verbatim(string, piece);
    }
  }
  Reader::close(string, string.bytes.end);
  return string;
}

Node finish_call(Reader& reader, const NodeView& node, Node call) {
  const NodeView arguments = reader.field(node, "arguments");
  if (arguments.null()) return call;
  if (reader.is(arguments, "template_string")) {  // sql`…`
    call.items.push_back(reader.read(arguments));
  } else {
    call.items = reader.read_all(arguments);
  }
  return call;
}

Node read_call(Reader& reader, const NodeView& node) {
  NodeView callee = reader.field(node, "function");
  while (reader.is(callee, "non_null_expression") || reader.is(callee, "parenthesized_expression"))
    callee = callee.first_named();
  if (reader.is(callee, "member_expression"))
    return finish_call(
        reader, node,
        reader.make_on(Kind::Call, node, reader.field(callee, "object"), reader.field(callee, "property")));
  if (reader.is(callee, "identifier")) return finish_call(reader, node, reader.make_on(Kind::Call, node, {}, callee));
  Node call = reader.make(Kind::Call, node);
  if (!callee.null()) call.on.push_back(reader.read(callee));
  return finish_call(reader, node, std::move(call));
}

Node read_new(Reader& reader, const NodeView& node) {
  return finish_call(reader, node, reader.make_on(Kind::Call, node, {}, reader.field(node, "constructor")));
}

Node read_member(Reader& reader, const NodeView& node) {
  return reader.make_on(Kind::Member, node, reader.field(node, "object"), reader.field(node, "property"));
}

Node read_subscript(Reader& reader, const NodeView& node) {
  Node member = reader.make(Kind::Member, node, "[]");
  member.on.push_back(reader.read_field(node, "object"));
  member.items.push_back(reader.read_field(node, "index"));
  return member;
}

std::vector<std::string> names_in(Reader& reader, const NodeView& node) {
  std::vector<std::string> names;
  const NodeView single = reader.field(node, "parameter");
  if (!single.null()) return {std::string(reader.text(single))};
  const NodeView parameters = reader.field(node, "parameters");
  if (parameters.null()) return names;
  for (const NodeView& child : syntax::named_children(parameters)) {
    const NodeView pattern = reader.field(child, "pattern");
    names.emplace_back(reader.text(pattern.null() ? child : pattern));
  }
  return names;
}

Node read_function(Reader& reader, const NodeView& node) {
  Node function = reader.make_named(Kind::Function, node);
  function.names = names_in(reader, node);
  return function;
}

Node read_class(Reader& reader, const NodeView& node) {
  Node result = reader.make_named(Kind::Class, node);
  for (const NodeView& child : syntax::named_children(node)) {
    if (!reader.is(child, "class_heritage")) continue;
    // TypeScript's `extends A implements B`, JavaScript's `extends A`; the names are all that is asked for.
    Node base = reader.make(Kind::Name, child, reader.text(child));
    result.items.push_back(std::move(base));
  }
  return result;
}

Node read_pair(Reader& reader, const NodeView& node) {
  const NodeView key = reader.field(node, "key");
  Node pair = reader.make(Kind::Pair, node);
  pair.text = reader.is(key, "string") ? reader.read(key).text : std::string(reader.text(key));
  pair.head = reader.place(key);
  pair.items.push_back(reader.read_field(node, "value"));
  return pair;
}

Node read_object(Reader& reader, const NodeView& node) {
  Node map = read_map(reader, node);
  for (Node& item : map.items) {
    if (item.kind != Kind::Function) continue;
    Node pair;
    pair.kind = Kind::Pair;
    pair.text = item.text;
    pair.bytes = item.bytes;
    pair.head = item.head;
    pair.items.push_back(std::move(item));
    item = std::move(pair);
  }
  return map;
}

Node read_assignment_of(Reader& reader, const NodeView& node, std::string_view left_field,
                        std::string_view right_field) {
  const NodeView left = reader.field(node, left_field);
  Node assign = reader.make(Kind::Assign, node, reader.text(left));
  assign.head = reader.place(left);
  const NodeView right = reader.field(node, right_field);
  if (!right.null()) assign.items.push_back(reader.read(right));
  return assign;
}
Node read_assignment(Reader& reader, const NodeView& node) { return read_assignment_of(reader, node, "left", "right"); }
Node read_declarator(Reader& reader, const NodeView& node) { return read_assignment_of(reader, node, "name", "value"); }

Node read_export(Reader& reader, const NodeView& node) {
  const NodeView declaration = reader.field(node, "declaration");
  if (!declaration.null()) return reader.read(declaration);
  const NodeView value = reader.field(node, "value");
  if (value.null()) return read_block(reader, node);
  Node assign = reader.make(Kind::Assign, node, "module.exports");
  assign.items.push_back(reader.read(value));
  return assign;
}

Node read_for(Reader& reader, const NodeView& node) {
  Node loop = reader.make(Kind::Loop, node);
  loop.names.emplace_back(reader.text(reader.field(node, "left")));
  const NodeView right = reader.field(node, "right");
  if (!right.null()) loop.items.push_back(reader.read(right));
  loop.body = reader.read_body(reader.field(node, "body"));
  return loop;
}

Node read_switch(Reader& reader, const NodeView& node) {
  Node branch = reader.make(Kind::If, node);
  branch.items.push_back(reader.read_field(node, "value"));
  branch.body = reader.read_body(reader.field(node, "body"));
  return branch;
}

Node read_try(Reader& reader, const NodeView& node) {
  Node block = reader.make(Kind::Try, node);
  block.body = reader.read_body(reader.field(node, "body"));
  const NodeView handler = reader.field(node, "handler");
  if (!handler.null()) block.otherwise = reader.read_body(reader.field(handler, "body"));
  const NodeView finalizer = reader.field(node, "finalizer");
  if (!finalizer.null()) {
    for (Node& part : reader.read_body(reader.field(finalizer, "body"))) block.body.push_back(std::move(part));
  }
  return block;
}

/// A value with a type behind it.
Node read_first(Reader& reader, const NodeView& node) { return reader.read(node.first_named()); }

/// Strings joined with `+` are one; what is not literal is decided at run time.
Node read_binary(Reader& reader, const NodeView& node) {
  Node result = read_operator(reader, node);
  const bool strings = result.text == "+" && result.items.size() == 2 && result.items[0].kind == Kind::String &&
                       result.items[1].kind == Kind::String;
  if (!strings) return result;
  Node joined = std::move(result.items[0]);
  Node second = std::move(result.items[1]);
  joined.bytes = result.bytes;
  Reader::join(joined, std::move(second));
  return joined;
}

constexpr std::array rules = std::to_array<Rule>({
    {"program", read_block},
    {"statement_block", read_block},
    {"class_body", read_block},
    {"switch_body", read_block},
    {"switch_case", read_block},
    {"switch_default", read_block},
    {"else_clause", read_block},
    {"lexical_declaration", read_block},
    {"variable_declaration", read_block},
    {"expression_statement", read_inner},
    {"parenthesized_expression", read_inner},
    {"await_expression", read_inner},
    {"as_expression", read_first},
    {"satisfies_expression", read_first},
    {"non_null_expression", read_inner},
    {"import_statement", read_nothing},
    {"call_expression", read_call},
    {"new_expression", read_new},
    {"member_expression", read_member},
    {"subscript_expression", read_subscript},
    {"identifier", read_name},
    {"this", read_name},
    {"shorthand_property_identifier", read_name},
    {"string", read_string},
    {"template_string", read_string},
    {"array", read_list},
    {"object", read_object},
    {"pair", read_pair},
    {"arrow_function", read_function},
    {"function_expression", read_function},
    {"function_declaration", read_function},
    {"method_definition", read_function},
    {"class_declaration", read_class},
    {"class", read_class},
    {"assignment_expression", read_assignment},
    {"variable_declarator", read_declarator},
    {"public_field_definition", read_declarator},
    {"field_definition", read_declarator},
    {"export_statement", read_export},
    {"if_statement", read_if},
    {"ternary_expression", read_if},
    {"switch_statement", read_switch},
    {"for_statement", read_for},
    {"for_in_statement", read_for},
    {"while_statement", read_for},
    {"try_statement", read_try},
    {"return_statement", read_return},
    {"throw_statement", read_raise},
    {"binary_expression", read_binary},
    {"unary_expression", read_operator},
    {"true", read_true},
    {"false", read_false},
    {"null", read_null},
    {"undefined", read_null},
    {"number", read_number},
});

}  // namespace

std::span<const Rule> javascript_rules() { return rules; }

}  // namespace redtag::code
