// String literals: the value that a program sees, with the place of each of its bytes.
#pragma once

#include "lower/cpp/unit.h"
#include "syntax/tree.h"

namespace redtag::cpp {

/// Reads an expression that is a string literal, literals side by side, or literals glued by `+` or wrapped in a call of one
/// argument (`QString("…")`, `tr("…")`, `std::string("…")`). What stands between literals and cannot be known becomes one byte
/// `?`. Returns false, and leaves `argument` alone, where no literal is in it.
[[nodiscard]] bool read_literal(const syntax::NodeView& expression, std::string_view text, syntax::Grammar grammar,
                                Argument& argument);

}  // namespace redtag::cpp
