// Sets and maps by their elements and keys: which went, which came.
#pragma once

#include "compare/comparison.h"
#include "model/value.h"

namespace redtag {

/// Compares elements of lists and sets, or keys of maps (not what stands under them); absent is the empty set, and a single scalar is a
/// set of one. Order and repetition do not count. Unknown elements are compared by their expression, and count as possible.
[[nodiscard]] Difference compare_sets(const Value& before, const Value& after);

}  // namespace redtag
