// Fact tables: what primary sources say about types, attributes and commands, one row a fact, one format for all.
//
// A table is sorted, tab-separated text with the eight columns of FactRowView; the built-in ones (checks/facts/*.tsv) are
// embedded as they are and searched by bisection, so that reading them costs nothing at start. A pack may add tables; it
// cannot remove or change a built-in row. checks/facts/README.md says what each effect means.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/expected.h"

namespace redtag {

/// One fact. All fields view the table's text, which FactTables owns or borrows for its lifetime.
struct FactRowView {
  std::string_view stack;      ///< `terraform`, `shell`, …
  std::string_view type;       ///< resource type or program
  std::string_view path;       ///< attribute path (`a.b.c`, `a.*`, `*`) or command words; empty for the type itself
  std::string_view effect;     ///< one of facts/effect.def: replaces, may-replace, guards, endangers, stateful, …
  std::string_view value;      ///< value that the effect speaks of; empty for any
  std::string_view condition;  ///< when it holds, in words; empty for always
  std::string_view cls;        ///< class of the entity: database, storage, identity, network, dns, …
  std::string_view source;     ///< where it was taken from
  bool operator==(const FactRowView&) const = default;
};

class FactTables {
 public:
  /// The tables in the binary. Cheap.
  [[nodiscard]] static FactTables builtin();
  /// None at all, for tests that bring their own.
  [[nodiscard]] static FactTables empty();
  /// Adds a pack's table; its lines may stand in any order. Errors name the line. `name` is for messages.
  [[nodiscard]] Expected<void> add(std::string_view name, std::string text);

  /// All rows of a type, sorted by path, effect and value. Logarithmic plus the rows found; the answer is remembered.
  [[nodiscard]] std::vector<FactRowView> rows(std::string_view stack, std::string_view type) const;
  /// Rows of a type with that effect.
  [[nodiscard]] std::vector<FactRowView> rows(std::string_view stack, std::string_view type,
                                              std::string_view effect) const;
  /// The type's class (`database`), or empty where no table has it.
  [[nodiscard]] std::string_view class_of(std::string_view stack, std::string_view type) const;
  /// True if destroying one loses data or an identity that re-creation does not bring back.
  [[nodiscard]] bool stateful(std::string_view stack, std::string_view type) const;
  /// How bad it is to lose one: `critical`, `high`, `medium`, `low`, or `none` for what is not worth a word. The type's own
  /// row decides, else its class's (apart for what holds state and what does not), and packs can only raise it. Empty for
  /// a type that no table knows.
  [[nodiscard]] std::string_view severity_of(std::string_view stack, std::string_view type) const;

 private:
  struct NameView {
    std::string_view stack, type;
  };
  struct Name {
    std::string stack, type;
    operator NameView() const { return {stack, type}; }  // NOLINT(google-explicit-constructor): a look-up takes either
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(NameView name) const;
  };
  struct Same {
    using is_transparent = void;
    bool operator()(NameView a, NameView b) const { return a.stack == b.stack && a.type == b.type; }
  };
  [[nodiscard]] std::vector<FactRowView> read(std::string_view stack, std::string_view named) const;

  std::vector<std::string_view> texts_;                    // one sorted table each, built-in ones first
  std::size_t builtin_count_ = 0;                          // how many of texts_ no pack may change
  std::vector<std::shared_ptr<const std::string>> owned_;  // copies of FactTables share a pack's text
  // Answers so far: a change asks for the same few types over and over.
  mutable std::unordered_map<Name, std::vector<FactRowView>, Hash, Same> asked_;
};

/// The words of facts/effect.def, in its order.
[[nodiscard]] std::span<const std::string_view> fact_effects();
[[nodiscard]] bool is_fact_effect(std::string_view word);

}  // namespace redtag
