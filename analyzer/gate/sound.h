// Whether a script's call of redtag can stop a change at all.
#pragma once

#include <string>
#include <string_view>

namespace redtag {

/// True if a line of the script names a command of redtag's that judges a change.
[[nodiscard]] bool names_judging_call(std::string_view script);

/// Why the script's call stops nothing, as the predicate of a sentence about it; empty if it is run, is asked about the change, and its
/// failure is the script's. `ends_on_failure` is what the host's shell does before the script says anything.
[[nodiscard]] std::string unsound_call(std::string_view script, bool ends_on_failure);

}  // namespace redtag
