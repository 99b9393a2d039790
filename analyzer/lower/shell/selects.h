// By what a script chooses what it deletes: the filters of the command that lists it, `grep` and `head` behind that, conditions of a
// query, a list that somebody wrote.
#pragma once

#include "lower/shell/line.h"
#include "model/model.h"

namespace redtag::shell {

/// Adds each test that a listed thing has to pass before the line acts on it, as something spared (model/spared.h): what fails the test
/// is left alone. Nothing where the operands stand in the line itself.
void add_selection(const LineView& line, Operation& operation);

}  // namespace redtag::shell
