// A changed script that unchanged ones take in (`. ./lib.sh`): what they do with its old lines and with its new ones.
#pragma once

#include <vector>

#include "run/flow_edges.h"

namespace redtag {

/// The scripts that take in what a setter says, each with its lines of both sides in front. Bounded.
[[nodiscard]] std::vector<Flow> sourced_flows(const Setter& setter, std::size_t index, FlowReaders& readers);

}  // namespace redtag
