// What stands between a script's operations and damage.
#pragma once

#include <string>
#include <vector>

#include "lower/shell/scope.h"
#include "model/model.h"

namespace redtag::shell {

/// Adds the safeguards of a whole script to those of its commands. `addresses` has the address of the procedure for each block.
void add_script_safeguards(const Script& script, std::string_view text, const std::vector<std::string>& addresses,
                           std::vector<Safeguard>& out);

/// Safeguards around one command that does harm: the conditions of its blocks and the checks of its variables.
void add_safeguards_around(const Script& script, const Scope& scope, std::size_t command, const std::string& address,
                           std::vector<Safeguard>& out);

}  // namespace redtag::shell
