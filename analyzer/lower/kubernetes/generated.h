// What an Argo CD ApplicationSet makes: the names of its applications as far as its generators say them, and else what it looks for.
#pragma once

#include "document/document.h"
#include "lower/kubernetes/value.h"

namespace redtag::kubernetes {

/// Adds the attribute `generates` to an ApplicationSet: one element for each application that a list names, and one for each selection of
/// clusters, directories or files, with the name that the template gives. An element that goes takes its applications along.
void note_generated(Resource& set, const document::Node& root, const NodePlace& place);

}  // namespace redtag::kubernetes
