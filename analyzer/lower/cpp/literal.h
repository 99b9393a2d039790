// String literals: the value that a program sees, with the place of each of its bytes.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "lower/cpp/unit.h"
#include "syntax/tree.h"

namespace redtag::cpp {

/// Texts of constants and macros by name.
using Constants = std::map<std::string, std::string, std::less<>>;

/// Reads an expression that is a string literal, literals side by side, or literals glued by `+` or wrapped in a call of one
/// argument (`QString("…")`, `tr("…")`, `std::string("…")`). A constant's name is its text; what else stands between literals becomes
/// one byte `?`. Returns false, and leaves `argument` alone, where no literal is in it.
[[nodiscard]] bool read_literal(const syntax::NodeView& expression, std::string_view text, syntax::Grammar grammar,
                                const Constants& constants, Argument& argument);

}  // namespace redtag::cpp
