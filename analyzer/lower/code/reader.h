// What the readers of all languages share: a table from node kinds to functions, bounded nesting, strings with their places.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lower/code/code.h"

namespace redtag::code {

class Reader;

/// How nodes of one kind are read. A kind without a rule becomes Kind::Other with its named children.
struct Rule {
  std::string_view kind;
  Node (*read)(Reader& reader, const syntax::NodeView& node);
};

/// Reads one text by a table of rules. Borrows the text and the rules.
class Reader {
 public:
  Reader(syntax::Grammar grammar, std::span<const Rule> rules, std::string_view text, std::uint32_t offset);

  [[nodiscard]] Program run();

  /// One node; an empty Block for what says nothing (comments) and at the limit of nesting.
  [[nodiscard]] Node read(const syntax::NodeView& node);
  /// The same for the field of a node; an empty Block where it has none.
  [[nodiscard]] Node read_field(const syntax::NodeView& node, std::string_view field);
  /// All named children, blocks among them opened, empty ones left out.
  [[nodiscard]] std::vector<Node> read_all(const syntax::NodeView& node);
  /// The same for a child that may be missing, and for a single statement that stands for a block.
  [[nodiscard]] std::vector<Node> read_body(const syntax::NodeView& node);

  [[nodiscard]] syntax::NodeView field(const syntax::NodeView& node, std::string_view name);
  [[nodiscard]] bool is(const syntax::NodeView& node, std::string_view kind);
  [[nodiscard]] std::string_view text(const syntax::NodeView& node) const;
  [[nodiscard]] ByteRange place(const syntax::NodeView& node) const;
  [[nodiscard]] Node make(Kind kind, const syntax::NodeView& node, std::string_view text = {}) const;
  /// A call or member with its receiver.
  [[nodiscard]] Node make_on(Kind kind, const syntax::NodeView& node, const syntax::NodeView& receiver,
                             const syntax::NodeView& name);
  /// A function or class: fields `name`, which may be missing, and `body`.
  [[nodiscard]] Node make_named(Kind kind, const syntax::NodeView& node);
  /// The grammar's number of a kind; resolved once for each reader.
  [[nodiscard]] std::uint16_t kind(std::string_view name);

  /// Appends the bytes of a node to a string, as they stand.
  void append_verbatim(Node& string, const syntax::NodeView& piece) const;
  /// Appends an escape sequence's meaning, as far as the simple ones go.
  void append_escape(Node& string, const syntax::NodeView& piece) const;
  /// Appends what is decided at run time as `${…}`.
  void append_dynamic(Node& string, const syntax::NodeView& piece) const;
  /// Puts the last offset behind a string's map.
  static void close(Node& string, std::uint32_t end);
  /// Joins strings that stand one behind the other into the first.
  static void join(Node& first, Node&& second);

  std::vector<std::string> pending;  ///< for readers: what waits for its body (here-documents)

 private:
  syntax::Grammar grammar_;
  std::string_view text_;
  std::uint32_t offset_;
  std::vector<Node (*)(Reader&, const syntax::NodeView&)> by_kind_;
  std::map<std::string_view, std::uint16_t> fields_;
  std::map<std::string_view, std::uint16_t> kinds_;
  std::uint16_t comment_ = 0;
  unsigned depth_ = 0;
  std::size_t nodes_ = 0;
  std::vector<ByteRange> errors_;
  bool cut_ = false;
};

// One table for each language.
[[nodiscard]] std::span<const Rule> ruby_rules();
[[nodiscard]] std::span<const Rule> python_rules();
[[nodiscard]] std::span<const Rule> php_rules();
[[nodiscard]] std::span<const Rule> elixir_rules();
[[nodiscard]] std::span<const Rule> javascript_rules();
[[nodiscard]] std::span<const Rule> csharp_rules();

// Rules that several languages share.
[[nodiscard]] Node read_nothing(Reader& reader, const syntax::NodeView& node);
[[nodiscard]] Node read_block(Reader& reader, const syntax::NodeView& node);
/// The only named child stands for it.
[[nodiscard]] Node read_inner(Reader& reader, const syntax::NodeView& node);
[[nodiscard]] Node read_name(Reader& reader, const syntax::NodeView& node);
[[nodiscard]] Node read_number(Reader& reader, const syntax::NodeView& node);
[[nodiscard]] Node read_null(Reader& reader, const syntax::NodeView& node);
[[nodiscard]] Node read_true(Reader& reader, const syntax::NodeView& node);
[[nodiscard]] Node read_false(Reader& reader, const syntax::NodeView& node);
[[nodiscard]] Node read_list(Reader& reader, const syntax::NodeView& node);
[[nodiscard]] Node read_map(Reader& reader, const syntax::NodeView& node);
[[nodiscard]] Node read_return(Reader& reader, const syntax::NodeView& node);
[[nodiscard]] Node read_raise(Reader& reader, const syntax::NodeView& node);
[[nodiscard]] Node read_operator(Reader& reader, const syntax::NodeView& node);
/// Strings that stand one behind the other are one.
[[nodiscard]] Node read_joined(Reader& reader, const syntax::NodeView& node);
/// An operation whose operator `joins` strings: one string where one operand is one, with what is not known as `${…}`.
[[nodiscard]] Node read_concatenation(Reader& reader, const syntax::NodeView& node, std::string_view joins);
/// Fields `left`, of which the path counts, and `right`.
[[nodiscard]] Node read_path_assignment(Reader& reader, const syntax::NodeView& node);
/// The names of what stands in a list of parameters: their field `name`, or all of them. Empty for a null node.
[[nodiscard]] std::vector<std::string> parameter_names(Reader& reader, const syntax::NodeView& parameters);
/// Fields `left`, `right` and `body`.
[[nodiscard]] Node read_for_in(Reader& reader, const syntax::NodeView& node);
/// A loop with a field `body`, over nothing that is known.
[[nodiscard]] Node read_loop(Reader& reader, const syntax::NodeView& node);
/// Field `body`, which stands for it.
[[nodiscard]] Node read_else(Reader& reader, const syntax::NodeView& node);
/// Field `condition`, fields `consequence` or `body`, fields `alternative`.
[[nodiscard]] Node read_if(Reader& reader, const syntax::NodeView& node);

}  // namespace redtag::code
