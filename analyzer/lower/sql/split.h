// Tokens → statements. One unreadable statement never takes its neighbours along.
#pragma once

#include <cstddef>
#include <vector>

#include "lower/sql/lex.h"

namespace redtag::sql {

/// Tokens `first` to `last` (excluded) of a LexedView, without the terminator.
struct Statement {
  std::size_t first = 0;
  std::size_t last = 0;
  bool closed = true;    ///< its end was seen; the last one of a text may be cut off
  bool balanced = true;  ///< parentheses and blocks close
};

/// Splits a script. Bodies of routines and triggers (BEGIN … END) stay in their statement.
[[nodiscard]] std::vector<Statement> split_script(const LexedView& lexed);

/// Splits the inside of a routine or block at every semicolon: control words stay with the statement behind them.
[[nodiscard]] std::vector<Statement> split_body(const LexedView& lexed, std::size_t first, std::size_t last);

}  // namespace redtag::sql
