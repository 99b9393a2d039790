#include "document/document.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "base/limits.h"
#include "base/text.h"
#include "document/build.h"
#include "document/twin.h"
#include "syntax/tree.h"

namespace redtag::document {

namespace {

using syntax::NodeView;

/// Columns at which blocks may be open at once. The grammar's scanner keeps two levels a column (a sequence may stand at its
/// key's column) and can save 253 of them; beyond that it writes outside of its buffer.
constexpr std::size_t open_columns = 120;

bool is_indicator(std::string_view text, std::size_t i) {
  if (text[i] != '-' && text[i] != '?' && text[i] != ':') return false;
  return i + 1 >= text.size() || text[i + 1] == ' ' || text[i + 1] == '\t' || text[i + 1] == '\n' ||
         text[i + 1] == '\r';
}

/// The first line at which more than `open_columns` blocks would be open, judged from indentation and leading indicators
/// alone (what stands in block scalars counts too, which is harmless: nobody nests that deep anywhere); nullopt for none.
std::optional<std::uint32_t> line_too_deep(std::string_view text) {
  std::vector<std::size_t> open;
  std::uint32_t line = 0;
  for (std::size_t i = 0; i < text.size();) {
    ++line;
    const std::size_t start = i;
    for (;;) {
      while (i < text.size() && (text[i] == ' ' || text[i] == '\t')) ++i;
      if (i >= text.size() || text[i] == '\n' || text[i] == '\r') break;
      while (!open.empty() && open.back() >= i - start) open.pop_back();
      open.push_back(i - start);
      if (open.size() > open_columns) return line;
      if (!is_indicator(text, i)) break;
      ++i;
    }
    while (i < text.size() && text[i] != '\n') ++i;
    if (i < text.size()) ++i;
  }
  return std::nullopt;
}

/// The first byte that the parser could not make sense of.
std::uint32_t first_error(const NodeView& root) {
  syntax::Cursor cursor(root);
  for (;;) {
    const NodeView node = cursor.node();
    if (node.error()) return node.bytes().begin;
    if (node.has_error() && cursor.to_first_child()) continue;
    while (!cursor.to_next_sibling()) {
      if (!cursor.to_parent()) return root.bytes().begin;
    }
  }
}

/// The text with closing brackets that stand first on their line moved to the comma in front of them, or behind what stands there, in place;
/// nullopt where there is none. An end of a line may be lost by it.
/// YAML asks for them to be indented further than the key; the tools of platforms do not, and the grammar gives up on such a list of more
/// than some 36 quoted elements.
std::optional<std::string> closed_earlier(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  std::optional<std::string> changed;
  for (std::size_t at = text.find_first_of("]}"); at != std::string_view::npos; at = text.find_first_of("]}", at + 1)) {
    const std::size_t last = text.substr(0, at).find_last_not_of(blanks);
    if (last == std::string_view::npos || text.substr(last, at - last).find('\n') == std::string_view::npos) continue;
    if (!changed) changed.emplace(text);
    (*changed)[at] = ' ';
    (*changed)[text[last] == ',' ? last : last + 1] = text[at];
  }
  return changed;
}

/// A byte order mark is no part of the document, but offsets must stay true: it is given to the parser as blanks would be.
std::string_view without_mark(std::string_view text) {
  return text.starts_with("\xEF\xBB\xBF") ? text.substr(3) : text;
}

void shift(Node& node, std::uint32_t by) {
  node.bytes.begin += by;
  node.bytes.end += by;
  for (Node& item : node.items) shift(item, by);
  for (Member& member : node.members) {
    member.key_bytes.begin += by;
    member.key_bytes.end += by;
    shift(member.value, by);
  }
}

}  // namespace

const Node* Node::find(std::string_view key) const {
  for (const Member& member : members) {
    if (member.key == key) return &member.value;
  }
  return nullptr;
}

std::string_view type_name(NodeType type) {
  switch (type) {
    case NodeType::Null: return "nothing";
    case NodeType::Bool: return "true or false";
    case NodeType::Number: return "a number";
    case NodeType::String: return "a string";
    case NodeType::Sequence: return "a list";
    case NodeType::Mapping: return "a mapping";
  }
  return "";
}

Expected<std::vector<Node>> parse_yaml_stream(std::string_view text, std::string_view name, Repeats repeats) {
  return parse_yaml_stream(text, name, repeats, nullptr);
}

Expected<std::vector<Node>> parse_yaml_stream(std::string_view text, std::string_view name, Repeats repeats,
                                              syntax::Twin* twin) {
  std::string_view body = without_mark(text);
  const auto skipped = static_cast<std::uint32_t>(text.size() - body.size());
  if (const std::optional<std::uint32_t> line = line_too_deep(body)) {
    return fail(ErrorCode::Limit, fmt::format("{}:{}: nested deeper than {} levels", name, *line, open_columns));
  }
  Expected<syntax::Tree> tree = syntax::Tree::parse(syntax::Grammar::Yaml, body, twin);
  if (!tree) return fail(tree.error().code, fmt::format("{}: {}", name, tree.error().message));
  std::optional<std::string> mended;  // outlives the builder
  if (tree->root().has_error() && (mended = closed_earlier(body))) {
    Expected<syntax::Tree> again = syntax::Tree::parse(syntax::Grammar::Yaml, *mended, nullptr);
    if (again && !again->root().has_error()) {
      tree = std::move(again);
      body = *mended;
    }
  }
  const LineIndex lines(without_mark(text));
  const NodeView root = tree->root();
  if (root.has_error()) {
    return fail(ErrorCode::Input,
                fmt::format("{}:{}: not valid YAML here or just before", name, lines.line_of(first_error(root))));
  }
  static const std::uint16_t document_kind = syntax::kind_of(syntax::Grammar::Yaml, "document");
  std::vector<Node> documents;
  Builder builder(body, name, lines, repeats);
  for (const NodeView& child : syntax::named_children(root)) {
    if (child.kind() != document_kind) continue;
    RT_TRY(Node node, builder.build(child));
    if (skipped > 0) shift(node, skipped);
    documents.push_back(std::move(node));
  }
  return documents;
}

Expected<Node> parse_yaml(std::string_view text, std::string_view name) {
  RT_TRY(std::vector<Node> documents, parse_yaml_stream(text, name));
  if (documents.empty()) return Node{};
  if (documents.size() > 1) {
    return fail(ErrorCode::Input,
                fmt::format("{}:{}: expected one document, found {}", name, documents[1].line, documents.size()));
  }
  return std::move(documents.front());
}

}  // namespace redtag::document
