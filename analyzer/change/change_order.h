// The order of the files of a change.
#pragma once

#include "change/change.h"

namespace redtag {

/// Sorts the files by shown path, then by the other one, and numbers them. Equal ones keep their order.
void order_files(ChangeSet& changes);

}  // namespace redtag
