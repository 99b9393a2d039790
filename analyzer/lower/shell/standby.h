// A script that goes on only where the server follows another one: what it deletes there comes again from that one.
#pragma once

#include "lower/shell/line.h"

namespace redtag::shell {

/// True if the line is reached only where a question whether this is a standby was answered: it stands behind a branch that ends the
/// script otherwise, or in a branch of that question.
[[nodiscard]] bool only_on_standby(const LineView& line);

}  // namespace redtag::shell
