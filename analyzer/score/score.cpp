#include "score/score.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>

#include "score/weights.h"

namespace redtag {
namespace {

/// Doublings of a count: 0 for 0, 1 for 1, 2 for 2 and 3, 3 for 4 to 7 … Integers, so that every machine agrees.
int doublings(std::uint64_t count) { return static_cast<int>(std::bit_width(count)); }

/// What is lost when nobody said: only what ends or loses its guard loses anything.
State state_of(const Finding& finding, const Weights& weights) {
  if (finding.state != State::Unknown) return finding.state;
  switch (finding.action) {
    case Action::Destroy:
    case Action::Replace:
    case Action::Unguard: return weights.of_class(finding.entity_class).state;
    case Action::Interrupt:
    case Action::Detach:
    case Action::Reconfigure: return State::None;
  }
  return State::Unknown;
}

class Sum {
 public:
  explicit Sum(const Weights& weights) : weights_(weights) {}

  void add(std::string_view factor, std::string_view value) { put(factor, value, weights_.points(factor, value)); }
  void add_count(std::string_view factor, std::uint32_t count, int times) {
    put(factor, std::to_string(count), times * weights_.points(factor, "doubling"));
  }
  [[nodiscard]] int hundredths() const { return hundredths_; }
  [[nodiscard]] std::vector<Contribution> take() { return std::move(contributions_); }

 private:
  void put(std::string_view factor, std::string_view value, int points) {
    if (points == 0) return;
    hundredths_ += points;
    contributions_.push_back({std::string(factor), std::string(value), points / 100.0});
  }

  const Weights& weights_;
  std::vector<Contribution> contributions_;
  int hundredths_ = 0;
};

}  // namespace

BlastVector vector_of(const Finding& finding) {
  const Weights& weights = Weights::builtin();
  BlastVector vector;
  vector.action = finding.action;
  vector.state = state_of(finding, weights);
  if (!finding.entity_class.empty()) {
    vector.plane = weights.has("plane", finding.entity_class) ? finding.entity_class : "other";
  }
  // Only the base side may lower: a `dev/` folder that this change brings along says nothing yet.
  const bool believed = finding.environment_proven || !low_environment(finding.environment);
  vector.environment = believed ? finding.environment : Environment::Unknown;
  vector.direct = finding.dependents;
  vector.indirect = finding.indirect_dependents;
  vector.instances = std::max<std::uint32_t>(1, finding.instances);
  vector.scope = std::max(finding.reach, weights.of_class(finding.entity_class).reach);
  vector.trigger = finding.trigger;
  vector.pace = finding.pace;
  vector.undo = finding.undo;
  vector.guarded = finding.guarded;
  return vector;
}

BlastRadius score(const BlastVector& vector) {
  Sum sum(Weights::builtin());
  sum.add("base", "any");
  sum.add("action", action_name(vector.action));
  sum.add("state", state_name(vector.state));
  sum.add("plane", vector.plane);
  sum.add("environment", environment_name(vector.environment));
  sum.add_count("direct", vector.direct, doublings(vector.direct));
  // What stands behind counts as a part of all, so that an indirect user that becomes a direct one never makes less of it.
  const std::uint64_t all = std::uint64_t{vector.direct} + vector.indirect;
  sum.add_count("indirect", vector.indirect, doublings(all) - doublings(vector.direct));
  // One instance is the normal case and adds nothing.
  sum.add_count("instances", vector.instances, doublings(vector.instances) - 1);
  sum.add("scope", reach_name(vector.scope));
  sum.add("trigger", trigger_name(vector.trigger));
  sum.add("pace", pace_name(vector.pace));
  sum.add("undo", undo_name(vector.undo));
  sum.add("guard", coverage_name(vector.guarded));
  if (vector.intent == Intent::Unannounced || vector.intent == Intent::Contradicted) {
    sum.add("intent", intent_name(vector.intent));
  }
  BlastRadius result;
  result.score = static_cast<int>(std::lround(100.0 / (1.0 + std::exp(-sum.hundredths() / 100.0))));
  result.vector = print(vector);
  result.contributions = sum.take();
  return result;
}

BlastRadius score(const Finding& finding) { return score(vector_of(finding)); }

Expected<BlastRadius> score_of_vector(std::string_view vector) {
  RT_TRY(const BlastVector read_in, read_vector(vector));
  return score(read_in);
}

int combine(const std::vector<BlastRadius>& parts) {
  std::vector<int> scores;
  for (const BlastRadius& part : parts) scores.push_back(part.score);
  std::sort(scores.begin(), scores.end(), std::greater<>());  // the product must not depend on the order of findings
  if (scores.empty()) return 0;
  // The largest counts whole. Each further one takes away a part of what is left to 100, by the square of its own score, so
  // that a hundred small notes do not add up to a catastrophe and a second catastrophe shows.
  const double share = Weights::builtin().points("combine", "further") / 100.0;
  double left = 100.0 - scores.front();
  for (std::size_t i = 1; i < scores.size(); ++i) left *= 1.0 - share * (scores[i] / 100.0) * (scores[i] / 100.0);
  return std::clamp(static_cast<int>(std::lround(100.0 - left)), scores.front(), 100);
}

}  // namespace redtag
