// Blast radius: 0 to 100 for each finding, with a vector that reproduces it and contributions that add up.
//
//   Finding ──vector_of──> BlastVector ──weights──> points in log-odds ──> 0..100
//                              ^  text form both ways, so that anybody can recompute a score from a report
//
// Each factor adds points, so that a reviewer can argue with one of them; checks/score/weights.tsv holds them and its version is
// the vector's first word. Counts add the same for every doubling. Nothing here looks at text, so formatting cannot matter.
// A product of factors was rejected because one zero hides the rest, and free rules because nobody could check that more
// dependents never score less.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "finding/finding.h"
#include "trait/trait.h"

namespace redtag {

/// One term of the sum, in log-odds points.
struct Contribution {
  std::string factor;  ///< `action`, `state`, `plane`, …
  std::string value;   ///< `destroy`
  double points = 0;   ///< a multiple of 0.01
  bool operator==(const Contribution&) const = default;
};

struct BlastRadius {
  int score = 0;  ///< 0 to 100
  /// `RT3/A:destroy/S:data/P:database/E:production/R:direct=0,indirect=0,instances=1,scope=service/`
  /// `T:deploy,pace=unknown/U:none/G:none`, on one line.
  std::string vector;
  std::vector<Contribution> contributions;
  bool operator==(const BlastRadius&) const = default;
};

/// All that a score is made of, and all that a vector holds.
struct BlastVector {
  Action action{};
  State state = State::Unknown;
  std::string plane = "unknown";  ///< a plane that the weights name; `other` for a class they do not
  Environment environment = Environment::Unknown;
  std::uint32_t direct = 0;
  std::uint32_t indirect = 0;
  std::uint32_t instances = 1;
  Reach scope = Reach::Resource;
  Trigger trigger = Trigger::Unknown;
  Pace pace = Pace::Unknown;
  Undo undo = Undo::None;
  Coverage guarded = Coverage::None;
  Intent intent = Intent::Unknown;  ///< only what the change's own words leave out adds points, and shows
  bool operator==(const BlastVector&) const = default;
};

/// `all`, `some` or `none`.
[[nodiscard]] std::string_view coverage_name(Coverage coverage);

/// What of a finding the score is made of. State and scope are at least what the entity's class says (checks/score/classes.tsv);
/// a low environment that the base side does not prove counts as unknown.
[[nodiscard]] BlastVector vector_of(const Finding& finding);
/// The text form of a vector, and back; only the exact text form is read.
[[nodiscard]] std::string print(const BlastVector& vector);
[[nodiscard]] Expected<BlastVector> read_vector(std::string_view text);

[[nodiscard]] BlastRadius score(const BlastVector& vector);
/// Scores one finding.
[[nodiscard]] BlastRadius score(const Finding& finding);
/// The score that a vector reproduces; an error for one that is none.
[[nodiscard]] Expected<BlastRadius> score_of_vector(std::string_view vector);
/// The score of the whole change: at least the largest, at most 100, and never less with a further part.
[[nodiscard]] int combine(const std::vector<BlastRadius>& parts);

}  // namespace redtag
