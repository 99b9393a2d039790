// Whether a script looks at what became of a copy, or of a `cd`, before something goes.
#pragma once

#include <string>
#include <vector>

#include "lower/shell/scope.h"
#include "model/model.h"

namespace redtag::shell {

/// In front of a check that nobody wrote down: the script stops where the command fails. Who loses that loses `set -e`, which is told.
inline constexpr std::string_view stops_unless = "stops unless it works: ";

/// `rsync … && rm …`: what goes is there a second time, or nothing happens.
[[nodiscard]] bool copies_first(const Command& command);

/// Adds the checks of commands in front of one that does harm: `pg_dump … || exit 1`, `if [ $? -ne 0 ]`, `cd x || exit`.
void add_results_of(const Script& script, const Scope& scope, std::size_t harm, const std::string& address,
                    std::vector<Safeguard>& out);

}  // namespace redtag::shell
