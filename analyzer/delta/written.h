// What two expressions whose values are not known say of each other by the way they are written.
#pragma once

#include <string_view>
#include <utility>

#include "model/value.h"

namespace redtag {

/// Of two expressions that differ in one word, that word: `true` and `false` of `try(each.value.guard, true)` and `…, false)`; empty where
/// they differ in more.
[[nodiscard]] std::pair<std::string_view, std::string_view> one_word_of(std::string_view before,
                                                                        std::string_view after);

/// True if a number is lower under some condition: `var.x ? 30 : 1` becomes `var.x ? 7 : 1`, or 1 for all.
[[nodiscard]] bool may_be_lower(const Value& before, const Value& after);

}  // namespace redtag
