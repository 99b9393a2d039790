// Requests to answers, by Clang. The only header that the sources with LLVM in them share with the rest of the program.
#pragma once

#include "clang/protocol.h"

namespace redtag::flow {

/// Parses both sides of the request. Reads no disk. Never fails: what does not parse has no functions.
[[nodiscard]] Answer parse(const Request& request);

}  // namespace redtag::flow
