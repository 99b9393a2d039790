// A changed script that unchanged ones take in (`. ./lib.sh`): what they do with its old lines and with its new ones.
#pragma once

#include <optional>
#include <vector>

#include "run/flow_edges.h"
#include "run/run.h"

namespace redtag {

/// The scripts that take in what a setter says, each with its lines of both sides in front. Bounded.
[[nodiscard]] std::vector<Flow> sourced_flows(const Setter& setter, std::size_t index, FlowReaders& readers);

/// What a changed script does with its own values, with the old ones and the new ones; nullopt where none of them changed.
[[nodiscard]] std::optional<Flow> own_flow(const Setter& setter, std::size_t index);

/// Whether an operation of a script says the same on both sides as it is read without its values, and no safeguard of the file is told of:
/// then only the values decide whether it runs.
[[nodiscard]] bool only_values_decide(const Operation& operation, FileId file, const Sides& sides);

/// Gives changed scripts, on both sides, the values of changed files of settings that they take in.
void fill_in_settings(const std::vector<Setter>& setters, Analysis& analysis);

}  // namespace redtag
