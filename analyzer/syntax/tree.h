// tree-sitter behind one wrapper: parse a text, walk its nodes. Node kinds are resolved to numbers once; no queries.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "base/region.h"

struct TSTree;
struct TSNode;

namespace redtag::syntax {

enum class Grammar : std::uint8_t {
  Hcl,
  Yaml,
  Bash,
  Sql,
  Python,
  JavaScript,
  TypeScript,
  Ruby,
  Php,
  Elixir,
  Xml,
  C,
  Cpp,
  CSharp,
};

/// The number of a node kind (or field) in a grammar; resolve once into a static table of your front end. 0 if there is none.
[[nodiscard]] std::uint16_t kind_of(Grammar grammar, std::string_view name, bool named = true);
[[nodiscard]] std::uint16_t field_of(Grammar grammar, std::string_view name);

/// A node of a Tree, which owns it. Copies are cheap; a default-made one is null.
class NodeView {
 public:
  NodeView() = default;
  [[nodiscard]] bool null() const { return id == nullptr; }
  [[nodiscard]] std::uint16_t kind() const;
  [[nodiscard]] std::string_view kind_name() const;
  [[nodiscard]] bool named() const;
  [[nodiscard]] bool error() const;       ///< an ERROR node, or one that the parser made up
  [[nodiscard]] bool has_error() const;   ///< it or something below is
  [[nodiscard]] ByteRange bytes() const;  ///< in the parsed text
  [[nodiscard]] std::uint32_t child_count() const;
  [[nodiscard]] NodeView child(std::uint32_t index) const;  ///< linear in index: use Cursor to visit many children
  [[nodiscard]] NodeView first_child() const;
  [[nodiscard]] NodeView first_named() const;
  /// Next sibling. Searches down from the root at each call: fine for a few steps, quadratic over long lists (use Cursor).
  [[nodiscard]] NodeView next() const;
  [[nodiscard]] NodeView next_named() const;
  [[nodiscard]] NodeView parent() const;
  [[nodiscard]] NodeView field(std::uint16_t field_id) const;

 private:
  friend class Tree;
  friend class Cursor;
  [[nodiscard]] TSNode raw() const;
  [[nodiscard]] static NodeView adopt(const TSNode& node);
  std::uint32_t context[4]{};
  const void* id = nullptr;
  const TSTree* tree = nullptr;
};

/// Visits nodes in order at constant cost a step. Starts at a node and never leaves its subtree.
class Cursor {
 public:
  explicit Cursor(const NodeView& start);
  Cursor(const Cursor&) = delete;
  Cursor& operator=(const Cursor&) = delete;
  ~Cursor();
  [[nodiscard]] NodeView node() const;
  [[nodiscard]] std::uint16_t field() const;  ///< field id of the current node in its parent; 0 for none
  bool to_first_child();                      ///< false, and no move, where there is none
  bool to_next_sibling();
  bool to_parent();

 private:
  alignas(8) unsigned char storage_[40];  // a TSTreeCursor; its header stays out of ours
};

/// All children of a node, or only the named ones, in order. Linear.
[[nodiscard]] std::vector<NodeView> children(const NodeView& node);
[[nodiscard]] std::vector<NodeView> named_children(const NodeView& node);

/// Whole lines of one text that stand for whole lines of another one. Rows are 0-based.
struct LineEdit {
  ByteRange before;
  ByteRange after;
  std::uint32_t before_row = 0;
  std::uint32_t before_rows = 0;
  std::uint32_t after_rows = 0;
};

class Twin;

/// A parsed text. Owns the syntax tree, borrows nothing (keep the text yourself).
class Tree {
 public:
  /// Fails only on a limit (steps, nodes): a text with syntax errors has error nodes. The second text of a twin is parsed with what
  /// stands unchanged in the first.
  [[nodiscard]] static Expected<Tree> parse(Grammar grammar, std::string_view text, Twin* twin = nullptr);
  Tree(Tree&&) noexcept;
  Tree& operator=(Tree&&) noexcept;
  ~Tree();
  [[nodiscard]] NodeView root() const;

 private:
  friend class Twin;
  explicit Tree(TSTree* tree) : tree_(tree) {}
  TSTree* tree_ = nullptr;
};

/// The two images of one file. What the edits leave alone is parsed once: most of a changed file is what it was, and parsing is the
/// most of what a small change costs. A text with a syntax error on either side is parsed afresh, since how a parser recovers depends
/// on what it had read before; without one there is one tree, however it was come by.
class Twin {
 public:
  /// Borrows both texts. `edits` are sorted and disjoint; where they do not lead from one text to the other, nothing is reused.
  Twin(std::string_view before, std::string_view after, std::vector<LineEdit> edits);
  Twin(const Twin&) = delete;
  Twin& operator=(const Twin&) = delete;
  ~Twin();

 private:
  friend class Tree;
  [[nodiscard]] bool is_before(std::string_view text) const;
  [[nodiscard]] bool is_after(std::string_view text) const;
  void keep(Grammar grammar, const TSTree* tree);
  /// The first text's tree with the edits written into it; nullptr if there is nothing to reuse.
  [[nodiscard]] TSTree* edited(Grammar grammar) const;

  std::string_view before_;
  std::string_view after_;
  std::vector<LineEdit> edits_;
  Grammar grammar_{};
  TSTree* tree_ = nullptr;  // of before_
};

/// The bytes of a node in the text that was parsed.
[[nodiscard]] inline std::string_view text_of(const NodeView& node, std::string_view text) {
  const ByteRange bytes = node.bytes();
  return text.substr(bytes.begin, bytes.size());
}

}  // namespace redtag::syntax
