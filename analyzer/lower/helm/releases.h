// Lists of releases: helmfile's, and lists of the same kind in other tools' words.
#pragma once

#include "document/document.h"
#include "lower/frontend.h"
#include "lower/kubernetes/value.h"

namespace redtag::helm {

/// Adds a resource for each element of a list that says its name and which chart it installs.
void add_releases(const document::Node& root, const SourceFileView& file, const kubernetes::NodePlace& place,
                  const LoweringView& view, Model& model);

}  // namespace redtag::helm
