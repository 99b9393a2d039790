// Whether a condition holds for a subject.
#pragma once

#include <vector>

#include "check/compile/compiled.h"
#include "check/subject.h"

namespace redtag {

enum class Truth : std::uint8_t { No, Unsure, Yes };

/// What an unknown trait counts as where it is asked about.
enum class UnknownTrait : std::uint8_t { CountsAsYes, CountsAsNo };

/// Evaluates the condition in row `condition` of the pack. `used` collects traits that helped it to hold.
[[nodiscard]] Truth matches(const PackTablesView& pack, std::uint32_t condition, SubjectView& subject,
                            UnknownTrait unknown, std::vector<TraitId>& used);

}  // namespace redtag
