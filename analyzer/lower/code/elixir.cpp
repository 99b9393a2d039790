// Elixir, where everything is a call: `def up do … end` is one of `def`, and `if` one of `if`.
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
    } else if (reader.is(piece, "escape_sequence")) {
      reader.append_escape(string, piece);
    } else if (reader.is(piece, "quoted_content")) {
      reader.append_verbatim(string, piece);
    }
  }
  Reader::close(string, string.bytes.end);
  return string;
}

/// `:name`.
Node read_atom(Reader& reader, const NodeView& node) {
  Node string = reader.make(Kind::String, node);
  reader.append_verbatim(string, node);
  if (string.text.starts_with(":")) {
    string.text.erase(0, 1);
    string.map.erase(string.map.begin());
  }
  Reader::close(string, string.bytes.end);
  return string;
}

Node read_alias(Reader& reader, const NodeView& node) {
  const std::string_view text = reader.text(node);
  const std::size_t dot = text.rfind('.');
  return reader.make(Kind::Name, node, dot == std::string_view::npos ? text : text.substr(dot + 1));
}

Node read_pair(Reader& reader, const NodeView& node) {
  const NodeView key = reader.field(node, "key");
  std::string_view name = reader.text(key);
  while (!name.empty() && (name.back() == ' ' || name.back() == ':' || name.back() == '\n')) name.remove_suffix(1);
  Node pair = reader.make(Kind::Pair, node, name);
  pair.head = reader.place(key);
  pair.items.push_back(reader.read_field(node, "value"));
  return pair;
}

NodeView child_of(Reader& reader, const NodeView& node, std::string_view kind) {
  for (const NodeView& child : syntax::named_children(node)) {
    if (reader.is(child, kind)) return child;
  }
  return {};
}

/// What a do-block runs, and apart from it what runs in its `else` and `rescue`.
void read_do(Reader& reader, const NodeView& block, Node& into) {
  if (block.null()) return;
  for (const NodeView& child : syntax::named_children(block)) {
    const bool other =
        reader.is(child, "else_block") || reader.is(child, "rescue_block") || reader.is(child, "catch_block");
    std::vector<Node> part = reader.read_body(child);
    std::vector<Node>& body = other ? into.otherwise : into.body;
    std::move(part.begin(), part.end(), std::back_inserter(body));
  }
}

/// `def up do`, `def down(), do: …`.
Node as_function(Node call) {
  Node function;
  function.kind = Kind::Function;
  function.bytes = call.bytes;
  if (!call.items.empty()) {
    const Node& name = call.items.front();
    function.text = name.text;
    function.head = name.head;
    for (const Node& parameter : name.items) function.names.push_back(parameter.text);
  }
  function.body = std::move(call.body);
  for (Node& item : call.items) {
    if (item.kind == Kind::Pair && item.text == "do" && !item.items.empty())
      function.body.push_back(std::move(item.items.front()));
  }
  return function;
}

Node as_branch(Node call) {
  Node branch;
  branch.kind = Kind::If;
  branch.bytes = call.bytes;
  branch.head = call.head;
  branch.body = std::move(call.body);
  branch.otherwise = std::move(call.otherwise);
  for (Node& item : call.items) {
    if (item.kind == Kind::Pair && item.text == "do" && !item.items.empty()) {
      branch.body.push_back(std::move(item.items.front()));
    } else if (item.kind == Kind::Pair && item.text == "else" && !item.items.empty()) {
      branch.otherwise.push_back(std::move(item.items.front()));
    } else {
      branch.items.push_back(std::move(item));
    }
  }
  return branch;
}

