// Whether what is asked for can be had: quotas and limit ranges of a namespace, labels of nodes, as far as they stand beside what asks.
#pragma once

#include <span>

#include "lower/frontend.h"

namespace redtag::kubernetes {

/// Adds `exceeded` to quotas and limit ranges that objects of their namespace and directory ask more of than they allow (to those objects,
/// as `above-quota`, where the quota is not part of the change), and `no-node` to workloads whose node selector no declared node meets.
void note_fits(std::span<LoweredFile> files);

}  // namespace redtag::kubernetes
