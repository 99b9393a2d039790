// The built-in pack `advice`: what a reviewer may want said, and most do not. Off, unless the policy names it.
#pragma once

#include <algorithm>
#include <string_view>

#include "judge/policy.h"

namespace redtag {

/// What the policy's `packs` calls it; no folder of the tree is meant.
inline constexpr std::string_view advice_pack = "advice";

[[nodiscard]] inline bool wants_advice(const Policy& policy) {
  return std::find(policy.packs.begin(), policy.packs.end(), advice_pack) != policy.packs.end();
}

}  // namespace redtag
