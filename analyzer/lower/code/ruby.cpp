// Ruby. Symbols are strings here; a here-document's body, which the grammar puts elsewhere, is brought back to where it is named.
#include <algorithm>
#include <array>

#include "lower/code/reader.h"

namespace redtag::code {

namespace {

using syntax::NodeView;

void append_pieces(Reader& reader, Node& string, const NodeView& node) {
  for (const NodeView& piece : syntax::named_children(node)) {
    if (reader.is(piece, "interpolation")) {
      reader.append_dynamic(string, piece);
    } else if (reader.is(piece, "escape_sequence")) {
      reader.append_escape(string, piece);
    } else if (!reader.is(piece, "heredoc_end")) {
      reader.append_verbatim(string, piece);
    }
  }
}

Node read_string(Reader& reader, const NodeView& node) {
  Node string = reader.make(Kind::String, node);
  append_pieces(reader, string, node);
  Reader::close(string, string.bytes.end);
  return string;
}

/// `:name` and `name:`.
Node read_symbol(Reader& reader, const NodeView& node) {
  Node string = reader.make(Kind::String, node);
  reader.append_verbatim(string, node);
  if (string.text.starts_with(":")) {
    string.text.erase(0, 1);
    string.map.erase(string.map.begin());
  }
  Reader::close(string, string.bytes.end);
  return string;
}

/// The body that belongs to a here-document's beginning: bodies follow in the order of beginnings, behind the line.
NodeView body_of(Reader& reader, const NodeView& beginning) {
  std::size_t earlier = 0;
  const std::uint32_t here = beginning.bytes().begin;
  NodeView at = beginning;
  // Up to the statement list that holds the body; the tree above a beginning is a few levels deep.
  for (NodeView parent = at.parent(); !parent.null(); parent = at.parent()) {
    std::vector<NodeView> bodies;
    for (const NodeView& child : syntax::named_children(parent)) {
      if (reader.is(child, "heredoc_body") && child.bytes().begin > here) bodies.push_back(child);
    }
    if (!bodies.empty()) {
      // Beginnings before this one on the same line take the first bodies.
      const std::string_view before = reader.text(parent).substr(0, here - parent.bytes().begin);
      const std::size_t line = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
      const std::string_view same = before.substr(line);
      for (std::size_t i = same.find("<<"); i != std::string_view::npos; i = same.find("<<", i + 2)) {
        const bool opens = i + 2 < same.size() &&
                           (same[i + 2] == '~' || same[i + 2] == '-' || (same[i + 2] >= 'A' && same[i + 2] <= 'Z'));
        if (opens) ++earlier;
      }
      return bodies[std::min(earlier, bodies.size() - 1)];
    }
    at = parent;
  }
  return {};
}

Node read_heredoc(Reader& reader, const NodeView& node) {
  Node string = reader.make(Kind::String, node);
  const NodeView body = body_of(reader, node);
  if (!body.null()) append_pieces(reader, string, body);
  Reader::close(string, body.null() ? string.bytes.end : reader.place(body).end);
  return string;
}

/// A method of a string that changes nothing that matters stands for the string.
bool keeps_string(std::string_view method) {
  constexpr std::array same =
      std::to_array<std::string_view>({"squish", "strip", "strip_heredoc", "chomp", "freeze", "squeeze", "to_s",
                                       "to_sym", "html_safe", "tr", "delete"});
  return std::find(same.begin(), same.end(), method) != same.end();
}

Node read_call(Reader& reader, const NodeView& node) {
  Node call = reader.make_on(Kind::Call, node, reader.field(node, "receiver"), reader.field(node, "method"));
  call.items = reader.read_all(reader.field(node, "arguments"));
  if (call.on.size() == 1 && call.on.front().kind == Kind::String && keeps_string(call.text)) {
    Node string = std::move(call.on.front());
    return string;
  }
  const NodeView block = reader.field(node, "block");
  if (!block.null()) {
    call.names = parameter_names(reader, reader.field(block, "parameters"));
    call.body = reader.read_body(reader.field(block, "body"));
  }
  if (call.on.empty() && call.text == "raise") call.kind = Kind::Raise;
  return call;
}

Node read_method(Reader& reader, const NodeView& node) {
  const NodeView name = reader.field(node, "name");
  Node function = reader.make(Kind::Function, node, reader.text(name));
  function.head = reader.place(name);
  function.names = parameter_names(reader, reader.field(node, "parameters"));
  function.body = reader.read_body(reader.field(node, "body"));
  return function;
}

Node read_lambda(Reader& reader, const NodeView& node) {
  Node function = reader.make(Kind::Function, node);
  const NodeView block = reader.field(node, "body");
  function.body = reader.read_body(block.null() ? block : reader.field(block, "body"));
  return function;
}

Node read_class(Reader& reader, const NodeView& node) {
  Node result = reader.make_named(Kind::Class, node);
  const NodeView superclass = reader.field(node, "superclass");
  if (!superclass.null()) result.items = reader.read_all(superclass);
  return result;
}

Node read_scoped(Reader& reader, const NodeView& node) {
  return reader.make_on(Kind::Member, node, reader.field(node, "scope"), reader.field(node, "name"));
}

Node read_pair(Reader& reader, const NodeView& node) {
  Node key = reader.read_field(node, "key");
  Node pair = reader.make(Kind::Pair, node, key.text);
  pair.head = key.bytes;
  pair.items.push_back(reader.read_field(node, "value"));
  return pair;
}

Node read_assignment(Reader& reader, const NodeView& node) {
  const NodeView left = reader.field(node, "left");
  Node assign = reader.make(Kind::Assign, node, reader.text(left));
  assign.items.push_back(reader.read_field(node, "right"));
  return assign;
}

Node read_for(Reader& reader, const NodeView& node) {
  Node loop = reader.make(Kind::Loop, node);
  loop.names.emplace_back(reader.text(reader.field(node, "pattern")));
  const NodeView value = reader.field(node, "value");
  if (!value.null()) loop.items = reader.read_all(value);
  loop.body = reader.read_body(reader.field(node, "body"));
  return loop;
}

Node read_case(Reader& reader, const NodeView& node) {
  Node branch = reader.make(Kind::If, node);
  branch.body = reader.read_all(node);
  return branch;
}

Node read_try(Reader& reader, const NodeView& node) {
  Node block = reader.make(Kind::Try, node);
  for (const NodeView& child : syntax::named_children(node)) {
    std::vector<Node> part = reader.read_body(child);
    std::vector<Node>& into = reader.is(child, "rescue") ? block.otherwise : block.body;
    std::move(part.begin(), part.end(), std::back_inserter(into));
  }
  return block;
}

/// A body with a rescue in it is a begin block without the word.
Node read_body_statement(Reader& reader, const NodeView& node) {
  for (const NodeView& child : syntax::named_children(node)) {
    if (!reader.is(child, "rescue")) continue;
    Node block = reader.make(Kind::Block, node);
    block.body.push_back(read_try(reader, node));
    return block;
  }
  return read_block(reader, node);
}

Node read_rescue(Reader& reader, const NodeView& node) { return reader.read_field(node, "body"); }

Node read_rescue_modifier(Reader& reader, const NodeView& node) {
  Node block = reader.make(Kind::Try, node);
  block.body = reader.read_body(reader.field(node, "body"));
  block.otherwise = reader.read_body(reader.field(node, "handler"));
  return block;
}

Node read_word(Reader& reader, const NodeView& node) {
  // A bare word may be a call without arguments (`disable_ddl_transaction!`, `raise`) as well as a variable.
  if (reader.text(node) == "raise") return reader.make(Kind::Raise, node);
  return read_name(reader, node);
}

constexpr std::array rules = std::to_array<Rule>({
    {"program", read_block},
    {"body_statement", read_body_statement},
    {"block_body", read_block},
    {"then", read_block},
    {"else", read_block},
    {"do", read_block},
    {"parenthesized_statements", read_inner},
    {"begin", read_try},
    {"rescue", read_rescue},
    {"rescue_modifier", read_rescue_modifier},
    {"ensure", read_block},
    {"call", read_call},
    {"method", read_method},
    {"singleton_method", read_method},
    {"lambda", read_lambda},
    {"class", read_class},
    {"module", read_class},
    {"scope_resolution", read_scoped},
    {"constant", read_name},
    {"identifier", read_word},
    {"instance_variable", read_name},
    {"string", read_string},
    {"chained_string", read_joined},
    {"bare_string", read_string},
    {"bare_symbol", read_string},
    {"delimited_symbol", read_string},
    {"simple_symbol", read_symbol},
    {"hash_key_symbol", read_symbol},
    {"heredoc_beginning", read_heredoc},
    {"heredoc_body", read_nothing},
    {"array", read_list},
    {"string_array", read_list},
    {"symbol_array", read_list},
    {"hash", read_map},
    {"pair", read_pair},
    {"assignment", read_assignment},
    {"operator_assignment", read_assignment},
    {"if", read_if},
    {"unless", read_if},
    {"elsif", read_if},
    {"conditional", read_if},
    {"if_modifier", read_if},
    {"unless_modifier", read_if},
    {"case", read_case},
    {"when", read_else},
    {"while", read_for},
    {"until", read_for},
    {"for", read_for},
    {"binary", read_operator},
    {"unary", read_operator},
    {"return", read_return},
    {"nil", read_null},
    {"true", read_true},
    {"false", read_false},
    {"integer", read_number},
    {"float", read_number},
});

}  // namespace

std::span<const Rule> ruby_rules() { return rules; }

}  // namespace redtag::code
