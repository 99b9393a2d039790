// Who depends on what a change does, and how many of it there are: from findings to the reference graph and back.
#pragma once

#include <vector>

#include "run/run.h"

namespace redtag {

/// Fills dependents, instances and `reach_text` of the findings whose entity the graph knows, adds the places that say so to their
/// evidence, and appends files of those places to `analysis.changes`. The graph is built only if there is such a finding. An
/// environment that nothing told becomes that of the callers, if it is production or shared: callers never lower one.
[[nodiscard]] Expected<void> add_reach(std::vector<Finding>& findings, Analysis& analysis, SourceTree& before,
                                       const FactTables& facts, const RunOptions& options);

}  // namespace redtag
