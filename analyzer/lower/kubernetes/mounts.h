// Where a workload keeps data: each claim with the directory that it is mounted at, so that another claim, another directory or none at all
// is seen as what it is.
#pragma once

#include "facts/facts.h"
#include "model/model.h"

namespace redtag::kubernetes {

/// Adds a block `data` (`source`, `target`) for each mount of a persistent claim in the pods that an object makes. What the set's own
/// templates make has no source: those cannot change.
void note_mounts(Resource& workload);

/// Adds `engine` (`postgres 16`) for the first container that mounts a claim and whose image is of an engine that the tables know: as much of the
/// version as decides on the format of what it keeps.
void note_engine(Resource& workload, const FactTables& facts);

}  // namespace redtag::kubernetes
