// Runs golden cases: which checks a case is about, what redtag makes of it, and what is wrong with that.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/expected.h"
#include "check/check.h"
#include "cli/golden_case.h"
#include "judge/review.h"

namespace redtag::cli {

/// What a file's name promises. The prefix binds.
enum class Promise : std::uint8_t { None, Fires, Silent, TodoFires, TodoSilent };

/// The folder of a check or of a rule of the gate (`gate/NAME`), if a case lies in one.
struct CheckFolder {
  std::string pack;  ///< directory of the pack
  std::string name;  ///< of the check
};
/// The check folder that holds `path` (a file), or nullopt.
[[nodiscard]] std::optional<CheckFolder> folder_of(const std::string& path);

struct CaseName {
  Promise promise = Promise::None;
  std::string stack;
};
/// What a case's file name says; Promise::None if it does not begin as a check's case must.
[[nodiscard]] CaseName read_case_name(const std::string& path);

/// What came of a case.
struct CaseOutcome {
  std::vector<std::string>
      actual;  ///< expectation lines as they should stand in the case; none of one that says what is wanted
  std::vector<std::string> problems;  ///< lines for people; empty: passed
};

/// What these checks make of a case, with the policy that it brings.
[[nodiscard]] Expected<Review> review_case(const GoldenCase& golden, const CheckSet& checks);

/// Runs cases and remembers the packs that it read.
class CaseRunner {
 public:
  explicit CaseRunner(std::vector<std::string> packs) : packs_(std::move(packs)) {}

  [[nodiscard]] Expected<CaseOutcome> run(const GoldenCase& golden);
  /// The checks of a pack on disk, with the built-in ones and those given by hand.
  [[nodiscard]] Expected<std::shared_ptr<const CheckSet>> checks_of(const std::string& pack);

 private:
  std::vector<std::string> packs_;
  std::map<std::string, std::shared_ptr<const CheckSet>> read_;
};

}  // namespace redtag::cli
