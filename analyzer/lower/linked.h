// Stacks whose texts call those of another stack: a step of a pipeline runs a script of the tree.
#pragma once

#include "lower/frontend.h"

namespace redtag {

/// The stack whose front end links the texts of `stack`, together with its own; `stack` itself for most.
[[nodiscard]] Stack linked_with(Stack stack);

}  // namespace redtag
