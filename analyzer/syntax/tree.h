// tree-sitter behind one wrapper: parse a text, walk its nodes. Node kinds are resolved to numbers once; no queries.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "base/expected.h"
#include "base/region.h"

struct TSLanguage;
struct TSTree;

namespace redtag::syntax {

enum class Grammar : std::uint8_t { Hcl, Yaml, Bash, Sql };

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
  [[nodiscard]] bool error() const;        ///< an ERROR node, or one that the parser made up
  [[nodiscard]] bool has_error() const;    ///< it or something below is
  [[nodiscard]] ByteRange bytes() const;   ///< in the parsed text
  [[nodiscard]] std::uint32_t child_count() const;
  [[nodiscard]] NodeView child(std::uint32_t index) const;   ///< linear in index: walk with first/next instead
  [[nodiscard]] NodeView first_child() const;
  [[nodiscard]] NodeView first_named() const;
  [[nodiscard]] NodeView next() const;         ///< next sibling
  [[nodiscard]] NodeView next_named() const;
  [[nodiscard]] NodeView parent() const;
  [[nodiscard]] NodeView field(std::uint16_t field_id) const;

 private:
  friend class Tree;
  std::uint32_t context[4]{};
  const void* id = nullptr;
  const TSTree* tree = nullptr;
};

/// A parsed text. Owns the syntax tree, borrows nothing (keep the text yourself).
class Tree {
 public:
  /// Fails only on a limit (steps, nodes): a text with syntax errors has error nodes.
  [[nodiscard]] static Expected<Tree> parse(Grammar grammar, std::string_view text);
  Tree(Tree&&) noexcept;
  Tree& operator=(Tree&&) noexcept;
  ~Tree();
  [[nodiscard]] NodeView root() const;

 private:
  explicit Tree(TSTree* tree) : tree_(tree) {}
  TSTree* tree_ = nullptr;
};

/// The bytes of a node in the text that was parsed.
[[nodiscard]] inline std::string_view text_of(const NodeView& node, std::string_view text) {
  const ByteRange bytes = node.bytes();
  return text.substr(bytes.begin, bytes.size());
}

}  // namespace redtag::syntax
