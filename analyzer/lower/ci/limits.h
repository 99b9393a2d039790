// Which events a condition keeps out, and whether it asks for an answer: what stands between anybody's branch and a deployment.
#pragma once

#include <string_view>

#include "lower/ci/pipeline.h"

namespace redtag::ci {

/// Whether under `condition` (as condition_text gives it) a run for `event` that comes from any branch or request does nothing. Unknown
/// where it hangs on what other steps, inputs or variables say. Nesting and length are bounded; beyond, the answer is Unknown.
[[nodiscard]] Keeps keeps_out(std::string_view condition, std::string_view event);

/// True if the condition holds only where whoever starts the run has answered: `inputs.confirm == 'yes'`.
[[nodiscard]] bool asks_for_answer(std::string_view condition);

/// What limits the starts of a job, from the pipeline's events and its own conditions and those of what it waits for.
[[nodiscard]] Keeps limits(const Pipeline& pipeline, const Job& job, std::string_view step_condition);

/// The schedule that starts the job, unless its conditions or those of what it waits for keep such a run out; nullptr for none.
[[nodiscard]] const Setting* starts_by_clock(const Pipeline& pipeline, const Job& job);

/// True if nothing but a person starts the job.
[[nodiscard]] bool starts_by_hand(const Pipeline& pipeline, const Job& job);

}  // namespace redtag::ci
