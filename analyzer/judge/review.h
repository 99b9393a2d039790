// The outcome of a run: everything that a report may say.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "change/change.h"
#include "check/check.h"
#include "judge/policy.h"
#include "provenance/provenance.h"
#include "score/score.h"

namespace redtag {

/// Why something that would hold does not: by the policy's word, or by a senior's signature.
struct Acceptance {
  std::string by;                            ///< the policy's place (`.redtag.yaml:12`), or the principal who signed
  std::string reason;                        ///< theirs, foreign text
  std::string until;                         ///< `YYYY-MM-DD` or a time; empty for none
  std::vector<std::string> clearances = {};  ///< ids of those that it rests on; none for the policy's
  bool operator==(const Acceptance&) const = default;
};

struct JudgedFinding {
  Finding finding;
  BlastRadius blast;
  Verdict verdict = Verdict::Note;
  Intent intent = Intent::Unknown;
  std::string intent_sentence;         ///< what the change's own words say of it; empty where nothing is to say
  std::vector<ActionClass> classes;    ///< sorted
  std::vector<std::string> reasons;    ///< what made the verdict beyond the profile, in sentences
  std::optional<Acceptance> excluded;  ///< by the policy: it stays in every report, as a note
  std::optional<Acceptance> cleared;   ///< by a clearance: it stays in SARIF, suppressed

  /// True if it stops the merge now.
  [[nodiscard]] bool holds() const { return verdict == Verdict::Hold && !cleared; }
};

struct Review {
  ChangeSet changes;                    ///< with context files; regions point into it
  std::vector<JudgedFinding> findings;  ///< highest severity, then score, then place first
  std::vector<Gap> gaps;                ///< those that are no finding; notifications of the run
  std::vector<Path> unknown_files;      ///< changed files of no known stack
  Policy policy;
  Provenance provenance;                           ///< from detect(); Unknown changes nothing
  std::vector<std::shared_ptr<const Pack>> packs;  ///< own what `rules` views
  std::vector<RuleView> rules;
  std::string ruleset_digest;
  std::string version;               ///< of redtag
  std::string program;               ///< id of the build, the same for the same bytes; empty where it is not known
  int score = 0;                     ///< of the change
  std::vector<std::string> remarks;  ///< what the policy could not do here (an exclude that expired), in sentences
  bool complete = true;              ///< false if the clock's backstop was needed: status 2
  std::vector<std::string> incomplete_because;

  [[nodiscard]] bool held() const;
};

}  // namespace redtag
