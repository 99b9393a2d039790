// What of a script does not run where the values of its variables are known: branches of a test that fails, other arms of a `case`,
// and all that stands behind a way out that is taken.
#pragma once

#include <set>
#include <string>

#include "lower/shell/script.h"

namespace redtag::shell {

using Names = std::set<std::string, std::less<>>;

/// Empties the commands that cannot run; their places stay. Only what is certain is taken out: a test of anything unknown keeps both
/// branches. Variables in `empty` are known to be set by nobody.
void drop_what_cannot_run(Script& script, const Names& empty);

}  // namespace redtag::shell
