// Stacks whose texts call those of another stack: a step of a pipeline runs a script of the tree.
#pragma once

#include "lower/frontend.h"

namespace redtag {

/// The stack whose front end links the texts of `stack`, together with its own; `stack` itself for most.
[[nodiscard]] Stack linked_with(Stack stack);

/// Whose front end reads an unchanged file of `stack` that `asking` wants: a script that hands a file of SQL to a database runs it.
[[nodiscard]] Stack reader_of(Stack stack, Stack asking);

}  // namespace redtag
