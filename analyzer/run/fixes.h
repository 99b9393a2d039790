// Writes the fixes that checks name: what was there is put back as it stood; the rest is asked of the stack's front end.
#pragma once

#include <vector>

#include "finding/finding.h"
#include "run/run.h"

namespace redtag {

/// Fills `fixes` of each finding with a wish whose edits are known to be safe to write. Cost: linear in the findings with one.
void write_fixes(std::vector<Finding>& findings, const Analysis& analysis);

}  // namespace redtag
