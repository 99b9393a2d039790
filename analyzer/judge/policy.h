// A repository's policy as the target's tip has it. The full language grows here; sensible with no file at all.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "finding/finding.h"

namespace redtag {

enum class Profile : std::uint8_t { Advise, Standard, Strict };
[[nodiscard]] std::string_view profile_name(Profile profile);

struct Policy {
  Profile profile = Profile::Standard;
  std::vector<std::string> packs;  ///< directories of the target's tree
  std::string digest;              ///< SHA-256 of the file's bytes; empty with no file
  std::string origin;  ///< where it was read from, for the report: `.redtag.yaml`, a given file's name, or empty
};

/// Reads `.redtag.yaml` text. Errors name line and expectation.
[[nodiscard]] Expected<Policy> read_policy(std::string_view text, std::string origin);

enum class Verdict : std::uint8_t { Note, Hold };
[[nodiscard]] std::string_view verdict_name(Verdict verdict);

/// What the profile makes of a severity where nothing lowers it.
[[nodiscard]] Verdict judge_severity(Severity severity, const Policy& policy);
/// What the profile makes of one finding.
[[nodiscard]] Verdict judge(const Finding& finding, const Policy& policy);

}  // namespace redtag
