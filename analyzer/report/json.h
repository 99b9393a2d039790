// Our own JSON, described in docs/json.md. Internal to report/.
#pragma once

#include <string>

#include "judge/review.h"

namespace redtag {

[[nodiscard]] std::string write_json(const Review& review);

}  // namespace redtag
