// Documents that refuse: what an organisation forbids its accounts.
#pragma once

#include <span>

#include "lower/frontend.h"

namespace redtag {

/// Gives the attribute `refuses` = `everything` to each resource of the class `organization` that holds an access document of which one
/// statement denies every action on everything under no condition, and to what refers to such a resource in its own scope (an attachment). With it
/// come `refuses_root` and `refuses_production` where its targets are the whole organisation, or are called production.
void note_refusals(std::span<LoweredFile> files, const FactTables& facts);

}  // namespace redtag
