// PostgreSQL's own parser (libpg_query), one statement at a time: does it parse, and what in it takes rows or objects away,
// wherever it is nested. The word reader of lower/sql says what a statement of any dialect does; this is its witness.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"

namespace redtag::syntax {

/// What a statement, or one nested in it, does to rows or objects.
struct PostgresAct {
  enum class Kind : std::uint8_t { Drop, Truncate, Delete, Update, Merge, Alter };
  Kind kind{};
  std::vector<std::string> name;  ///< of the first relation or object, its schema first where one is written
  bool filtered = false;          ///< Delete, Update: it has a WHERE
};

struct PostgresReading {
  std::size_t statements = 0;
  std::vector<PostgresAct> acts;  ///< in the order of the parse tree
};

/// A statement is only handed over if it has at most this many tokens: the C code recurses over what a stranger nested, at
/// most one level for each token, and an 8 MiB stack bears three times as many.
inline constexpr std::size_t postgres_tokens = 20'000;
inline constexpr std::size_t postgres_bytes = std::size_t{256} << 10;

/// Parses one statement. Fails if it is none of PostgreSQL's, holds a NUL byte, or is over postgres_bytes. The caller has
/// counted the tokens. C code with longjmp: call it in the child that lowers a file.
[[nodiscard]] Expected<PostgresReading> read_postgres(std::string_view statement);

}  // namespace redtag::syntax
