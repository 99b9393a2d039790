// Ordered rules, of which the first match wins: listener rules, ACL entries, cache behaviours, firewall lists.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "model/value.h"

namespace redtag {

struct RuleDifference {
  std::vector<std::size_t> gained;   ///< indexes into the later list
  std::vector<std::size_t> lost;     ///< indexes into the earlier list
  std::vector<std::size_t> moved;    ///< indexes into the later list: same rule, another place among those that stay
  std::vector<std::size_t> shadowed; ///< indexes into the later list: now behind a catch-all, and was not before
  bool unknown = false;              ///< a list is not known; nothing else is filled
  [[nodiscard]] bool same() const { return gained.empty() && lost.empty() && moved.empty() && !unknown; }
  /// What happened, in words; empty if nothing did.
  [[nodiscard]] std::string sentence() const;
};

/// Compares two lists of rules (absent is the empty list). The fewest rules that explain the new order are `moved`.
/// Cost: n log n.
[[nodiscard]] RuleDifference compare_rules(const Value& before, const Value& after);

/// True if the rule matches everything: the scalar `*`, `/*`, `.*`, `0.0.0.0/0`, `any` …, or a map or block whose known
/// matching fields (paths, hosts, methods, addresses, protocols, ports) all do, at least one of them being there.
[[nodiscard]] bool is_catch_all(const Value& rule);

}  // namespace redtag
