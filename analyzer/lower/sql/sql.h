// SQL, whatever its dialect and whoever runs it.
//
//   text ──lex──> tokens ──split──> statements ──read──> effects ──history──> operations of procedures
//                                       └──witness: libpg_query, tree-sitter-sql
//
// What a statement does is read from its words, the same way for every dialect, because half of the statements that destroy
// in real migrations are none of PostgreSQL's (backquotes, INSERT OR IGNORE, MODIFY, GO). The real parsers are asked whether
// it is a statement at all: what none of them reads is less certain, and a gap if its words are not known either.
//
// What the operations say, beyond the model's own words:
//   target     `schema.table.column`; default schemas are left out. A copy's target is what is read, a rename's the old name.
//   arguments  `cascade`; `where …`, `set …`; `to …` (new name or type), `from …` (type before); `into …`, `only …` (what a copy
//              leaves out), `reads …` (columns that it carries).
//   unbounded  rows: no WHERE, or one that always holds. Copies: nothing is left out.
//   actions    drop-*, truncate, delete, update, alter-type, rename-table, rename-column, insert-select, update-from, grant, …;
//              recreate-table and recreate-column: dropped, and made again empty in the same procedure.
#pragma once

#include "lower/frontend.h"

namespace redtag {

extern const Frontend sql_frontend;

}  // namespace redtag
