// Which unread regions are findings: those where a change could destroy something and nobody can rule it out.
#pragma once

#include <vector>

#include "change/change.h"
#include "check/check.h"
#include "finding/finding.h"

namespace redtag {

/// The rule of those findings. Like the gate's own it belongs to no pack: nobody can switch it off.
[[nodiscard]] const RuleView& gap_rule();

/// Turns gaps into `redtag/not-analysed` findings where changed bytes lie in them and a lexical scan cannot rule out a
/// destructive word; one for a file. The others stay in `gaps`.
[[nodiscard]] std::vector<Finding> findings_of_gaps(const ChangeSet& changes, std::vector<Gap>& gaps);

/// Links and other repositories' commits among the changed files: never followed, so they are told. No
/// findings: a linked file is no sign of harm.
[[nodiscard]] std::vector<Gap> opaque_files(const ChangeSet& changes);

/// The gaps of both sides.
[[nodiscard]] std::vector<Gap> collect_gaps(const std::vector<Gap>& before, const std::vector<Gap>& after);

}  // namespace redtag
