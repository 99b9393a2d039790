// What all comparisons answer: does the later value allow, cover or contain more, less, both, or cannot the text tell?
//
// "More" is always counted from the reader's side of safety: more that is allowed, reachable, contained. A lost prohibition
// is a gain. What only unknown values could decide is kept apart from what is certain, because a set that only got an
// unknown element more has certainly not shrunk.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace redtag {

enum class Comparison : std::uint8_t { Equal, Wider, Narrower, Both, Unknown };
[[nodiscard]] std::string_view comparison_name(Comparison comparison);

/// One direction of a difference: how many parts, and the first few in words.
struct DifferenceSide {
  std::size_t certain = 0;
  std::size_t possible = 0;           ///< hangs on a value that is not known here
  std::vector<std::string> examples;  ///< at most `examples_kept`, certain ones first

  static constexpr std::size_t examples_kept = 6;
  void add(std::string example);
  void add_possible(std::string example);
  [[nodiscard]] bool empty() const { return certain + possible == 0; }
};

/// What the later value has that the earlier one has not, and the other way round.
struct Difference {
  DifferenceSide gained;
  DifferenceSide lost;
  std::string gave_up;  ///< why it was not compared to the end; empty if it was

  /// Wider if it gains and surely loses nothing; what may be gained and may be lost is Unknown. A sure gain beside a possible
  /// loss is Wider; a sure loss beside a possible gain is Unknown, since calling it narrower would calm too early.
  [[nodiscard]] Comparison outcome() const;
  /// False if an unknown value has a part in the outcome.
  [[nodiscard]] bool certain() const { return gave_up.empty() && gained.possible == 0 && lost.possible == 0; }
  /// "gains A, B and 3 more; loses C"; empty for no difference.
  [[nodiscard]] std::string sentence() const;
};

/// A count of steps that a comparison of hostile input may take; the same on every machine.
class StepBudget {
 public:
  explicit StepBudget(std::size_t steps) : left_(steps) {}
  /// Takes `steps`; false, for good, once they are used up.
  [[nodiscard]] bool spend(std::size_t steps) {
    left_ = steps > left_ ? 0 : left_ - steps;
    return left_ != 0;
  }
  [[nodiscard]] bool exhausted() const { return left_ == 0; }

 private:
  std::size_t left_;
};

}  // namespace redtag
