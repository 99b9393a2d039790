// The command lines of a step, in the language that its shell reads and with the environment that the pipeline gives it.
#pragma once

#include "lower/ci/pipeline.h"

namespace redtag::ci {

/// Lowers what a step runs. Variables of pipeline, job and step that the lines name stand in front of them.
[[nodiscard]] Model lower_commands(const SourceFileView& file, const Pipeline& pipeline, const Job& job,
                                   const Step& step, const LoweringView& view);

}  // namespace redtag::ci
