// Access documents that something refers to: an attachment that names another policy allows what that one says.
#pragma once

#include "delta/delta.h"

namespace redtag {

/// For every changed attribute that hands out policies by reference (`policy_arn = aws_iam_policy.ops.arn`, `ManagedPolicyArns: [!Ref Ops]`),
/// compares what the named documents allow, each as its side has it, and gives the attribute its movement, difference and effects. A document
/// that itself comes with the change is told there; names of which only the other side knows the document leave all as it is.
void compare_attached(const Sides& sides, Delta& delta);

}  // namespace redtag
