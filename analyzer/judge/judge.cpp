#include <algorithm>

#include "judge/policy.h"
#include "judge/review.h"

namespace redtag {

Verdict judge_severity(Severity severity, const Policy& policy) {
  switch (policy.profile) {
    case Profile::Advise: return Verdict::Note;
    case Profile::Standard: return severity >= Severity::High ? Verdict::Hold : Verdict::Note;
    case Profile::Strict: return severity >= Severity::Medium ? Verdict::Hold : Verdict::Note;
  }
  return Verdict::Hold;
}

Verdict judge(const Finding& finding, const Policy& policy) {
  // Only a role that the base side established may lower anything: a new `dev/` folder is as good as unknown. There, nothing
  // counts as more than medium, and medium holds under no profile.
  const bool proven_low = finding.environment_proven && low_environment(finding.environment);
  return proven_low ? Verdict::Note : judge_severity(finding.severity, policy);
}

bool Review::held() const {
  return std::any_of(findings.begin(), findings.end(),
                     [](const JudgedFinding& judged) { return judged.verdict == Verdict::Hold; });
}

}  // namespace redtag
