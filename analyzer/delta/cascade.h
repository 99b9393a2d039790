// What a change does to those that look at it: a look-up that finds something else, a trigger that fires.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "delta/delta.h"

namespace redtag {

/// Two declarations that are the same thing on both sides.
struct MatchedPair {
  ResourceId before;
  ResourceId after;
};

/// Goes on from the changes of `delta`, and from what is `gone` (ids of the side before, see Matching), to the resources that refer to it: `replace_triggered_by` replaces them, and an
/// attribute that cannot change in place, taken from a changed look-up or from something that is replaced or goes, may. Adds to the changes that
/// they have, or adds changes. Bounded: follows at most a few links.
void cascade(const Sides& sides, const std::vector<MatchedPair>& pairs, const std::vector<std::uint32_t>& gone,
             const FactTables& facts, Delta& delta);

}  // namespace redtag
