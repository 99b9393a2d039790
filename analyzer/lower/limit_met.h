// How a front end that is asked for context says that it could not ask for all of it.
#pragma once

#include <string_view>

namespace redtag {

/// Stands in the list of wanted files for those that a budget leaves out: no file has this path. The run tells of it, because what stands
/// there may decide a value of the change.
inline constexpr std::string_view limit_met;

}  // namespace redtag
