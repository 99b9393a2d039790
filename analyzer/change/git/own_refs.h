// The refs that are redtag's own, and what a repository says of its names: the only part of redtag that ever writes into one.
#pragma once

#include <string>
#include <string_view>

#include "base/expected.h"
#include "change/git/ref_update.h"
#include "change/git/sealed_directory.h"

namespace redtag {

/// A repository as Repository opens it, with a sealed configuration. Must be destroyed before a process ends by _exit.
class OwnRefs {
 public:
  /// Opens the repository that contains `directory`.
  [[nodiscard]] static Expected<OwnRefs> open(const std::string& directory);

  /// The full name of what a revision names (`refs/heads/main`); empty for one that is an id or an expression.
  [[nodiscard]] Expected<std::string> full_name(std::string_view revision) const;
  /// The address of a remote as the repository's configuration has it; empty for none. It may hold a password.
  [[nodiscard]] std::string remote_address(std::string_view remote) const { return sealed_.remote_address(remote); }
  /// True for a copy without all of its history.
  [[nodiscard]] bool shallow() const { return sealed_.shallow(); }
  /// Writes files below a ref; see ref_update.h.
  [[nodiscard]] Expected<std::string> update(const RefUpdate& update) const { return update_ref(update, sealed_); }

 private:
  explicit OwnRefs(SealedDirectory sealed) : sealed_(std::move(sealed)) {}
  SealedDirectory sealed_;
};

}  // namespace redtag
