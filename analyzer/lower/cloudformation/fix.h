// The edits that CloudFormation has words for.
#pragma once

#include "lower/fix.h"

namespace redtag::cloudformation {

/// `UpdateReplacePolicy: Retain` for a resource that is replaced, where its template has a line for it: the platform then keeps the old
/// one, with what it holds, outside of the stack. nullopt where it has a policy already or is written on one line.
[[nodiscard]] std::optional<Fix> write_fix(const FixRequestView& request);

}  // namespace redtag::cloudformation
