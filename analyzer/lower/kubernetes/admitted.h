// Whom an object lets in, where what it says has to be read as a whole: policies of the network, and the list of who has all of a cluster.
#pragma once

#include "model/model.h"

namespace redtag::kubernetes {

/// Adds to a policy that lets callers in `admits`: `none`, `some` or `everyone`, at the rule that decides it; nothing where a template
/// does. Adds to the map of a cluster's accounts `masters`: who is in the group that nothing is refused.
void note_admitted(Resource& object);

}  // namespace redtag::kubernetes
