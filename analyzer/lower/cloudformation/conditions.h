// Conditions: when a resource of a template is there at all.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "lower/cloudformation/evaluate.h"

namespace redtag::cloudformation {

/// The named conditions of one template as alternatives, each of statements that hold together. Parameters stand for whatever a deployer
/// gives, so that two spellings of one condition are equal and one that lets in more is seen to be wider.
class Conditions {
 public:
  /// Borrows both, which outlive it.
  Conditions(Evaluator& evaluator, const document::Node& root);

  /// When the condition is true: a set of alternatives, empty for never. nullopt for always.
  [[nodiscard]] std::optional<Value> when(std::string_view name, Region region);
  /// Whether it is true with every parameter's default; nullopt where that cannot be known.
  [[nodiscard]] std::optional<bool> by_default(std::string_view name);

 private:
  using Statements = std::set<std::string>;   ///< all of them hold
  using Alternatives = std::set<Statements>;  ///< one of them holds; {{}} is always, {} is never

  enum class Sense : std::uint8_t { Plain, Negated };

  Alternatives named(std::string_view name, Sense sense, unsigned depth);
  Alternatives read(const document::Node& node, Sense sense, unsigned depth);
  Alternatives equals(const document::Node& argument, Sense sense);
  Alternatives opaque(const document::Node& node, Sense sense);
  static Alternatives both(const Alternatives& a, const Alternatives& b);
  static Alternatives either(Alternatives a, const Alternatives& b);
  static void simplify(Alternatives& alternatives);

  Evaluator& evaluator_;
  const document::Node* conditions_;
  std::map<std::string, bool, std::less<>> defaults_;  ///< statements that defaults decide
  std::map<std::string, Alternatives, std::less<>> known_;
  std::uint32_t steps_ = 0;
};

}  // namespace redtag::cloudformation
