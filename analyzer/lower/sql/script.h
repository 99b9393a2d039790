// One text of SQL → its model: procedures, their operations in order, safeguards, gaps.
#pragma once

#include "lower/frontend.h"

namespace redtag::sql {

[[nodiscard]] Model lower_script(const SourceFileView& file, const LoweringView& view);

}  // namespace redtag::sql
