// Which front ends' files are one to those that ask for context and link.
#pragma once

#include "model/model.h"

namespace redtag {

/// The stack whose front end is asked for context and links the files of `stack`: its own, but where one stack's files say how another's
/// are put together (a kustomization, and the manifests that it includes).
[[nodiscard]] Stack read_with(Stack stack);

}  // namespace redtag
