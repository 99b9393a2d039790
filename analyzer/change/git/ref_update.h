// A ref of our own whose commits hold a set of files: written by git's plumbing, united and never overwritten.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/expected.h"
#include "base/instant.h"
#include "change/change.h"
#include "change/git/sealed_directory.h"

namespace redtag {

/// What to do to a ref. Files are named `DIRECTORY/NAME`; anything else in its tree is dropped.
struct RefUpdate {
  std::string ref;  ///< `refs/redtag/clearances`; made if it does not exist
  std::vector<std::string>
      unite;  ///< other refs whose files and history it takes in; those that do not exist are passed over
  std::map<Path, std::string> add;  ///< path → content
  std::vector<Path> remove;
  std::string message;
  Instant date;  ///< of the commit
};

/// Writes blobs, trees and a commit, and moves the ref only from where it was read; if somebody was faster, all is done again on top of
/// theirs. The commit has a fixed author without an address of anybody. No hook runs. Returns the ref's commit.
[[nodiscard]] Expected<std::string> update_ref(const RefUpdate& update, const SealedDirectory& sealed);

}  // namespace redtag
