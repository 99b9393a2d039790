// Command lines that objects carry: of containers, and files of a ConfigMap that are scripts.
#pragma once

#include "document/document.h"
#include "lower/frontend.h"
#include "lower/kubernetes/value.h"

namespace redtag::kubernetes {

/// Hands every script in the object to the shell front end. Procedures are called after the object and the place in it.
void lower_scripts(const document::Node& root, const Resource& object, const SourceFileView& file,
                   const NodePlace& place, const LoweringView& view, Model& model);

}  // namespace redtag::kubernetes
