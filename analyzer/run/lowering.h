// From a change set to both sides' models: which texts to lower, in children, with the context that front ends ask for.
#pragma once

#include "run/run.h"

namespace redtag {

/// Fills `analysis.sides`, `unknown_files`, completeness, and appends context files to `analysis.changes`.
[[nodiscard]] Expected<void> lower_both_sides(Analysis& analysis, SourceTree& before, const FactTables& facts,
                                              const RunOptions& options);

}  // namespace redtag
