// Sizes of machines by their names: `db.r6g.8xlarge`, `Standard_D16s_v3`, `db-custom-16-61440`.
#pragma once

#include <optional>
#include <string_view>

namespace redtag {

/// How large a machine of that name is, in a measure that is the same for all names of one vendor's way of naming: memory in GiB
/// for the first, processors for the second, either for the third.
struct MachineSize {
  enum class Naming : unsigned char { Dotted, Numbered, Dashed } naming;
  double size;
};

/// nullopt for what is no such name. Sources: the vendors' lists of instance types; where a family's share of memory is not
/// known, that of the general ones is taken.
[[nodiscard]] std::optional<MachineSize> machine_size(std::string_view name);

}  // namespace redtag
