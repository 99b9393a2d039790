// From findings to verdicts.
//
//   finding ──profile──> hold or note ──thresholds, lanes, intent──> may only rise ──excludes──> note, listed
//
// Only the target's policy and an environment that the base side proves lower anything. Provenance and intent can only raise.
#pragma once

#include <string>
#include <vector>

#include "change/source_tree.h"
#include "judge/policy.h"
#include "judge/review.h"
#include "provenance/intent.h"
#include "provenance/provenance.h"

namespace redtag {

/// What a verdict depends on beside the finding. Views: all must outlive the call.
struct CircumstancesView {
  const Policy& policy;
  const Provenance& provenance;
  const ChangeSet& changes;
  const ChangeWords& words;
  std::string today;  ///< `YYYY-MM-DD`, for excludes that end; empty: every exclude has ended
};

/// What the profile makes of a severity where nothing lowers it.
[[nodiscard]] Verdict judge_severity(Severity severity, const Policy& policy);

/// Severity as the verdict counts it: at most medium in an environment that the base side proves low.
[[nodiscard]] Severity counted_severity(const Finding& finding);

/// What a finding does, in the words of lanes; sorted.
[[nodiscard]] std::vector<ActionClass> action_classes(const Finding& finding);

/// The lane of a change with evidence of an assistant that stops such a finding; empty for none.
[[nodiscard]] std::string lane_that_holds(const std::vector<ActionClass>& classes, Severity counted,
                                          const Policy& policy);

/// Sets each finding's environment where the policy declares one, and returns the declared names (empty for none), for
/// fingerprint(). A low environment is believed only where the base side has the file, or its directory; of two, the worse counts.
///
/// Where neither a declaration nor the place says anything, the branch that the change is for does: what the policy declares of it, else
/// a name that says production or shared. A name alone never makes an environment low: what is merged there may go on.
[[nodiscard]] std::vector<std::string> declare_environments(std::vector<Finding>& findings, const ChangeSet& changes,
                                                            SourceTree* before, const Policy& policy,
                                                            std::string_view target = {});

/// Judges one finding. Excludes that cannot count here add a sentence to `remarks`.
[[nodiscard]] JudgedFinding judge(Finding finding, const CircumstancesView& circumstances,
                                  std::vector<std::string>& remarks);

/// The paths of a finding's file, of every side that it has.
[[nodiscard]] std::vector<std::string> paths_of(const Finding& finding, const ChangeSet& changes);

}  // namespace redtag
