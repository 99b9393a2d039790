// Inventories: which hosts stand in which group, and what is said of them.
#pragma once

#include <string_view>

#include "lower/frontend.h"

namespace redtag::ansible {

/// An inventory in INI form: groups as resources of type `group` with the sets `hosts` and `children`, and their variables.
void read_inventory(const SourceFileView& file, const LoweringView& view, Model& model);

}  // namespace redtag::ansible
