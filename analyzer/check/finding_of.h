// From a check that holds for a subject to the finding that says so.
#pragma once

#include <optional>
#include <vector>

#include "check/compile/compiled.h"
#include "check/match.h"
#include "check/subject.h"
#include "finding/finding.h"

namespace redtag {

/// The finding of a rule on a subject, or nullopt where the fact tables say that losing such a thing is not worth a word.
/// `truth` is what matches() answered, `used` the traits that helped.
[[nodiscard]] std::optional<Finding> finding_of(const PackTablesView& pack, const RuleRow& rule, SubjectView& subject,
                                                DeltaIndex& index, Truth truth, const std::vector<TraitId>& used);

}  // namespace redtag