Node read_call(Reader& reader, const NodeView& node) {
  const NodeView target = reader.field(node, "target");
  Node call;
  if (reader.is(target, "dot")) {
    call = reader.make_on(Kind::Call, node, reader.field(target, "left"), reader.field(target, "right"));
  } else {
    call = reader.make_on(Kind::Call, node, {}, target);
  }
  const NodeView arguments = child_of(reader, node, "arguments");
  if (!arguments.null()) call.items = reader.read_all(arguments);
  read_do(reader, child_of(reader, node, "do_block"), call);
  if (!call.on.empty()) return call;
  if (call.text == "def" || call.text == "defp") return as_function(std::move(call));
  if (call.text == "if" || call.text == "unless" || call.text == "case" || call.text == "cond" || call.text == "with")
    return as_branch(std::move(call));
  if (call.text == "raise") call.kind = Kind::Raise;
  if (call.text == "defmodule") {
    call.kind = Kind::Class;
    call.text = call.items.empty() ? "" : call.items.front().text;
    call.items.clear();
  }
  if (call.text == "for") call.kind = Kind::Loop;
  if (call.text == "try") call.kind = Kind::Try;
  return call;
}

Node read_dot(Reader& reader, const NodeView& node) {
  return reader.make_on(Kind::Member, node, reader.field(node, "left"), reader.field(node, "right"));
}

/// `a |> f(b)` calls f on a; `a = b` assigns; strings joined with `<>` are one.
Node read_binary(Reader& reader, const NodeView& node) {
  Node result = read_operator(reader, node);
  if (result.items.size() != 2) return result;
  if (result.text == "|>" && result.items[1].kind == Kind::Call) {
    Node call = std::move(result.items[1]);
    call.bytes = result.bytes;
    if (call.on.empty()) {
      call.on.push_back(std::move(result.items[0]));
    } else {
      // Module.function: what is piped in is its first argument, and the chain goes on over it.
      call.names.push_back(call.on.front().text);
      call.on.front() = std::move(result.items[0]);
    }
    return call;
  }
  if (result.text == "=") {
    Node assign = std::move(result);
    assign.kind = Kind::Assign;
    assign.text = assign.items[0].text;
    assign.items.erase(assign.items.begin());
    return assign;
  }
  if (result.text == "<>" && result.items[0].kind == Kind::String && result.items[1].kind == Kind::String) {
    Node joined = std::move(result.items[0]);
    Node second = std::move(result.items[1]);
    Reader::join(joined, std::move(second));
    return joined;
  }
  return result;
}

Node read_anonymous(Reader& reader, const NodeView& node) {
  Node function = reader.make(Kind::Function, node);
  for (const NodeView& clause : syntax::named_children(node)) {
    const NodeView left = reader.field(clause, "left");
    if (!left.null()) {
      for (const NodeView& name : syntax::named_children(left)) function.names.emplace_back(reader.text(name));
    }
    for (Node& part : reader.read_body(reader.field(clause, "right"))) function.body.push_back(std::move(part));
  }
  return function;
}

Node read_stab(Reader& reader, const NodeView& node) { return reader.read_field(node, "right"); }

Node read_boolean(Reader& reader, const NodeView& node) { return reader.make(Kind::Bool, node, reader.text(node)); }

constexpr std::array rules = std::to_array<Rule>({
    {"source", read_block},
    {"block", read_block},
    {"body", read_block},
    {"do_block", read_block},
    {"else_block", read_block},
    {"rescue_block", read_block},
    {"after_block", read_block},
    {"keywords", read_block},
    {"call", read_call},
    {"dot", read_dot},
    {"identifier", read_name},
    {"alias", read_alias},
    {"atom", read_atom},
    {"quoted_atom", read_string},
    {"string", read_string},
    {"charlist", read_string},
    {"sigil", read_string},
    {"list", read_list},
    {"tuple", read_list},
    {"map", read_map},
    {"map_content", read_block},
    {"pair", read_pair},
    {"binary_operator", read_binary},
    {"unary_operator", read_operator},
    {"anonymous_function", read_anonymous},
    {"stab_clause", read_stab},
    {"boolean", read_boolean},
    {"nil", read_null},
    {"integer", read_number},
    {"float", read_number},
});

}  // namespace

std::span<const Rule> elixir_rules() { return rules; }

}  // namespace redtag::code
