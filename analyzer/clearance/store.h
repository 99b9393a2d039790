// Where clearances are kept: below a ref of their own, one file for each, named by the digest of its bytes.
//
//   refs/redtag/clearances
//     clearances/<sha256>.json     what reviewers signed
//     break-glass/<sha256>.json    emergencies: apart, so that every run can show them without reading the rest
//
// Two copies are merged by union. Nothing in it can open the gate but a valid signature of somebody that the target's tip names, so
// whoever may write the ref can only lose clearances. Revocations, which must not get lost, stand in the target's tree instead.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "change/git/own_refs.h"
#include "change/git/repository.h"
#include "clearance/envelope.h"
#include "clearance/statement.h"

namespace redtag {

inline constexpr std::string_view clearance_ref = "refs/redtag/clearances";
/// Where a fetch puts another copy's, so that it never overwrites ours.
inline constexpr std::string_view fetched_clearance_ref = "refs/redtag/remotes/origin/clearances";
inline constexpr std::string_view fetch_command =
    "git fetch origin '+refs/redtag/clearances:refs/redtag/remotes/origin/clearances'";
inline constexpr std::string_view push_command = "git push origin refs/redtag/clearances";

struct StoredClearance {
  std::string id;  ///< SHA-256 of the envelope's file
  Envelope envelope;
  ClearanceStatement statement;
};

struct Store {
  bool present = false;                     ///< there is such a ref at all
  std::vector<StoredClearance> clearances;  ///< by id
  std::vector<std::string> unreadable;      ///< files that are no clearance, with why; they count for nothing
  bool cut = false;                         ///< there are more than are read
};

enum class StorePart : std::uint8_t { All, BreakGlass };

/// Reads ours and the fetched one; no process is started. Budgets: 20,000 files, 64 MiB.
[[nodiscard]] Store read_store(Repository& repository, StorePart part);

/// Adds one, uniting ours and the fetched one first.
[[nodiscard]] Expected<StoredClearance> add_to_store(const OwnRefs& refs, const Envelope& envelope);
/// Unites ours and the fetched one. Returns the ref's commit.
[[nodiscard]] Expected<std::string> unite_store(const OwnRefs& refs, Instant now);
/// Takes some out of ours, by id. They come back with the next union: revoke them in the target's tree.
[[nodiscard]] Expected<void> remove_from_store(const OwnRefs& refs, const std::vector<std::string>& ids, Instant now);

/// An envelope's bytes as a stored clearance. Errors: no envelope, another payload type, no statement.
[[nodiscard]] Expected<StoredClearance> read_clearance(std::string_view text);

}  // namespace redtag
