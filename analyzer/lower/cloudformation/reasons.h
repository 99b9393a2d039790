// Why a value is not known, in the words that a reviewer reads.
#pragma once

#include <string_view>

namespace redtag::cloudformation::reasons {

inline constexpr std::string_view after_create = "known only once it is created";
inline constexpr std::string_view look_up = "looked up when it is deployed";
inline constexpr std::string_view no_default = "a parameter without default";
inline constexpr std::string_view condition = "a condition decides it";
inline constexpr std::string_view function = "a function that the platform evaluates";
inline constexpr std::string_view part = "a part of it is not known";
inline constexpr std::string_view too_much = "more to evaluate than the limit";

}  // namespace redtag::cloudformation::reasons
