// Asks the real parsers about a statement that the word reader has read: PostgreSQL's first, tree-sitter-sql for the rest.
#pragma once

#include <cstdint>
#include <vector>

#include "lower/sql/read.h"
#include "lower/sql/split.h"

namespace redtag::sql {

enum class Testimony : std::uint8_t {
  Postgres,  ///< PostgreSQL's parser reads it
  Grammar,   ///< tree-sitter-sql reads it without an error
  None,      ///< nobody reads it
};

/// Asks about one statement. Where PostgreSQL's parser sees rows deleted in a place that the reading missed (nested in a
/// query), the effect is added to `reading`. Statements over the parsers' limits get Testimony::None.
[[nodiscard]] Testimony ask_witness(const LexedView& lexed, const Statement& statement, Reading& reading);

}  // namespace redtag::sql
