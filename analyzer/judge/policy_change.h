// What differs between two policies, and which of them lets more pass.
#pragma once

#include <string>
#include <vector>

#include "judge/policy.h"

namespace redtag {

enum class PolicyMove : std::uint8_t { Weaker, Stronger };

struct PolicyChange {
  PolicyMove move{};
  std::string key;       ///< top-level key (`profile`)
  std::string sentence;  ///< what it means
  bool operator==(const PolicyChange&) const = default;
};

/// Every difference that can make a change pass that would have been held, or the other way round, in the order of keys. An entry that
/// was rewritten counts as what its old and new form together mean: a threshold at `medium` in place of one at `high` is stronger.
[[nodiscard]] std::vector<PolicyChange> compare(const Policy& before, const Policy& after);

/// The policy that an organisation's and a repository's make together: of every key the stricter, and what the organisation delegates
/// as the repository has it. Where the repository's is overruled, `remarks` says so.
[[nodiscard]] Policy tighten(const Policy& organisation, const Policy& repository);

/// What a policy means, in sentences.
[[nodiscard]] std::string policy_words(const Policy& policy);
/// The table of action classes and lanes.
[[nodiscard]] std::string lanes_table(const Policy& policy);

/// Compares dotted version numbers: negative, zero or positive as `a` is older than, equal to or newer than `b`.
[[nodiscard]] int compare_versions(std::string_view a, std::string_view b);

}  // namespace redtag
