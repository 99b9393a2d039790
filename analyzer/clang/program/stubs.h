// Declarations that stand in for headers that nobody handed over.
//
// What Clang does not know it drops: with `Transaction tx(db);` goes the object whose destructor rolls back. So names that a parse
// missed are declared in front of the next one, as types, templates, namespaces or values that let everything be done with them,
// until nothing more is missed. What such a name is, the text around its use says well enough: nothing is ever concluded from a
// stand-in but that something of that name is made, called or destroyed there.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace redtag::flow {

enum class StubKind : std::uint8_t { Value, Namespace, Type, Template };

/// A tree of declarations by scope.
class Stubs {
 public:
  /// Declares the last of `path` as `kind`; true if that is news. A name that was a value may become more, never less.
  bool add(const std::vector<std::string>& path, StubKind kind);
  /// Declares a member of all stand-ins; true if that is news.
  bool add_member(std::string_view name);
  /// Declares what a text will miss for certain: each such name spares a parse.
  void prepare(std::string_view text);
  /// The text to include in front of everything.
  [[nodiscard]] std::string text() const;
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  struct Node {
    StubKind kind = StubKind::Namespace;
    std::map<std::string, Node> children;
  };
  void add_standard(std::string_view text, std::size_t at);
  static void write(const std::string& name, const Node& node, bool in_type, std::string& out);

  Node top_;
  std::set<std::string> members_;  ///< of all stand-ins
  std::size_t size_ = 0;
};

/// A use of a name that is not known, read from the text around it.
struct MissedName {
  std::vector<std::string> path;  ///< `std`, `lock_guard`
  StubKind kind = StubKind::Value;
};

/// Reads the name that starts at `offset`, with what qualifies it in front. An empty path where there is no name. `type_expected`:
/// the parser wanted a type there.
[[nodiscard]] MissedName read_missed_name(std::string_view text, std::size_t offset, bool type_expected);

/// Whether the name that starts at `offset` stands for itself in a list in parentheses: `held(mutex)`, `held(mutex, std::defer_lock)`.
[[nodiscard]] bool is_alone_in_parentheses(std::string_view text, std::size_t offset);

}  // namespace redtag::flow
