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

/// `1 finding`, `2 findings`.
[[nodiscard]] std::string counted(std::size_t count, std::string_view noun);

/// How many of each verdict and severity.
struct Tally {
  std::size_t holds = 0;
  std::size_t notes = 0;
  std::size_t holds_by_severity[4] = {0, 0, 0, 0};
  std::size_t notes_by_severity[4] = {0, 0, 0, 0};
};
[[nodiscard]] Tally tally_of(const Review& review);

/// The verdict in a sentence, the first line of every report for people.
[[nodiscard]] std::string verdict_sentence(const Review& review);

}  // namespace redtag
