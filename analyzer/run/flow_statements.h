// Files of SQL that a script hands to a database: what they do, they do where the script's values lead.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "lower/frontend.h"
#include "run/flow_edges.h"

namespace redtag {

/// The files of SQL that a flow's script names, as far as the tree has them. Bounded.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> statement_files(const Flow& flow, SourceTree& tree);

/// Adds what those files destroy in the place of the calls that hand them over. For children.
void add_statements(const Flow& flow, const Frontend& sql, const FactTables& facts, Model& model);

}  // namespace redtag
