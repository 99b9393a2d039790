// Which database a migration is written for, where that decides what a change of type loses.
//
// Statements are read in all dialects alike (lex.h, read.h); a type is not: `string` holds 255 characters in MySQL and any number in
// PostgreSQL, and SQLite keeps what does not fit. What says so, in this order: the path (`migrations/mysql`), the settings of the tool
// that runs it and the drivers of the program around it, from the nearest folder outwards, and the text's own words. The words are
// rows of the fact tables (`dialect`). A file of settings that names two databases says nothing.
#pragma once

#include <cstdint>
#include <span>

#include "lower/frontend.h"

namespace redtag::sql {

enum class Dialect : std::uint8_t { Unknown, MySql, PostgreSql, Sqlite, SqlServer };

/// Judges changes of type again where the database is known, and says by what it is. To be called when the types before are filled in.
void judge_by_dialect(std::span<LoweredFile> files, SourceTree& tree, const FactTables& facts);

}  // namespace redtag::sql
