// The tables of score/: checks/score/weights.tsv and classes.tsv, read once from the binary.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "finding/finding.h"

namespace redtag {

/// What the class of an entity says when the finding does not know better.
struct ClassRow {
  State state = State::Unknown;
  Reach reach = Reach::Resource;
};

/// Points in hundredths, so that sums are exact.
class Weights {
 public:
  /// Errors name the line: a factor that the vector does not have, points that are no number, a row twice, no rows at all.
  [[nodiscard]] static Expected<Weights> read(std::string_view weights, std::string_view classes);
  /// Those in the binary.
  [[nodiscard]] static const Weights& builtin();

  /// Points of a value of a factor; 0 for one without a row.
  [[nodiscard]] int points(std::string_view factor, std::string_view value) const;
  [[nodiscard]] bool has(std::string_view factor, std::string_view value) const;
  /// The class's row; an unknown state and a single resource for a class without one.
  [[nodiscard]] ClassRow of_class(std::string_view name) const;

 private:
  Expected<void> add_weight(std::string_view line, std::size_t number);
  Expected<void> add_class(std::string_view line, std::size_t number);

  std::map<std::string, std::map<std::string, int, std::less<>>, std::less<>> points_;
  std::map<std::string, ClassRow, std::less<>> classes_;
};

}  // namespace redtag
