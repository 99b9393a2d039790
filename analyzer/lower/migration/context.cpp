#include "lower/migration/context.h"

#include "lower/sql/catalogue.h"
#include "lower/sql/columns.h"
#include "lower/sql/dialect.h"

namespace redtag::migration {

std::vector<Path> wants_earlier(std::span<const LoweredFile> files, SourceTree& tree) {
  return sql::wants_earlier_statements(files, tree);
}

void link_history(std::span<LoweredFile> files, SourceTree& tree, const FactTables& facts) {
  sql::link_columns(files);
  sql::judge_by_dialect(files, tree, facts);
  sql::tell_catalogue_readers(files, tree, facts);
}

}  // namespace redtag::migration
