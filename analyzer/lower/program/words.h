// The words of a program, for the reference graph: which names of tables and columns it may speak of.
#pragma once

#include <string_view>

#include "lower/frontend.h"

namespace redtag::program {

/// Lists the names that a text writes, in code and in strings, without reading the language. One procedure, the file.
extern const Frontend words_frontend;

/// True for a program whose words tell who uses a table: no test, no migration, and no dump of the schema.
[[nodiscard]] bool speaks_of_tables(std::string_view path);

}  // namespace redtag::program
