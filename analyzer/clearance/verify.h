// Whether a clearance counts here, as far as that can be told without knowing the findings: signature, person, place and time.
//
// The questions come in the order of their cost. Only a clearance that passes all the others reaches `ssh-keygen`.
#pragma once

#include <string>
#include <vector>

#include "base/expected.h"
#include "base/instant.h"
#include "change/change.h"
#include "clearance/people.h"
#include "clearance/ssh_keygen.h"
#include "clearance/store.h"

namespace redtag {

/// What a clearance must fit. Views: all must outlive it.
struct SituationView {
  const Signers& signers;
  const ChangeSet& changes;                ///< its commits say who had a hand in it; its head is what some are bound to
  const std::vector<std::string>& actors;  ///< logins or addresses of those who opened, pushed or asked for the change
  const std::vector<std::string>& witnesses;  ///< keys of machines that may pass on a person's word
  std::string repository;                     ///< empty: nobody can say, so no clearance fits
  std::string target;                         ///< `refs/heads/main`; empty as above
  Instant now;
  int lifetime_days = 30;
  int break_glass_hours = 24;
};

/// A clearance that counts.
struct SignedClearance {
  std::string id;
  ClearanceStatement statement;
  std::string principal;  ///< as the target's allowed signers name who signed
  Person person;          ///< whose word it is: for a witnessed one the reviewer, not the machine
};

/// Clocks of machines differ by so much; a clearance from further ahead is not believed.
inline constexpr int clock_skew_seconds = 300;

/// Everything but the signature. Errors say in a sentence why it does not count.
[[nodiscard]] Expected<Person> fits(const ClearanceStatement& statement, const SituationView& situation);

/// Everything. Two processes, if it comes that far.
[[nodiscard]] Expected<SignedClearance> verify(const StoredClearance& stored, const SituationView& situation,
                                               const SshKeygen& keygen);

/// What tells this repository from its copies: `host/owner/name` of a remote's address, without user, password, port of the scheme,
/// trailing slash and `.git`. Empty for a path on this machine, which says nothing to others.
[[nodiscard]] std::string repository_identity(std::string_view address);

/// The branch that a ref is or follows: `refs/heads/main` for itself and for `refs/remotes/origin/main`; tags stay. A bare name is a
/// branch. Empty for an empty one.
[[nodiscard]] std::string target_ref(std::string_view name);

}  // namespace redtag
