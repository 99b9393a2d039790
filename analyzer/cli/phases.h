// What the phases print, for `redtag show` and for staged cases.
#pragma once

#include <string>
#include <vector>

#include "change/change.h"
#include "judge/review.h"
#include "run/run.h"

namespace redtag::cli {

/// Changed files with status, images and hunks.
[[nodiscard]] std::string print_changes(const ChangeSet& changes);
/// Unchanged files that front ends drew in.
[[nodiscard]] std::string print_context(const ChangeSet& changes);
/// Both sides' models.
[[nodiscard]] std::string print_models(const Sides& sides);
/// For each change of the delta the traits that hold or are unknown, with their evidence.
[[nodiscard]] std::string print_traits(const DeltaView& view);

/// A finding as cases write it: `path:line severity rule entity`, in order of place. The line is the post-image's, or `-LINE` of the
/// pre-image for what stands only there.
[[nodiscard]] std::vector<std::string> finding_lines(const Review& review);
/// As finding_lines, with score and vector behind each, and the score of the change at the end.
[[nodiscard]] std::vector<std::string> score_lines(const Review& review);

/// The page of subjects, fields and tests in docs/adding-a-check.md.
[[nodiscard]] std::string print_fields();
/// All traits with their sentences.
[[nodiscard]] std::string print_trait_list();
/// JSON Schema of check.yaml, for completion in editors.
[[nodiscard]] std::string check_schema();

}  // namespace redtag::cli
