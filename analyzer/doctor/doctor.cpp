#include "doctor/doctor.h"

#include <algorithm>
#include <tuple>

#include "doctor/parts.h"

namespace redtag {

std::vector<WayPast> examine(SourceTree& tree) {
  std::vector<WayPast> ways;
  examine_pipelines(tree, ways);
  examine_signers(tree, ways);
  examine_owners(tree, ways);
  std::stable_sort(ways.begin(), ways.end(), [](const WayPast& a, const WayPast& b) {
    return std::tie(a.file, a.line) < std::tie(b.file, b.line);
  });
  return ways;
}

std::vector<std::string> questions_for_the_host() {
  return {
      "Is the check that runs redtag required on the target branch, and bound to the app that reports it? A status of "
      "that name can "
      "otherwise be set by anybody who may write.",
      "Does the rule hold for administrators too, and who may push past it or change it?",
      "Is the workflow required from outside of the repository (an organisation's ruleset), so that a change cannot "
      "edit it?",
      "Is it required for the merge queue as well?",
      "Who may hand variables to a pipeline (on GitLab: the minimum role to use pipeline variables)? They win over "
      "those "
      "of the job.",
      "Who may push to refs/redtag/*? Whoever may can lose clearances; nobody can make one there.",
      "Do people sign with keys that an assistant on their machine cannot use without them (a hardware key, a "
      "confirmation)?"};
}

}  // namespace redtag
