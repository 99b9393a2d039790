// Where a deployment tool puts a template: the name of the stack, its region and account.
//
// A stack is found by its name, in one region of one account. With another one of these, the next deployment makes everything anew, and what
// stood goes on standing under the old name with nobody to update it.
#pragma once

#include "document/document.h"
#include "lower/frontend.h"

namespace redtag::cloudformation {

/// Declares a service's stack as a back end `deployment`: what `stackName` says, else the service's name and its stage.
void declare_service_stack(const SourceFileView& file, const document::Node& root, Model& model);

/// `samconfig.toml`, as far as it says where is deployed (`stack_name`, `region`, `profile`) and what the template is given
/// (`parameter_overrides`), for each of its environments. Lines that it does not know say nothing.
void declare_sam_settings(const SourceFileView& file, Model& model);

}  // namespace redtag::cloudformation
