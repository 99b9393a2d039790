// Containers that ask for more than they may use: the platform refuses such a pod, and its roll-out stops.
#pragma once

#include <vector>

#include "model/value.h"

namespace redtag::kubernetes {

/// Adds `above-limit` to each `resources` below `attributes` whose `requests` name more of a thing than its `limits`. Linear.
void note_excess(std::vector<Entry>& attributes);

}  // namespace redtag::kubernetes
