// The verdict as an in-toto statement: what was judged, by what, and what came out. Internal to report/.
#pragma once

#include <string>

#include "judge/review.h"

namespace redtag {

/// One spelling: keys sorted, no blanks, one line. It names findings by fingerprint and rule; it holds no text of the change, no name
/// and no address. The subject is the tree that would be merged.
[[nodiscard]] std::string write_attestation(const Review& review);

}  // namespace redtag
