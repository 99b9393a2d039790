#include "syntax/tree.h"

#include <tree_sitter/api.h>

#include <array>
#include <cstring>
#include <new>
#include <string>
#include <utility>

#include "base/limits.h"

extern "C" {
const TSLanguage* tree_sitter_hcl();
const TSLanguage* tree_sitter_yaml();
const TSLanguage* tree_sitter_bash();
const TSLanguage* tree_sitter_sql();
const TSLanguage* tree_sitter_python();
const TSLanguage* tree_sitter_javascript();
const TSLanguage* tree_sitter_typescript();
const TSLanguage* tree_sitter_ruby();
const TSLanguage* tree_sitter_php();
const TSLanguage* tree_sitter_elixir();
const TSLanguage* tree_sitter_xml();
const TSLanguage* tree_sitter_c();
const TSLanguage* tree_sitter_cpp();
const TSLanguage* tree_sitter_c_sharp();
}

namespace redtag::syntax {

namespace {

constexpr std::size_t grammar_count = static_cast<std::size_t>(Grammar::CSharp) + 1;

const TSLanguage* language_of(Grammar grammar) {
  switch (grammar) {
    case Grammar::Hcl: return tree_sitter_hcl();
    case Grammar::Yaml: return tree_sitter_yaml();
    case Grammar::Bash: return tree_sitter_bash();
    case Grammar::Sql: return tree_sitter_sql();
    case Grammar::Python: return tree_sitter_python();
    case Grammar::JavaScript: return tree_sitter_javascript();
    case Grammar::TypeScript: return tree_sitter_typescript();
    case Grammar::Ruby: return tree_sitter_ruby();
    case Grammar::Php: return tree_sitter_php();
    case Grammar::Elixir: return tree_sitter_elixir();
    case Grammar::Xml: return tree_sitter_xml();
    case Grammar::C: return tree_sitter_c();
    case Grammar::Cpp: return tree_sitter_cpp();
    case Grammar::CSharp: return tree_sitter_c_sharp();
  }
  return nullptr;
}

std::string_view grammar_name(Grammar grammar) {
  switch (grammar) {
    case Grammar::Hcl: return "HCL";
    case Grammar::Yaml: return "YAML";
    case Grammar::Bash: return "shell";
    case Grammar::Sql: return "SQL";
    case Grammar::Python: return "Python";
    case Grammar::JavaScript: return "JavaScript";
    case Grammar::TypeScript: return "TypeScript";
    case Grammar::Ruby: return "Ruby";
    case Grammar::Php: return "PHP";
    case Grammar::Elixir: return "Elixir";
    case Grammar::Xml: return "XML";
    case Grammar::C: return "C";
    case Grammar::Cpp: return "C++";
    case Grammar::CSharp: return "C#";
  }
  return "";
}

/// One parser per grammar and thread, made when first asked for: making one costs more than parsing a small file.
TSParser* parser_of(Grammar grammar) {
  struct Parsers {
    std::array<TSParser*, grammar_count> made{};
    ~Parsers() {
      for (TSParser* parser : made) ts_parser_delete(parser);
    }
  };
  thread_local Parsers parsers;
  TSParser*& parser = parsers.made[static_cast<std::size_t>(grammar)];
  if (parser == nullptr) {
    parser = ts_parser_new();
    RT_ASSERT(ts_parser_set_language(parser, language_of(grammar)), "cmake/Grammars.cmake compared the ABI versions");
  }
  return parser;
}

}  // namespace

std::uint16_t kind_of(Grammar grammar, std::string_view name, bool named) {
  return ts_language_symbol_for_name(language_of(grammar), name.data(), static_cast<std::uint32_t>(name.size()), named);
}

std::uint16_t field_of(Grammar grammar, std::string_view name) {
  return ts_language_field_id_for_name(language_of(grammar), name.data(), static_cast<std::uint32_t>(name.size()));
}

TSNode NodeView::raw() const {
  TSNode node{};
  std::memcpy(node.context, context, sizeof(context));
  node.id = id;
  node.tree = tree;
  return node;
}

NodeView NodeView::adopt(const TSNode& node) {
  NodeView view;
  std::memcpy(view.context, node.context, sizeof(view.context));
  view.id = node.id;
  view.tree = node.tree;
  return view;
}

std::uint16_t NodeView::kind() const { return null() ? 0 : ts_node_symbol(raw()); }

std::string_view NodeView::kind_name() const {
  return null() ? std::string_view() : std::string_view(ts_node_type(raw()));
}

bool NodeView::named() const { return !null() && ts_node_is_named(raw()); }

bool NodeView::error() const { return !null() && (ts_node_is_error(raw()) || ts_node_is_missing(raw())); }

bool NodeView::has_error() const { return !null() && ts_node_has_error(raw()); }

ByteRange NodeView::bytes() const {
  if (null()) return {};
  return {ts_node_start_byte(raw()), ts_node_end_byte(raw())};
}

std::uint32_t NodeView::child_count() const { return null() ? 0 : ts_node_child_count(raw()); }

NodeView NodeView::child(std::uint32_t index) const { return null() ? NodeView() : adopt(ts_node_child(raw(), index)); }

NodeView NodeView::first_child() const { return child(0); }

NodeView NodeView::first_named() const { return null() ? NodeView() : adopt(ts_node_named_child(raw(), 0)); }

NodeView NodeView::next() const { return null() ? NodeView() : adopt(ts_node_next_sibling(raw())); }

NodeView NodeView::next_named() const { return null() ? NodeView() : adopt(ts_node_next_named_sibling(raw())); }

NodeView NodeView::parent() const { return null() ? NodeView() : adopt(ts_node_parent(raw())); }

NodeView NodeView::field(std::uint16_t field_id) const {
  return null() ? NodeView() : adopt(ts_node_child_by_field_id(raw(), field_id));
}

namespace {

TSTreeCursor* as_cursor(unsigned char* storage) { return reinterpret_cast<TSTreeCursor*>(storage); }
const TSTreeCursor* as_cursor(const unsigned char* storage) { return reinterpret_cast<const TSTreeCursor*>(storage); }

std::vector<NodeView> collect(const NodeView& node, bool (NodeView::*wanted)() const) {
  std::vector<NodeView> found;
  if (node.null()) return found;
  Cursor cursor(node);
  for (bool more = cursor.to_first_child(); more; more = cursor.to_next_sibling()) {
    if (const NodeView child = cursor.node(); wanted == nullptr || (child.*wanted)()) found.push_back(child);
  }
  return found;
}

/// What the parser is asked between steps: has the deterministic budget been used up?
struct Budget {
  std::uint32_t steps = 0;
  static bool spent(TSParseState* state) { return ++static_cast<Budget*>(state->payload)->steps > limits::parse_steps; }
};

struct Input {
  std::string_view text;
  static const char* read(void* payload, std::uint32_t offset, TSPoint, std::uint32_t* size) {
    const std::string_view text = static_cast<const Input*>(payload)->text;
    *size = offset < text.size() ? static_cast<std::uint32_t>(text.size() - offset) : 0;
    return *size == 0 ? "" : text.data() + offset;
  }
};

}  // namespace

static_assert(sizeof(TSTreeCursor) <= 40, "grow Cursor::storage_");

Cursor::Cursor(const NodeView& start) : storage_{} { new (storage_) TSTreeCursor(ts_tree_cursor_new(start.raw())); }

Cursor::~Cursor() { ts_tree_cursor_delete(as_cursor(storage_)); }

NodeView Cursor::node() const { return NodeView::adopt(ts_tree_cursor_current_node(as_cursor(storage_))); }

std::uint16_t Cursor::field() const { return ts_tree_cursor_current_field_id(as_cursor(storage_)); }

bool Cursor::to_first_child() { return ts_tree_cursor_goto_first_child(as_cursor(storage_)); }

bool Cursor::to_next_sibling() { return ts_tree_cursor_goto_next_sibling(as_cursor(storage_)); }

bool Cursor::to_parent() { return ts_tree_cursor_goto_parent(as_cursor(storage_)); }

std::vector<NodeView> children(const NodeView& node) { return collect(node, nullptr); }

std::vector<NodeView> named_children(const NodeView& node) { return collect(node, &NodeView::named); }

namespace {

/// One run of the parser; `earlier` may be nullptr. nullptr if it used up its steps.
TSTree* parse_once(Grammar grammar, std::string_view text, const TSTree* earlier) {
  Budget budget;
  Input input{text};
  TSInput source{};
  source.payload = &input;
  source.read = &Input::read;
  source.encoding = TSInputEncodingUTF8;
  TSParseOptions options{};
  options.payload = &budget;
  options.progress_callback = &Budget::spent;
  TSParser* parser = parser_of(grammar);
  TSTree* tree = ts_parser_parse_with_options(parser, earlier, source, options);
  if (tree == nullptr) ts_parser_reset(parser);
  return tree;
}

bool has_error(const TSTree* tree) { return ts_node_has_error(ts_tree_root_node(tree)); }

}  // namespace

Expected<Tree> Tree::parse(Grammar grammar, std::string_view text, Twin* twin) {
  if (text.size() > limits::file_bytes) return fail(ErrorCode::Limit, "larger than the limit for one file");
  TSTree* tree = nullptr;
  if (TSTree* earlier = twin != nullptr && twin->is_after(text) ? twin->edited(grammar) : nullptr; earlier != nullptr) {
    tree = parse_once(grammar, text, earlier);
    ts_tree_delete(earlier);
    if (tree != nullptr && has_error(tree)) ts_tree_delete(std::exchange(tree, nullptr));
  }
  if (tree == nullptr) tree = parse_once(grammar, text, nullptr);
  if (tree == nullptr) {
    return fail(ErrorCode::Limit, "the " + std::string(grammar_name(grammar)) + " parser used up its steps");
  }
  Tree result(tree);
  if (ts_node_descendant_count(ts_tree_root_node(tree)) > limits::tree_nodes) {
    return fail(ErrorCode::Limit, "more syntax nodes than the limit for one file");
  }
  if (twin != nullptr && twin->is_before(text)) twin->keep(grammar, tree);
  return result;
}

Tree::Tree(Tree&& from) noexcept : tree_(std::exchange(from.tree_, nullptr)) {}

Tree& Tree::operator=(Tree&& from) noexcept {
  std::swap(tree_, from.tree_);
  return *this;
}

Tree::~Tree() {
  if (tree_ != nullptr) ts_tree_delete(tree_);
}

NodeView Tree::root() const { return NodeView::adopt(ts_tree_root_node(tree_)); }

namespace {

/// True if the texts are the same but for the edits.
bool lead_over(std::string_view before, std::string_view after, const std::vector<LineEdit>& edits) {
  std::size_t at_before = 0, at_after = 0;
  for (const LineEdit& edit : edits) {
    if (edit.before.begin < at_before || edit.after.begin < at_after) return false;
    if (edit.before.end > before.size() || edit.after.end > after.size()) return false;
    if (before.substr(at_before, edit.before.begin - at_before) != after.substr(at_after, edit.after.begin - at_after))
      return false;
    at_before = edit.before.end;
    at_after = edit.after.end;
  }
  return before.substr(at_before) == after.substr(at_after);
}

bool same_text(std::string_view a, std::string_view b) { return a.data() == b.data() && a.size() == b.size(); }

}  // namespace

Twin::Twin(std::string_view before, std::string_view after, std::vector<LineEdit> edits)
    : before_(before), after_(after), edits_(std::move(edits)) {
  if (!lead_over(before_, after_, edits_)) before_ = after_ = {};
}

Twin::~Twin() {
  if (tree_ != nullptr) ts_tree_delete(tree_);
}

bool Twin::is_before(std::string_view text) const { return !text.empty() && same_text(text, before_); }

bool Twin::is_after(std::string_view text) const { return !text.empty() && same_text(text, after_); }

void Twin::keep(Grammar grammar, const TSTree* tree) {
  if (tree_ != nullptr) ts_tree_delete(std::exchange(tree_, nullptr));
  if (has_error(tree)) return;
  tree_ = ts_tree_copy(tree);
  grammar_ = grammar;
}

TSTree* Twin::edited(Grammar grammar) const {
  if (tree_ == nullptr || grammar != grammar_) return nullptr;
  TSTree* tree = ts_tree_copy(tree_);
  for (auto edit = edits_.rbegin(); edit != edits_.rend();
       ++edit) {  // from the end, so that earlier places stay where they are
    TSInputEdit input{};
    input.start_byte = edit->before.begin;
    input.old_end_byte = edit->before.end;
    input.new_end_byte = edit->before.begin + edit->after.size();
    input.start_point = {edit->before_row, 0};
    input.old_end_point = {edit->before_row + edit->before_rows, 0};
    input.new_end_point = {edit->before_row + edit->after_rows, 0};
    ts_tree_edit(tree, &input);
  }
  return tree;
}

}  // namespace redtag::syntax
