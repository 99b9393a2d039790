// Which findings are cleared, and what is missing where they are not.
//
// A clearance that reaches this file is genuine: signed, in time, for this repository and branch, by a person who had no hand in the
// change. What is left to decide is whether that person may clear this finding, whether the finding has grown since, and whether
// enough persons have.
#pragma once

#include <string>
#include <vector>

#include "clearance/verify.h"
#include "judge/review.h"

namespace redtag {

/// Sets `cleared` of every finding that enough clearances accept; where some count and not enough do, `reasons` says what is missing.
void accept(Review& review, const std::vector<SignedClearance>& clearances);

/// True if the statement accepts a finding of the review that stops the merge now.
[[nodiscard]] bool concerns(const ClearanceStatement& statement, const Review& review);

/// Why a person cannot clear a finding alone or with others, in a sentence; empty if they can.
[[nodiscard]] std::string cannot_clear(const Person& person, const JudgedFinding& judged, const Review& review);

}  // namespace redtag
