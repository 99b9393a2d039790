// Blast radius: 0 to 100 for each finding, with a vector that reproduces it and contributions that add up.
#pragma once

#include <string>
#include <vector>

#include "base/expected.h"
#include "finding/finding.h"
#include "trait/trait.h"

namespace redtag {

/// One term of the sum, in log-odds points.
struct Contribution {
  std::string factor;  ///< `action`, `state`, `plane`, …
  std::string value;   ///< `destroy`
  double points = 0;
};

struct BlastRadius {
  int score = 0;  ///< 0 to 100
  std::string vector;  ///< `RT1/A:destroy/S:data/P:storage/E:production/R:direct=0,scope=resource,instances=1/T:deploy/U:none`
  std::vector<Contribution> contributions;
};

/// Scores one finding.
[[nodiscard]] BlastRadius score(const Finding& finding);
/// The score that a vector reproduces; an error for one that is none.
[[nodiscard]] Expected<BlastRadius> score_of_vector(std::string_view vector);
/// The score of the whole change: at least the largest, at most 100.
[[nodiscard]] int combine(const std::vector<BlastRadius>& parts);

}  // namespace redtag
