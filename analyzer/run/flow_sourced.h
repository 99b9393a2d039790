// A changed script that unchanged ones take in (`. ./lib.sh`): what they do with its old lines and with its new ones.
#pragma once

#include <vector>

#include "run/flow_edges.h"
#include "run/run.h"

namespace redtag {

/// The scripts that take in what a setter says, each with its lines of both sides in front. Bounded.
[[nodiscard]] std::vector<Flow> sourced_flows(const Setter& setter, std::size_t index, FlowReaders& readers);

/// Gives changed scripts, on both sides, the values of changed files of settings that they take in.
void fill_in_settings(const std::vector<Setter>& setters, Analysis& analysis);

}  // namespace redtag
