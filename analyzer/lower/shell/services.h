// What a service is that a script stops (`systemctl stop postgresql`, `pkill etcd`).
#pragma once

#include "facts/facts.h"
#include "lower/shell/operation.h"

namespace redtag::shell {

/// Gives an operation that stops services the class of the first one that fact rows know (type `unit`), and its name as the target.
/// One that the same script starts as well is no harm.
void judge_service(const LineView& line, const FactTables& facts, Operation& operation);

}  // namespace redtag::shell
