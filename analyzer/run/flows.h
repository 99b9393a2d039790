// Values that a changed file sets, and what unchanged scripts do with them.
//
//   changed file ──> its values on both sides ──> scripts that read them ──> each script lowered with the one and with the other
//
// What a script does with the new values and did not with the old ones stands at the line that sets them: a mode that becomes
// `destroy`, a trial run that is over, a directory whose variable is gone, an entry on a list that a job empties.
#pragma once

#include "run/run.h"

namespace redtag {

/// Adds such operations to both sides of a change that was lowered. Errors only where no child can be had.
[[nodiscard]] Expected<void> add_flows(Analysis& analysis, SourceTree& before, const FactTables& facts,
                                       const RunOptions& options);

}  // namespace redtag
