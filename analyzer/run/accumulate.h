// Small steps, judged as one.
//
// Ten changes that each take a tenth of a retention are ten notes, and together they take most of it. Given an earlier commit, the files
// that a change touches are compared once more from there; where an entity that the change weakens was weakened before, the whole
// way is judged in place of the last step.
#pragma once

#include <string_view>

#include "run/run.h"

namespace redtag {

/// `since` is everything from an earlier commit to the same head, `start` the tree there, `called` what the caller named it. Findings
/// of the review take the earlier value, the severity, the blast radius and the fingerprint of the whole way where that is not less. What only the whole
/// way shows is added if this change touches the lines where it stands.
[[nodiscard]] Expected<void> accumulate(Review& review, ChangeSet since, SourceTree& start, std::string_view called,
                                        const CheckSet& checks, const Policy& policy, const RunOptions& options);

}  // namespace redtag
