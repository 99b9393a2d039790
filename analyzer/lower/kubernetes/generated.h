// What an Argo CD ApplicationSet makes: the names of its applications as far as its generators say them, and else what it looks for.
#pragma once

#include <span>

#include "document/document.h"
#include "lower/frontend.h"
#include "lower/kubernetes/value.h"

namespace redtag::kubernetes {

/// Adds the attribute `generates` to an ApplicationSet: one element for each application that a list names, and one for each selection of
/// clusters, directories or files, with the name that the template gives. An element that goes takes its applications along.
void note_generated(Resource& set, const document::Node& root, const NodePlace& place);

/// Says of each changed ApplicationSet that reads a repository whether its patterns find anything in this side's tree: `finds`. A tree that
/// is another repository's says `nothing` on both sides.
void note_found(std::span<LoweredFile> files, SourceTree& tree);

}  // namespace redtag::kubernetes
