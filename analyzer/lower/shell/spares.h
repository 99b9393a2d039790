// What a deleting command leaves alone: the tests of find, options such as `--keep-daily 7`, days in a name that `date` makes.
#pragma once

#include "lower/shell/line.h"
#include "model/model.h"

namespace redtag::shell {

/// Adds what the words of a line spare (model/spared.h).
void add_spared(const LineView& line, Operation& operation);

}  // namespace redtag::shell
