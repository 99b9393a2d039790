// What a template declares: resources, parameters, outputs, and the scripts that they hold.
#pragma once

#include "lower/cloudformation/evaluate.h"

namespace redtag::cloudformation {

/// Declares everything of one template.
void declare_template(const SourceFileView& file, const document::Node& root, const LoweringView& view, Model& model);

/// Declares what a window of a template shows: resources by what they look like.
void declare_window(const SourceFileView& file, const document::Node& root, const LoweringView& view, Model& model);

/// Hands the boot scripts and build commands of a resource to the shell front end.
void declare_scripts(const SourceFileView& file, const document::Node& resource, const std::string& owner,
                     const std::string& type, const LoweringView& view, Model& model);

}  // namespace redtag::cloudformation
