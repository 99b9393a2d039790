#include "lower/migration/context.h"

#include "lower/sql/columns.h"

namespace redtag::migration {

std::vector<Path> wants_earlier(std::span<const LoweredFile> files, SourceTree& tree) {
  return sql::wants_earlier_statements(files, tree);
}

void link_history(std::span<LoweredFile> files, SourceTree&, const FactTables&) { sql::link_columns(files); }

}  // namespace redtag::migration
