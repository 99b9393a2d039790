// The outcome of a run: everything that a report may say.
#pragma once

#include <string>
#include <vector>

#include "change/change.h"
#include "check/check.h"
#include "judge/policy.h"
#include "provenance/provenance.h"
#include "score/score.h"

namespace redtag {

struct JudgedFinding {
  Finding finding;
  BlastRadius blast;
  Verdict verdict = Verdict::Note;
  Intent intent = Intent::Unknown;
};

struct Review {
  ChangeSet changes;                    ///< with context files; regions point into it
  std::vector<JudgedFinding> findings;  ///< highest severity, then score, then place first
  std::vector<Gap> gaps;                ///< those that are no finding; notifications of the run
  std::vector<Path> unknown_files;      ///< changed files of no known stack
  Policy policy;
  Provenance provenance;        ///< from detect(); Unknown changes nothing
  std::vector<RuleView> rules;  ///< views the CheckSet that made the review
  std::string ruleset_digest;
  std::string version;   ///< of redtag
  int score = 0;         ///< of the change
  bool complete = true;  ///< false if the clock's backstop was needed: status 2
  std::vector<std::string> incomplete_because;

  [[nodiscard]] bool held() const;
};

}  // namespace redtag
