// Which resource of one side is which of the other, and what became of it.
#pragma once

#include "delta/delta.h"

namespace redtag {

/// Fills `delta.resources`.
void compare_resources(const Sides& sides, const FactTables& facts, Delta& delta);

/// What `count` or `for_each` says, as Resource::instances has it.
struct Instances {
  enum class Kind : std::uint8_t { Single, Count, Keys, Unknown };
  Kind kind = Kind::Single;
  std::uint64_t count = 1;
  std::vector<std::string> keys;  ///< sorted, canonical
};
[[nodiscard]] Instances read_instances(std::string_view text);

}  // namespace redtag
