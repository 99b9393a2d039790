// What a script that deploys does with a roll-out that went wrong: it waits for it, tests it, takes it back.
#pragma once

#include <string>
#include <vector>

#include "facts/facts.h"
#include "lower/frontend.h"

namespace redtag::shell {

/// Adds a gate for each command that waits for or tests a roll-out or takes one back, where the script makes one. What is such a command
/// stands in the table of pipelines (checks/facts/ci.tsv).
void add_rollout_gates(const SourceFileView& file, const std::string& address, const FactTables& facts,
                       std::vector<Safeguard>& out);

}  // namespace redtag::shell
