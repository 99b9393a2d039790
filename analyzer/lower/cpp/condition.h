// Conditions as they mean: the same question asked the other way about is the same text.
#pragma once

#include <string>

#include "lower/cpp/unit.h"

namespace redtag::cpp {

/// `if a < b` for `a < b`, `b > a` and the negation of `a >= b`; `unless …` for a negation that is no single comparison.
[[nodiscard]] std::string asked_for(const Condition& condition);

}  // namespace redtag::cpp
