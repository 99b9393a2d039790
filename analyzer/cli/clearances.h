// Clearances of a change: what was signed, does it count, and what is missing here.
#pragma once

#include <string>
#include <vector>

#include "change/git/own_refs.h"
#include "clearance/verify.h"
#include "cli/clear_commands.h"
#include "cli/source.h"
#include "judge/accept.h"

namespace redtag::cli {

/// Where a change is, for those who sign and those who check.
struct Place {
  std::string repository;
  std::string target;
};

/// The revision that names the target's tip, as the caller wrote it.
[[nodiscard]] std::string target_of(const ChangeOptions& options);

/// `--repository-name`, else the address of `origin`; `--target`, else the branch that `base` names. Either may come out empty.
[[nodiscard]] Expected<Place> find_place(const OwnRefs& refs, const PlaceOptions& options, const std::string& base);

/// `--at TIME`, else the clock.
[[nodiscard]] Expected<Instant> find_instant(const std::string& at);

/// `ssh-keygen`, with what the environment says of agents and hardware keys.
[[nodiscard]] Expected<SshKeygen> find_keygen();

/// What verifying a stored clearance says, apart from any change that it may be for.
struct Standing {
  std::string principal;  ///< as the target's allowed signers name who signed; empty if it does not verify
  std::string state;      ///< `counts`, or why it does not
  [[nodiscard]] bool counts() const { return state == "counts"; }
};
/// By the target's signers, people and revocations. A process.
[[nodiscard]] Standing standing_of(const StoredClearance& stored, const Signers& signers, Instant now,
                                   const SshKeygen& keygen);

/// What decides about clearances of one review. Owns everything that a SituationView views.
class ClearanceDesk {
 public:
  /// Errors only for what the caller named wrongly. Signers that cannot be read leave nobody who may clear, and a remark.
  [[nodiscard]] static Expected<ClearanceDesk> open(SourceTree& target, const CheckOptions& options,
                                                    const PlaceOptions& place);

  /// Finds out where the change is; costs a process. Done by apply() when it is needed.
  [[nodiscard]] Expected<void> locate();

  [[nodiscard]] SituationView situation(const Review& review) const;
  [[nodiscard]] const Signers& signers() const { return signers_; }
  [[nodiscard]] const Place& place() const { return place_; }
  [[nodiscard]] Instant now() const { return now_; }

  /// Reads the store, verifies what concerns findings that hold, and sets `cleared`. Remarks say what did not count, and which ref is
  /// not here. Starts a process only if a clearance matches a finding that holds, or the glass was broken lately.
  void apply(Review& review, Repository& repository);

 private:
  void verify_all(Review& review, const Store& store) const;
  void show_broken_glass(Review& review, const Store& store) const;

  std::string directory_;
  std::string base_;
  PlaceOptions options_;
  Signers signers_;
  Place place_;
  bool located_ = false;
  Instant now_;
  std::vector<std::string> actors_;
  std::string unreadable_;  ///< why the signers could not be read; empty if they could
};

/// Applies clearances to the review of a check. A bare patch, an index and a work tree have none.
[[nodiscard]] Expected<void> apply_clearances(Source& source, Review& review, const GateOptions& options);

}  // namespace redtag::cli
