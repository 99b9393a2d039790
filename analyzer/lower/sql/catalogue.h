// Queries that take the catalogue for a list of one schema's columns, and rights that show them those of another.
//
//   GRANT SELECT ON ALL TABLES IN SCHEMA shard TO reader          changed
//   SELECT column_name FROM information_schema.columns            unchanged: it answers twice as much from now on
//    WHERE table_name = 'features'
#pragma once

#include <span>

#include "lower/frontend.h"

namespace redtag::sql {

/// Marks each right on a schema, or on all metadata, that is given on the way up, where a file of the tree asks the catalogue for a
/// table by its name alone. Which catalogues there are, and what parts them by schema, are rows of the fact tables. Searches texts of a
/// bounded number of files, and only where such a right is given.
void tell_catalogue_readers(std::span<LoweredFile> files, SourceTree& tree, const FactTables& facts);

}  // namespace redtag::sql
