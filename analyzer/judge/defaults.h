// What counts where no policy says otherwise, and how a policy takes an entry of it back. Internal to judge/.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "judge/policy.h"

namespace redtag {

/// The entries that `unset` may name (`lanes.senior_required.deletion`), sorted.
[[nodiscard]] std::vector<std::string> default_entries();

/// Takes one entry of the defaults out of a policy that still has them; false if there is none of that name.
[[nodiscard]] bool unset_default(Policy& policy, std::string_view entry);

}  // namespace redtag
