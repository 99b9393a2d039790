#include "lower/code/reader.h"

#include <algorithm>

#include "base/limits.h"

namespace redtag::code {

namespace {

constexpr unsigned deepest = 200;  // levels that are followed; each costs a few stack frames
constexpr std::size_t most_errors = 50;
constexpr std::size_t most_nodes = 400'000;  // of one text

struct LanguageTable {
  syntax::Grammar grammar;
  std::span<const Rule> (*rules)();
};

LanguageTable table_of(Language language) {
  switch (language) {
    case Language::Ruby: return {syntax::Grammar::Ruby, ruby_rules};
    case Language::Python: return {syntax::Grammar::Python, python_rules};
    case Language::Php: return {syntax::Grammar::Php, php_rules};
    case Language::Elixir: return {syntax::Grammar::Elixir, elixir_rules};
    case Language::JavaScript: return {syntax::Grammar::JavaScript, javascript_rules};
    case Language::TypeScript: return {syntax::Grammar::TypeScript, javascript_rules};
    case Language::CSharp: return {syntax::Grammar::CSharp, csharp_rules};
  }
  return {syntax::Grammar::Ruby, ruby_rules};
}

bool says_nothing(const Node& node) { return node.kind == Kind::Block && node.body.empty() && node.items.empty(); }

/// What is decided at run time, as a string that says so.
Node unknown_string(const Node& part) {
  Node unknown = part;
  unknown.kind = Kind::String;
  unknown.dynamic = true;
  unknown.text = "${" + (part.kind == Kind::Name ? part.text : std::string("value")) + "}";
  unknown.map.assign(unknown.text.size(), part.bytes.begin);
  Reader::close(unknown, part.bytes.end);
  return unknown;
}

}  // namespace

Reader::Reader(syntax::Grammar grammar, std::span<const Rule> rules, std::string_view text, std::uint32_t offset)
    : grammar_(grammar), text_(text), offset_(offset) {
  for (const Rule& rule : rules) {
    const std::uint16_t number = syntax::kind_of(grammar, rule.kind);
    if (number == 0) continue;  // a kind of the sister grammar (TypeScript's in JavaScript)
    if (by_kind_.size() <= number) by_kind_.resize(number + 1U, nullptr);
    by_kind_[number] = rule.read;
  }
  comment_ = syntax::kind_of(grammar, "comment");
}

Program Reader::run() {
  Program program;
  const auto tree = syntax::Tree::parse(grammar_, text_);
  if (!tree) {
    program.cut = true;
    return program;
  }
  program.root = make(Kind::Block, tree->root());
  program.root.body = read_all(tree->root());
  program.errors = std::move(errors_);
  program.cut = cut_;
  return program;
}

std::uint16_t Reader::kind(std::string_view name) {
  const auto [found, is_new] = kinds_.try_emplace(name, std::uint16_t{0});
  if (is_new) found->second = syntax::kind_of(grammar_, name);
  return found->second;
}

bool Reader::is(const syntax::NodeView& node, std::string_view name) {
  return !node.null() && node.kind() == kind(name);
}

syntax::NodeView Reader::field(const syntax::NodeView& node, std::string_view name) {
  const auto [found, is_new] = fields_.try_emplace(name, std::uint16_t{0});
  if (is_new) found->second = syntax::field_of(grammar_, name);
  return found->second == 0 ? syntax::NodeView() : node.field(found->second);
}

std::string_view Reader::text(const syntax::NodeView& node) const {
  return node.null() ? std::string_view() : syntax::text_of(node, text_);
}

ByteRange Reader::place(const syntax::NodeView& node) const {
  const ByteRange bytes = node.bytes();
  return {bytes.begin + offset_, bytes.end + offset_};
}

Node Reader::make(Kind made, const syntax::NodeView& node, std::string_view text) const {
  Node result;
  result.kind = made;
  result.text = std::string(text);
  result.bytes = result.head = place(node);
  return result;
}

Node Reader::make_on(Kind made, const syntax::NodeView& node, const syntax::NodeView& receiver,
                     const syntax::NodeView& name) {
  Node result = make(made, node, text(name));
  if (!name.null()) result.head = place(name);
  if (!receiver.null()) {
    Node on = read(receiver);
    if (!says_nothing(on)) result.on.push_back(std::move(on));
  }
  return result;
}

Node Reader::make_named(Kind kind, const syntax::NodeView& node) {
  const syntax::NodeView name = field(node, "name");
  Node made = make(kind, node, text(name));
  if (!name.null()) made.head = place(name);
  made.body = read_body(field(node, "body"));
  return made;
}

Node Reader::read(const syntax::NodeView& node) {
  if (node.null() || node.kind() == comment_) return make(Kind::Block, node.null() ? syntax::NodeView() : node);
  if (depth_ >= deepest || nodes_ >= most_nodes) {
    cut_ = true;
    return make(Kind::Block, node);
  }
  if (node.error() && errors_.size() < most_errors) errors_.push_back(place(node));
  ++depth_;
  ++nodes_;
  const std::uint16_t number = node.kind();
  Node result;
  if (number < by_kind_.size() && by_kind_[number] != nullptr) {
    result = by_kind_[number](*this, node);
  } else {
    result = make(Kind::Other, node);
    result.items = read_all(node);
  }
  --depth_;
  return result;
}

Node Reader::read_field(const syntax::NodeView& node, std::string_view name) { return read(field(node, name)); }

std::vector<Node> Reader::read_all(const syntax::NodeView& node) {
  std::vector<Node> all;
  if (node.null()) return all;
  for (const syntax::NodeView& child : syntax::named_children(node)) {
    Node read_child = read(child);
    if (says_nothing(read_child)) continue;
    if (read_child.kind == Kind::Block && read_child.items.empty()) {
      std::move(read_child.body.begin(), read_child.body.end(), std::back_inserter(all));
    } else {
      all.push_back(std::move(read_child));
    }
  }
  return all;
}

std::vector<Node> Reader::read_body(const syntax::NodeView& node) {
  if (node.null()) return {};
  Node read_node = read(node);
  if (read_node.kind == Kind::Block) return std::move(read_node.body);
  std::vector<Node> body;
  body.push_back(std::move(read_node));
  return body;
}

void Reader::append_verbatim(Node& string, const syntax::NodeView& piece) const {
  const ByteRange bytes = place(piece);
  string.text += text(piece);
  for (std::uint32_t at = bytes.begin; at < bytes.end; ++at) string.map.push_back(at);
}

void Reader::append_escape(Node& string, const syntax::NodeView& piece) const {
  const std::string_view raw = text(piece);
  if (raw.size() < 2) return append_verbatim(string, piece);
  char meant = raw[1];
  switch (meant) {
    case 'n': meant = '\n'; break;
    case 't': meant = '\t'; break;
    case 'r': meant = '\r'; break;
    case '\n': return;  // a line continued
    default: break;
  }
  if (raw.size() > 2) return append_verbatim(string, piece);
  string.text += meant;
  string.map.push_back(place(piece).begin);
}

void Reader::append_dynamic(Node& string, const syntax::NodeView& piece) const {
  std::string name = "${";
  for (const char c : text(piece)) {
    const bool word =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
    if (word && name.size() < 60) name += c;
  }
  name += '}';
  string.dynamic = true;
  string.map.insert(string.map.end(), name.size(), place(piece).begin);
  string.text += name;
}

void Reader::close(Node& string, std::uint32_t end) { string.map.push_back(end); }

void Reader::join(Node& first, Node&& second) {
  if (!first.map.empty()) first.map.pop_back();
  first.text += second.text;
  first.map.insert(first.map.end(), second.map.begin(), second.map.end());
  first.dynamic = first.dynamic || second.dynamic;
  first.bytes.end = std::max(first.bytes.end, second.bytes.end);
}

Node read_nothing(Reader& reader, const syntax::NodeView& node) { return reader.make(Kind::Block, node); }

Node read_block(Reader& reader, const syntax::NodeView& node) {
  Node block = reader.make(Kind::Block, node);
  block.body = reader.read_all(node);
  return block;
}

Node read_inner(Reader& reader, const syntax::NodeView& node) {
  std::vector<Node> inner = reader.read_all(node);
  if (inner.size() == 1) return std::move(inner.front());
  Node block = reader.make(Kind::Block, node);
  block.body = std::move(inner);
  return block;
}

Node read_name(Reader& reader, const syntax::NodeView& node) {
  return reader.make(Kind::Name, node, reader.text(node));
}
Node read_number(Reader& reader, const syntax::NodeView& node) {
  return reader.make(Kind::Number, node, reader.text(node));
}
Node read_null(Reader& reader, const syntax::NodeView& node) { return reader.make(Kind::Null, node, "null"); }
Node read_true(Reader& reader, const syntax::NodeView& node) { return reader.make(Kind::Bool, node, "true"); }
Node read_false(Reader& reader, const syntax::NodeView& node) { return reader.make(Kind::Bool, node, "false"); }

Node read_list(Reader& reader, const syntax::NodeView& node) {
  Node list = reader.make(Kind::List, node);
  list.items = reader.read_all(node);
  return list;
}

Node read_map(Reader& reader, const syntax::NodeView& node) {
  Node map = reader.make(Kind::Map, node);
  map.items = reader.read_all(node);
  return map;
}

Node read_return(Reader& reader, const syntax::NodeView& node) {
  Node result = reader.make(Kind::Return, node);
  result.items = reader.read_all(node);
  return result;
}

Node read_raise(Reader& reader, const syntax::NodeView& node) {
  Node raise = reader.make(Kind::Raise, node);
  raise.items = reader.read_all(node);
  return raise;
}

Node read_operator(Reader& reader, const syntax::NodeView& node) {
  Node result = reader.make(Kind::Operator, node, reader.text(reader.field(node, "operator")));
  result.items = reader.read_all(node);
  return result;
}

Node read_joined(Reader& reader, const syntax::NodeView& node) {
  Node joined = reader.make(Kind::String, node);
  Reader::close(joined, joined.bytes.end);
  for (Node& part : reader.read_all(node)) Reader::join(joined, std::move(part));
  return joined;
}

Node read_concatenation(Reader& reader, const syntax::NodeView& node, std::string_view joins) {
  Node result = read_operator(reader, node);
  const auto is_string = [](const Node& part) { return part.kind == Kind::String; };
  if (result.text != joins || result.items.size() != 2) return result;
  if (std::none_of(result.items.begin(), result.items.end(), is_string)) return result;
  Node joined = reader.make(Kind::String, node);
  Reader::close(joined, joined.bytes.end);
  for (Node& part : result.items) Reader::join(joined, is_string(part) ? std::move(part) : unknown_string(part));
  return joined;
}

Node read_path_assignment(Reader& reader, const syntax::NodeView& node) {
  const Node left = reader.read_field(node, "left");
  Node assign = reader.make(Kind::Assign, node, left.kind == Kind::Name ? left.text : path_of(left));
  assign.items.push_back(reader.read_field(node, "right"));
  return assign;
}

std::vector<std::string> parameter_names(Reader& reader, const syntax::NodeView& parameters) {
  std::vector<std::string> names;
  if (parameters.null()) return names;
  for (const syntax::NodeView& child : syntax::named_children(parameters)) {
    const syntax::NodeView name = reader.field(child, "name");
    names.emplace_back(reader.text(name.null() ? child : name));
  }
  return names;
}

Node read_for_in(Reader& reader, const syntax::NodeView& node) {
  Node loop = reader.make(Kind::Loop, node);
  loop.names.emplace_back(reader.text(reader.field(node, "left")));
  loop.items.push_back(reader.read_field(node, "right"));
  loop.body = reader.read_body(reader.field(node, "body"));
  return loop;
}

Node read_loop(Reader& reader, const syntax::NodeView& node) {
  Node loop = reader.make(Kind::Loop, node);
  loop.body = reader.read_body(reader.field(node, "body"));
  return loop;
}

Node read_else(Reader& reader, const syntax::NodeView& node) { return reader.read_field(node, "body"); }

Node read_if(Reader& reader, const syntax::NodeView& node) {
  Node branch = reader.make(Kind::If, node);
  Node condition = reader.read_field(node, "condition");
  if (!says_nothing(condition)) branch.items.push_back(std::move(condition));
  const syntax::NodeView then = reader.field(node, "consequence");
  branch.body = reader.read_body(then.null() ? reader.field(node, "body") : then);
  // Several alternatives (elif, elif, else) share one field name; the children tell them.
  const syntax::NodeView first = reader.field(node, "alternative");
  for (syntax::NodeView at = first; !at.null(); at = at.next_named()) {
    for (Node& part : reader.read_body(at)) branch.otherwise.push_back(std::move(part));
  }
  return branch;
}

Program read(Language language, std::string_view text, std::uint32_t offset) {
  const LanguageTable table = table_of(language);
  return Reader(table.grammar, table.rules(), text, offset).run();
}

}  // namespace redtag::code
