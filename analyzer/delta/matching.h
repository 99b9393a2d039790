// Which resource of one side is which of the other.
//
// By address, then by what directives say, then as the same declaration or object elsewhere, then by likeness: each step sees what
// the ones before it left over.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "delta/delta.h"
#include "delta/directives.h"
#include "delta/renames.h"

namespace redtag {

/// Two declarations that are the same thing on both sides, and how redtag knows. Indexes into the sides' resources.
struct Match {
  std::uint32_t before = 0;
  std::uint32_t after = 0;
  ResourceFate fate{};
  std::string because;
  Region region;
  /// The side whose declaration stands for all choices, where the other's is a copy for one of them (a workspace): what it leaves open is,
  /// of that choice, what the copy says.
  std::optional<Side> open{};
};

/// One of the side before the change that a directive takes elsewhere or lets go of.
struct Released {
  std::uint32_t before = 0;
  ResourceFate fate{};
  std::string because;
  Region region;
  Certainty certainty = Certainty::Exact;
};

struct Matching {
  std::vector<Match> pairs;
  std::vector<Released> released;
  std::vector<std::uint32_t> gone;  ///< left over of the side before, sorted
  std::vector<std::uint32_t> come;  ///< left over of the side after, sorted
  Renames renames;
};

/// Cost: linear in entities, plus the comparison of those that address and directive leave over.
[[nodiscard]] Matching match_resources(const Sides& sides, const FactTables& facts);

}  // namespace redtag
