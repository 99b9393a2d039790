// Changes of unchanged text: a resource in a context file whose values are decided by a line that did change.
#pragma once

#include "change/change.h"
#include "delta/delta.h"

namespace redtag {

/// Keeps of a context resource's change only what a changed line of a file on both sides decides, and points it there. A value
/// that differs because a file came or went (a new caller of a module) is that file's own affair.
void point_at_causes(Delta& delta, const Sides& sides, const ChangeSet& changes);

}  // namespace redtag
