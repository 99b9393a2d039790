// A pack as a run holds it: tables in the program, or tables that it owns.
#pragma once

#include "check/compile/compile.h"

namespace redtag {

struct Pack {
  PackStorage owned;                   ///< empty for the built-in pack
  PackTablesView tables;               ///< views `owned` or the program
  std::vector<std::uint32_t> rule_of;  ///< check × stack → row of rules, or no_row

  explicit Pack(PackStorage storage);
  explicit Pack(const PackTablesView& builtin);
  Pack(const Pack&) = delete;
  Pack& operator=(const Pack&) = delete;

  /// The rule of a check on a stack, or nullptr if it does not speak of that stack.
  [[nodiscard]] const RuleRow* rule(std::size_t check, Stack stack) const;

 private:
  void index();
};

}  // namespace redtag
