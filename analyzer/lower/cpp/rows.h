// Which row of the fact table speaks for a call.
#pragma once

#include "facts/facts.h"
#include "lower/cpp/unit.h"

namespace redtag::cpp {

/// The row of the call's name whose path fits: its qualifier, or what it is given and goes through. Where the name has none, the row of
/// names that end like it (`*_unlink`): what a project calls its own unlink. A view without an effect for none.
[[nodiscard]] FactRowView row_of(const Call& call, const FactTables& facts);

}  // namespace redtag::cpp
