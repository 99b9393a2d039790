// Code as a migration needs it: who is called with what, in which order and under which condition. One shape for Ruby, Python,
// PHP, Elixir, JavaScript, TypeScript and C#, so that each framework's words are read once and not once for each grammar.
//
//   text ──tree-sitter──> tree ──reader (one for each language)──> Node
//
// A Node says less than a syntax tree on purpose: types, operators' precedence and layout are gone; calls, literals, functions and
// branches stay. What is not known to a reader becomes Kind::Other and keeps what stands in it, so that no call is lost.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/region.h"
#include "syntax/tree.h"

namespace redtag::code {

enum class Kind : std::uint8_t {
  Other,  ///< something else; `items` is what stands in it
  Null,
  Bool,  ///< `text` is true or false
  Number,
  String,  ///< also symbols and atoms; `text` is the value, an interpolation comes out as `${…}`
  Name,    ///< a variable, constant or class; `text` is its last part
  Member,  ///< `on.text`
  Call,    ///< `on.text(items) { body }`; a call of a value has an empty text
  List,
  Map,       ///< `items` are pairs
  Pair,      ///< a keyword argument or an entry; `text` is the key, `items` the value
  Function,  ///< also closures, whose `text` is empty
  Class,     ///< `items` are what it derives from
  Block,     ///< statements that stand for themselves
  If,        ///< `items` is the condition
  Loop,      ///< `names` is the variable, `items` what is run over
  Try,       ///< `body` is tried, `otherwise` runs on failure
  Assign,    ///< `text` is what is assigned to (`exports.up`), `items` the value
  Operator,  ///< `text` is the operator, `items` the operands
  Return,
  Raise,
};

/// A piece of code with its place in the image. Owns what stands in it; nesting is bounded by the reader.
struct Node {
  Kind kind = Kind::Other;
  bool dynamic = false;  ///< String: part of it is decided at run time
  std::string text;
  ByteRange bytes;  ///< all of it, in the image
  ByteRange head;   ///< its name, or its first token: the narrowest thing to mark
  std::vector<std::string>
      names;  ///< Function: parameters; Call: parameters of its block, the name it is bound to, or the types it is given;
              ///< Loop: variable
  std::vector<Node> on;  ///< Call, Member: the receiver, if there is one
  std::vector<Node> items;
  std::vector<Node> body;
  std::vector<Node> otherwise;     ///< If: the other branch
  std::vector<std::uint32_t> map;  ///< String: for each byte of `text`, and one behind it, its offset in the image
};

/// One program text, read.
struct Program {
  Node root;                      ///< a Block
  std::vector<ByteRange> errors;  ///< what the grammar could not read, in the image; the first few
  bool cut = false;               ///< a limit was met; something is missing
};

enum class Language : std::uint8_t { Ruby, Python, Php, Elixir, JavaScript, TypeScript, CSharp };

/// Reads a text that starts at `offset` of its image. Never fails: what cannot be read is left out and said in `errors` or `cut`.
[[nodiscard]] Program read(Language language, std::string_view text, std::uint32_t offset);

/// The positional argument at `index`, or nullptr.
[[nodiscard]] const Node* argument(const Node& call, std::size_t index);
/// The value of a keyword argument, or of an entry of a map among the arguments; nullptr if there is none.
[[nodiscard]] const Node* keyword(const Node& call, std::string_view name);
/// The value of an entry of a map, or nullptr.
[[nodiscard]] const Node* entry(const Node& map, std::string_view key);
/// The text of a string or symbol that is known, else an empty one. A null pointer is allowed.
[[nodiscard]] std::string_view literal(const Node* node);
[[nodiscard]] bool is_true(const Node* node);
/// All functions, with a name, that stand directly in a block or class.
[[nodiscard]] const Node* function_named(const std::vector<Node>& nodes, std::string_view name);
/// The dotted path of names and members (`exports.up`, `migrations.RunPython.noop`); empty if a call stands in it.
[[nodiscard]] std::string path_of(const Node& node);
/// The node at the left end of a chain of calls and members.
[[nodiscard]] const Node& origin(const Node& node);
/// The call of that name in the chain that ends with `node`, nearest to the end; nullptr if there is none.
[[nodiscard]] const Node* in_chain(const Node& node, std::string_view name);

}  // namespace redtag::code
