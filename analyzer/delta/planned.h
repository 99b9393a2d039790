// A delta whose fates are given by the platform's own plan: the same form, and nothing left to judge.
#pragma once

#include <string>
#include <vector>

#include "delta/delta.h"

namespace redtag {

/// What a plan says of one declaration. Ids point into the sides that it is compared in.
struct PlannedFate {
  ResourceFate fate{};
  ResourceId before;
  ResourceId after;
  std::vector<std::string> causes;  ///< attribute paths that force a replacement, in fact form
  std::string because;              ///< evidence in a sentence; may be empty
  bool in_removed_module = false;
};

/// Compares attributes, adds the effects of facts, and takes fates and causes as they are given.
[[nodiscard]] Delta compare_planned(const Sides& sides, const std::vector<PlannedFate>& fates, const FactTables& facts);

}  // namespace redtag
