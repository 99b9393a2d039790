// What of a script does not run where the values of its variables are known: branches of a test that fails, other arms of a `case`,
// and all that stands behind a way out that is taken.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "lower/shell/script.h"

namespace redtag::shell {

using Names = std::set<std::string, std::less<>>;

/// Empties the commands that cannot run; their places stay. Only what is certain is taken out: a test of anything unknown keeps both
/// branches. Variables in `empty` are known to be set by nobody.
void drop_what_cannot_run(Script& script, const Names& empty);

/// A branch of a script that was treated so which may or may not run.
struct OpenBranch {
  BlockId block;
  BlockId holder;  ///< what holds it, without branches that do run
};
[[nodiscard]] std::vector<OpenBranch> open_branches(Script& script, const Names& empty);
/// The conditions, as written, that decide whether a command runs: those around it, and those of ways out in front of it.
[[nodiscard]] std::vector<std::string> conditions_before(const Script& script, const std::vector<OpenBranch>& open,
                                                         std::size_t command);

}  // namespace redtag::shell
