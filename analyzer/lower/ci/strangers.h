// Pipelines that anybody starts and that run with the repository's rights.
#pragma once

#include "lower/ci/pipeline.h"

namespace redtag::ci {

/// Adds `takes_request_code` where a run that a stranger starts brings the text of their request into the work tree: `with rights` where
/// something in it then runs beside a token that may write, an identity or secrets, `true` otherwise.
void note_strangers_code(Pipeline& pipeline);

}  // namespace redtag::ci
