// What reports say about a finding in words, before any escaping: shared by all formats so that they say the same.
#pragma once

#include <string>
#include <vector>

#include "judge/review.h"

namespace redtag {

/// A labelled part of what there is to say (`Why`, `Way back`, `Instead` …). Foreign text, not yet escaped.
struct Part {
  std::string label;
  std::string text;
};

/// The parts behind the first sentence, in the order a reviewer reads them; empty ones are left out.
[[nodiscard]] std::vector<Part> parts_of(const Finding& finding);

/// Those and what made the verdict.
[[nodiscard]] std::vector<Part> parts_of(const JudgedFinding& judged);

/// The ways past a hold, for one finding.
struct Exits {
  std::string make_safe;
  std::string clear;  ///< a command
  std::string teach;  ///< a line of the policy's `excludes`, or why there is none
};
[[nodiscard]] Exits exits_of(const Finding& finding);

/// `1 finding`, `2 findings`.
[[nodiscard]] std::string counted(std::size_t count, std::string_view noun);

/// How many of each verdict and severity.
struct Tally {
  std::size_t holds = 0;
  std::size_t notes = 0;
  std::size_t cleared = 0;  ///< neither: they would hold
  std::size_t holds_by_severity[4] = {0, 0, 0, 0};
  std::size_t notes_by_severity[4] = {0, 0, 0, 0};
};
[[nodiscard]] Tally tally_of(const Review& review);

/// `hold`, `note` (there are findings, and none holds) or `pass`.
[[nodiscard]] std::string_view review_verdict_name(const Review& review);
/// `range`, `merge`, `patch`, `staged` or `worktree`.
[[nodiscard]] std::string_view origin_name(Origin origin);
/// `old` or `new`, as SARIF users say.
[[nodiscard]] std::string_view side_name(Side side);

/// The verdict in a sentence, the first line of every report for people.
[[nodiscard]] std::string verdict_sentence(const Review& review);

}  // namespace redtag
