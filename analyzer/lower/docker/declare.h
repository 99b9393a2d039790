// What Dockerfiles and Compose files declare.
#pragma once

#include "document/document.h"
#include "lower/frontend.h"

namespace redtag::docker {

void declare_dockerfile(const SourceFileView& file, const LoweringView& view, Model& model);
void declare_compose(const SourceFileView& file, const document::Node& root, const LoweringView& view, Model& model);

}  // namespace redtag::docker
