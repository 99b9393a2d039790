// Why a value is not known, in the words that a reviewer reads.
#pragma once

#include <string_view>

namespace redtag::terraform::reasons {

inline constexpr std::string_view after_apply = "known only once it is applied";
inline constexpr std::string_view look_up = "looked up on the platform";
inline constexpr std::string_view each_instance = "another one for each instance";
inline constexpr std::string_view workspace = "decided where Terraform runs";
inline constexpr std::string_view no_default = "a variable without default";
inline constexpr std::string_view argument = "an argument of the module that is not known here";
inline constexpr std::string_view callers_differ = "the module's callers set it differently";
inline constexpr std::string_view files_differ = "its variable files set it differently";
inline constexpr std::string_view other_module = "decided in another module";
inline constexpr std::string_view undefined = "defined nowhere that redtag has read";
inline constexpr std::string_view beyond = "defined beyond the files that redtag reads for one change";
inline constexpr std::string_view unknown_name = "a name that redtag does not know";
inline constexpr std::string_view itself = "it refers to itself";
inline constexpr std::string_view missing = "there is no such element";
inline constexpr std::string_view function = "a function that redtag does not evaluate";
inline constexpr std::string_view other_file = "the content of another file";
inline constexpr std::string_view part = "a part of it is not known";
inline constexpr std::string_view too_much = "more to evaluate than the limit";
inline constexpr std::string_view too_deep = "nested too deeply to evaluate";

}  // namespace redtag::terraform::reasons
