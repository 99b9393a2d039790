#include <algorithm>

#include "judge/policy.h"
#include "judge/review.h"

namespace redtag {

Verdict judge(const Finding& finding, const Policy& policy) {
  // Only a role that the base side established may lower anything: a new `dev/` folder is as good as unknown.
  const bool proven_low = finding.environment_proven && low_environment(finding.environment);
  const Severity severity = proven_low ? std::min(finding.severity, Severity::Medium) : finding.severity;
  switch (policy.profile) {
    case Profile::Advise: return Verdict::Note;
    case Profile::Standard: return severity >= Severity::High ? Verdict::Hold : Verdict::Note;
    case Profile::Strict:
      return severity >= Severity::High || (severity == Severity::Medium && !proven_low) ? Verdict::Hold : Verdict::Note;
  }
  return Verdict::Hold;
}

bool Review::held() const {
  return std::any_of(findings.begin(), findings.end(),
                     [](const JudgedFinding& judged) { return judged.verdict == Verdict::Hold; });
}

}  // namespace redtag
