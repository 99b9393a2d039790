// What runs before redtag in the same job and can take its place, or change what it is asked. Internal to doctor/.
#pragma once

#include <string>
#include <string_view>

namespace redtag {

/// Why a script that runs before the call makes it worth nothing, as the predicate of a sentence about it; empty for nothing. `call` is
/// the script that calls redtag, which may come to stand on another commit.
[[nodiscard]] std::string undone_by(std::string_view script, std::string_view call);

/// True if a script runs what the checked-out tree holds.
[[nodiscard]] bool runs_the_tree(std::string_view script);

/// True if a script brings the program without comparing its digest.
[[nodiscard]] bool brings_unchecked(std::string_view script);

}  // namespace redtag
