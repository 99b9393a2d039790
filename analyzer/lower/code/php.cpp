// PHP. `$name` is the name `name`; strings joined with a dot are one string as far as they are literal.
#include <algorithm>
#include <array>

#include "lower/code/reader.h"

namespace redtag::code {

namespace {

using syntax::NodeView;

void append_pieces(Reader& reader, Node& string, const NodeView& node) {
  for (const NodeView& piece : syntax::named_children(node)) {
    if (reader.is(piece, "string_content") || reader.is(piece, "nowdoc_string")) {
      reader.append_verbatim(string, piece);
    } else if (reader.is(piece, "escape_sequence")) {
      reader.append_escape(string, piece);
    } else {
      reader.append_dynamic(string, piece);
    }
  }
}

Node read_string(Reader& reader, const NodeView& node) {
  Node string = reader.make(Kind::String, node);
  append_pieces(reader, string, node);
  Reader::close(string, string.bytes.end);
  return string;
}

Node read_heredoc(Reader& reader, const NodeView& node) {
  Node string = reader.make(Kind::String, node);
  NodeView body = reader.field(node, "value");
  for (const NodeView& child : syntax::named_children(node)) {
    if (reader.is(child, "heredoc_body") || reader.is(child, "nowdoc_body")) body = child;
  }
  if (!body.null()) append_pieces(reader, string, body);
  Reader::close(string, string.bytes.end);
  return string;
}

Node read_variable(Reader& reader, const NodeView& node) {
  std::string_view text = reader.text(node);
  if (text.starts_with("$")) text.remove_prefix(1);
  return reader.make(Kind::Name, node, text);
}

Node read_qualified(Reader& reader, const NodeView& node) {
  const std::string_view text = reader.text(node);
  const std::size_t slash = text.rfind('\\');
  return reader.make(Kind::Name, node, slash == std::string_view::npos ? text : text.substr(slash + 1));
}

Node finish_call(Reader& reader, const NodeView& node, Node call) {
  call.items = reader.read_all(reader.field(node, "arguments"));
  return call;
}
Node read_member_call(Reader& reader, const NodeView& node) {
  return finish_call(reader, node,
                     reader.make_on(Kind::Call, node, reader.field(node, "object"), reader.field(node, "name")));
}
Node read_scoped_call(Reader& reader, const NodeView& node) {
  return finish_call(reader, node,
                     reader.make_on(Kind::Call, node, reader.field(node, "scope"), reader.field(node, "name")));
}
Node read_function_call(Reader& reader, const NodeView& node) {
  const NodeView callee = reader.field(node, "function");
  Node name = reader.read(callee);
  Node call = reader.make(Kind::Call, node, name.kind == Kind::Name ? std::string_view(name.text) : std::string_view());
  call.head = name.bytes;
  if (name.kind != Kind::Name) call.on.push_back(std::move(name));
  return finish_call(reader, node, std::move(call));
}

Node read_class(Reader& reader, const NodeView& node) {
  Node result = reader.make_named(Kind::Class, node);
  for (const NodeView& child : syntax::named_children(node)) {
    if (reader.is(child, "base_clause")) result.items = reader.read_all(child);
  }
  return result;
}

Node read_new(Reader& reader, const NodeView& node) {
  Node call = reader.make(Kind::Call, node);
  for (const NodeView& child : syntax::named_children(node)) {
    if (reader.is(child, "anonymous_class") || reader.is(child, "declaration_list")) {
      Node result = read_class(reader, reader.is(child, "anonymous_class") ? child : node);
      result.bytes = reader.place(node);
      return result;
    }
    if (reader.is(child, "arguments")) {
      call.items = reader.read_all(child);
    } else if (call.text.empty()) {
      call.text = reader.read(child).text;
    }
  }
  return call;
}

Node read_access(Reader& reader, const NodeView& node) {
  return reader.make_on(Kind::Member, node, reader.field(node, "object"), reader.field(node, "name"));
}

/// `User::class` and constants: the class, or the constant of it.
Node read_constant(Reader& reader, const NodeView& node) {
  const std::vector<NodeView> parts = syntax::named_children(node);
  if (parts.size() == 1 || (parts.size() == 2 && reader.text(parts[1]) == "class")) return reader.read(parts[0]);
  if (parts.size() == 2) return reader.make_on(Kind::Member, node, parts[0], parts[1]);
  return read_block(reader, node);
}

Node read_argument(Reader& reader, const NodeView& node) {
  const NodeView name = reader.field(node, "name");
  if (name.null()) return read_inner(reader, node);
  Node pair = reader.make(Kind::Pair, node, reader.text(name));
  for (Node& part : reader.read_all(node)) {
    if (part.head.begin != reader.place(name).begin) pair.items.push_back(std::move(part));
  }
  return pair;
}

Node read_element(Reader& reader, const NodeView& node) {
  std::vector<Node> parts = reader.read_all(node);
  if (parts.size() == 1) return std::move(parts.front());
  Node pair = reader.make(Kind::Pair, node);
  if (parts.size() != 2) return pair;
  pair.text = parts.front().text;
  pair.head = parts.front().bytes;
  pair.items.push_back(std::move(parts.back()));
  return pair;
}

Node read_array(Reader& reader, const NodeView& node) {
  Node list = read_list(reader, node);
  for (const Node& item : list.items) {
    if (item.kind == Kind::Pair) list.kind = Kind::Map;
  }
  return list;
}

std::vector<std::string> names_in(Reader& reader, const NodeView& parameters) {
  std::vector<std::string> names;
  if (parameters.null()) return names;
  for (const NodeView& child : syntax::named_children(parameters)) {
    std::string_view name = reader.text(reader.field(child, "name"));
    if (name.starts_with("$")) name.remove_prefix(1);
    names.emplace_back(name);
  }
  return names;
}

Node read_function(Reader& reader, const NodeView& node) {
  Node function = reader.make_named(Kind::Function, node);
  function.names = names_in(reader, reader.field(node, "parameters"));
  return function;
}

Node read_binary(Reader& reader, const NodeView& node) { return read_concatenation(reader, node, "."); }

Node read_foreach(Reader& reader, const NodeView& node) {
  Node loop = reader.make(Kind::Loop, node);
  const std::vector<NodeView> parts = syntax::named_children(node);
  if (!parts.empty()) loop.items.push_back(reader.read(parts.front()));
  if (parts.size() > 1) loop.names.push_back(reader.read(parts[1]).text);
  loop.body = reader.read_body(reader.field(node, "body"));
  return loop;
}

Node read_switch(Reader& reader, const NodeView& node) {
  Node branch = reader.make(Kind::If, node);
  branch.body = reader.read_body(reader.field(node, "body"));
  return branch;
}

Node read_try(Reader& reader, const NodeView& node) {
  Node block = reader.make(Kind::Try, node);
  block.body = reader.read_body(reader.field(node, "body"));
  for (const NodeView& child : syntax::named_children(node)) {
    const bool fails = reader.is(child, "catch_clause");
    if (!fails && !reader.is(child, "finally_clause")) continue;
    std::vector<Node> part = reader.read_body(reader.field(child, "body"));
    std::vector<Node>& into = fails ? block.otherwise : block.body;
    std::move(part.begin(), part.end(), std::back_inserter(into));
  }
  return block;
}

Node read_boolean(Reader& reader, const NodeView& node) {
  const std::string_view text = reader.text(node);
  return reader.make(Kind::Bool, node, text == "true" || text == "TRUE" || text == "True" ? "true" : "false");
}

constexpr std::array rules = std::to_array<Rule>({
    {"program", read_block},
    {"php_tag", read_nothing},
    {"compound_statement", read_block},
    {"colon_block", read_block},
    {"declaration_list", read_block},
    {"switch_block", read_block},
    {"expression_statement", read_inner},
    {"parenthesized_expression", read_inner},
    {"namespace_use_declaration", read_nothing},
    {"use_declaration", read_nothing},
    {"member_call_expression", read_member_call},
    {"nullsafe_member_call_expression", read_member_call},
    {"scoped_call_expression", read_scoped_call},
    {"function_call_expression", read_function_call},
    {"object_creation_expression", read_new},
    {"member_access_expression", read_access},
    {"nullsafe_member_access_expression", read_access},
    {"class_constant_access_expression", read_constant},
    {"argument", read_argument},
    {"array_creation_expression", read_array},
    {"array_element_initializer", read_element},
    {"variable_name", read_variable},
    {"name", read_name},
    {"qualified_name", read_qualified},
    {"relative_scope", read_name},
    {"string", read_string},
    {"encapsed_string", read_string},
    {"heredoc", read_heredoc},
    {"nowdoc", read_heredoc},
    {"class_declaration", read_class},
    {"method_declaration", read_function},
    {"function_definition", read_function},
    {"anonymous_function", read_function},
    {"arrow_function", read_function},
    {"assignment_expression", read_path_assignment},
    {"binary_expression", read_binary},
    {"unary_op_expression", read_operator},
    {"if_statement", read_if},
    {"else_if_clause", read_if},
    {"else_clause", read_else},
    {"switch_statement", read_switch},
    {"foreach_statement", read_foreach},
    {"for_statement", read_loop},
    {"while_statement", read_loop},
    {"try_statement", read_try},
    {"return_statement", read_return},
    {"throw_expression", read_raise},
    {"boolean", read_boolean},
    {"null", read_null},
    {"integer", read_number},
    {"float", read_number},
});

}  // namespace

std::span<const Rule> php_rules() { return rules; }

}  // namespace redtag::code
