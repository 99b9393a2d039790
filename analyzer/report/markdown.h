// A comment for a pull request. Internal to report/.
#pragma once

#include <string>

#include "judge/review.h"

namespace redtag {

/// Foreign text stands in code blocks behind fences longer than any run of backticks in it, or in `<code>` with its markup escaped:
/// nothing of it can mention, link, close a block, hide in a comment or command a host. At most 60,000 bytes, holds first.
[[nodiscard]] std::string write_markdown(const Review& review);

}  // namespace redtag
