// The pack in the program. Its source is made by redtag-checks when redtag is built.
#pragma once

#include "check/compile/compiled.h"

namespace redtag {

[[nodiscard]] PackTablesView builtin_pack();

}  // namespace redtag
