// C#. `new { Id = …, Name = … }` is a map, a named argument a pair; strings joined with a plus are one string as far as they are
// literal. The types behind a generic name (`AddColumn<string>`) are the call's names.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "lower/code/reader.h"

namespace redtag::code {

namespace {

using syntax::NodeView;

Node read_string(Reader& reader, const NodeView& node) {
  Node string = reader.make(Kind::String, node);
  for (const NodeView& piece : syntax::named_children(node)) {
    if (reader.is(piece, "string_literal_content") || reader.is(piece, "string_content") ||
        reader.is(piece, "raw_string_content")) {
      reader.append_verbatim(string, piece);
    } else if (reader.is(piece, "escape_sequence")) {
      reader.append_escape(string, piece);
    } else if (reader.is(piece, "interpolation")) {
      reader.append_dynamic(string, piece);
    }
  }
  Reader::close(string, string.bytes.end);
  return string;
}

/// `@"…"`, in which two quotes stand for one and nothing else is escaped.
Node read_verbatim(Reader& reader, const NodeView& node) {
  Node string = reader.make(Kind::String, node);
  const std::string_view text = reader.text(node);
  const std::size_t open = text.find('"'), close = text.rfind('"');
  for (std::size_t i = open == std::string_view::npos ? text.size() : open + 1; i < close && i < text.size(); ++i) {
    string.text += text[i];
    string.map.push_back(string.bytes.begin + static_cast<std::uint32_t>(i));
    if (text[i] == '"') ++i;
  }
  Reader::close(string, string.bytes.end);
  return string;
}

/// The last word of a name or type: `Migration` of `Microsoft.EntityFrameworkCore.Migrations.Migration`.
Node read_qualified(Reader& reader, const NodeView& node) {
  return reader.make(Kind::Name, node, reader.text(reader.field(node, "name")));
}

/// `Name<A, B>`: the name; what stands in the brackets is put into `types`.
Node read_generic(Reader& reader, const NodeView& node) {
  Node name = reader.make(Kind::Name, node);
  for (const NodeView& child : syntax::named_children(node)) {
    if (reader.is(child, "identifier")) {
      name.text = std::string(reader.text(child));
      name.head = reader.place(child);
    } else {
      for (const NodeView& type : syntax::named_children(child)) name.names.emplace_back(reader.text(type));
    }
  }
  return name;
}

Node read_access(Reader& reader, const NodeView& node) {
  Node name = reader.read_field(node, "name");
  Node member = reader.make_on(Kind::Member, node, reader.field(node, "expression"), {});
  member.text = std::move(name.text);
  member.head = name.head;
  member.names = std::move(name.names);
  return member;
}

Node read_call(Reader& reader, const NodeView& node) {
  Node call = reader.read_field(node, "function");
  const bool named = call.kind == Kind::Name || call.kind == Kind::Member;
  if (named) {
    call.kind = Kind::Call;
    call.bytes = reader.place(node);
  } else {
    Node callee = std::move(call);
    call = reader.make(Kind::Call, node);
    call.on.push_back(std::move(callee));
  }
  call.items = reader.read_all(reader.field(node, "arguments"));
  return call;
}

Node read_argument(Reader& reader, const NodeView& node) {
  const NodeView name = reader.field(node, "name");
  if (name.null()) return read_inner(reader, node);
  Node pair = reader.make(Kind::Pair, node, reader.text(name));
  for (const NodeView& child : syntax::named_children(node)) {
    if (child.bytes().begin != name.bytes().begin) pair.items.push_back(reader.read(child));
  }
  return pair;
}

Node read_new(Reader& reader, const NodeView& node) {
  Node call = reader.make(Kind::Call, node, reader.read_field(node, "type").text);
  call.items = reader.read_all(reader.field(node, "arguments"));
  for (Node& item : reader.read_all(reader.field(node, "initializer"))) call.items.push_back(std::move(item));
  return call;
}

Node read_anonymous_object(Reader& reader, const NodeView& node) {
  Node map = reader.make(Kind::Map, node);
  const std::vector<NodeView> parts = syntax::named_children(node);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::uint32_t begin = node.bytes().begin;
    const bool last = i + 1 == parts.size();
    const std::string_view between = last ? std::string_view()
                                          : reader.text(node).substr(parts[i].bytes().end - begin,
                                                                     parts[i + 1].bytes().begin - parts[i].bytes().end);
    if (!reader.is(parts[i], "identifier") || trim(between) != "=") {
      map.items.push_back(reader.read(parts[i]));
      continue;
    }
    Node pair = reader.make(Kind::Pair, parts[i], reader.text(parts[i]));
    pair.items.push_back(reader.read(parts[++i]));
    pair.bytes.end = pair.items.front().bytes.end;
    map.items.push_back(std::move(pair));
  }
  return map;
}

std::vector<std::string> names_in(Reader& reader, const NodeView& parameters) {
  const bool single = !parameters.null() && !reader.is(parameters, "parameter_list");  // `t => …`
  if (single) return {std::string(reader.text(parameters))};
  return parameter_names(reader, parameters);
}

Node read_function(Reader& reader, const NodeView& node) {
  Node function = reader.make_named(Kind::Function, node);
  function.names = names_in(reader, reader.field(node, "parameters"));
  return function;
}

Node read_class(Reader& reader, const NodeView& node) {
  Node result = reader.make_named(Kind::Class, node);
  for (const NodeView& child : syntax::named_children(node)) {
    if (reader.is(child, "base_list")) result.items = reader.read_all(child);
  }
  return result;
}

Node read_namespace(Reader& reader, const NodeView& node) {
  Node block = reader.make(Kind::Block, node);
  block.body = reader.read_body(reader.field(node, "body"));
  return block;
}

/// `const string Table = "orders"`, in a class or a function.
Node read_declarator(Reader& reader, const NodeView& node) {
  const NodeView name = reader.field(node, "name");
  Node assign = reader.make(Kind::Assign, node, reader.text(name));
  for (const NodeView& child : syntax::named_children(node)) {
    if (name.null() || child.bytes().begin != name.bytes().begin) assign.items.push_back(reader.read(child));
  }
  return assign;
}

Node read_declaration(Reader& reader, const NodeView& node) {
  Node block = reader.make(Kind::Block, node);
  for (const NodeView& child : syntax::named_children(node)) {
    if (reader.is(child, "variable_declarator")) block.body.push_back(reader.read(child));
    if (reader.is(child, "variable_declaration")) return reader.read(child);
  }
  return block;
}

Node read_binary(Reader& reader, const NodeView& node) { return read_concatenation(reader, node, "+"); }

/// `switch (…) { … }` and `#if … #endif`: each part runs under a condition.
Node read_branches(Reader& reader, const NodeView& node) {
  Node branch = reader.make(Kind::If, node);
  branch.body = reader.read_all(node);
  return branch;
}

Node read_try(Reader& reader, const NodeView& node) {
  Node block = reader.make(Kind::Try, node);
  block.body = reader.read_body(reader.field(node, "body"));
  for (const NodeView& child : syntax::named_children(node)) {
    const bool fails = reader.is(child, "catch_clause");
    if (!fails && !reader.is(child, "finally_clause")) continue;
    std::vector<Node> part = fails ? reader.read_body(reader.field(child, "body")) : reader.read_all(child);
    std::vector<Node>& into = fails ? block.otherwise : block.body;
    std::move(part.begin(), part.end(), std::back_inserter(into));
  }
  return block;
}

Node read_boolean(Reader& reader, const NodeView& node) {
  return reader.make(Kind::Bool, node, reader.text(node) == "true" ? "true" : "false");
}

/// `nameof(Order)` and `typeof(string)` say a word; the latter is read as a name.
Node read_type_of(Reader& reader, const NodeView& node) {
  return reader.make(Kind::Name, node, reader.text(reader.field(node, "type")));
}

constexpr std::array rules = std::to_array<Rule>({
    {"compilation_unit", read_block},
    {"global_statement", read_inner},
    {"using_directive", read_nothing},
    {"attribute_list", read_nothing},
    {"preproc_region", read_nothing},
    {"preproc_endregion", read_nothing},
    {"preproc_nullable", read_nothing},
    {"preproc_pragma", read_nothing},
    {"preproc_if", read_branches},
    {"namespace_declaration", read_namespace},
    {"file_scoped_namespace_declaration", read_nothing},
    {"class_declaration", read_class},
    {"declaration_list", read_block},
    {"method_declaration", read_function},
    {"constructor_declaration", read_function},
    {"local_function_statement", read_function},
    {"lambda_expression", read_function},
    {"block", read_block},
    {"arrow_expression_clause", read_block},
    {"expression_statement", read_inner},
    {"parenthesized_expression", read_inner},
    {"await_expression", read_inner},
    {"field_declaration", read_declaration},
    {"local_declaration_statement", read_declaration},
    {"variable_declaration", read_declaration},
    {"variable_declarator", read_declarator},
    {"assignment_expression", read_path_assignment},
    {"invocation_expression", read_call},
    {"member_access_expression", read_access},
    {"generic_name", read_generic},
    {"qualified_name", read_qualified},
    {"identifier", read_name},
    {"predefined_type", read_name},
    {"argument", read_argument},
    {"object_creation_expression", read_new},
    {"anonymous_object_creation_expression", read_anonymous_object},
    {"array_creation_expression", read_list},
    {"implicit_array_creation_expression", read_inner},
    {"initializer_expression", read_list},
    {"collection_expression", read_list},
    {"typeof_expression", read_type_of},
    {"string_literal", read_string},
    {"raw_string_literal", read_string},
    {"interpolated_string_expression", read_string},
    {"verbatim_string_literal", read_verbatim},
    {"binary_expression", read_binary},
    {"prefix_unary_expression", read_operator},
    {"if_statement", read_if},
    {"switch_statement", read_branches},
    {"foreach_statement", read_for_in},
    {"for_statement", read_loop},
    {"while_statement", read_loop},
    {"try_statement", read_try},
    {"return_statement", read_return},
    {"throw_statement", read_raise},
    {"throw_expression", read_raise},
    {"boolean_literal", read_boolean},
    {"null_literal", read_null},
    {"integer_literal", read_number},
    {"real_literal", read_number},
});

}  // namespace

std::span<const Rule> csharp_rules() { return rules; }

}  // namespace redtag::code
