// Conditions of fact rows, as far as an attribute's own two values answer them.
#pragma once

#include <string_view>

#include "delta/delta.h"
#include "model/model.h"

namespace redtag {

/// True if `condition` (in the words of the replacement tables) certainly does not hold for the change of that attribute: a size that
/// must be lowered grows, a block that must go stays. What the values do not tell, and every wording that is not known, is not ruled out.
[[nodiscard]] bool rules_out(std::string_view condition, const AttributeChange& change, const Resource& after);

}  // namespace redtag
