// Inventories: which hosts stand in which group, and what is said of them.
#pragma once

#include <string_view>

#include "document/document.h"
#include "lower/frontend.h"

namespace redtag::ansible {

/// An inventory in INI form: groups as resources of type `group` with the sets `hosts` and `children`, and their variables.
void read_inventory(const SourceFileView& file, const LoweringView& view, Model& model);

/// A mapping of groups to what they hold (`hosts`, `children`, `vars`), and nothing else.
[[nodiscard]] bool is_inventory(const document::Node& root);

/// An inventory in YAML, as `read_inventory` gives one in INI form.
void read_yaml_inventory(const document::Node& root, const SourceFileView& file, const LoweringView& view,
                         Model& model);

}  // namespace redtag::ansible
