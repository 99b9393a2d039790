// The index and the work tree against a tree.
#pragma once

#include <string>
#include <vector>

#include "change/change.h"
#include "change/git/sealed_directory.h"

namespace redtag {

/// What somebody is working on. Files are read as the bytes that they are: nothing is converted, filtered or followed. Neither the
/// index nor anything else of the repository is written.
class WorkTree {
 public:
  /// Borrows both.
  WorkTree(const RepositoryPlaces& places, SealedDirectory& sealed) : places_(places), sealed_(sealed) {}

  /// The index against `tree`.
  [[nodiscard]] Expected<std::vector<FileChange>> staged(const std::string& tree);
  /// Tracked and untracked files (but ignored ones) against `tree`.
  [[nodiscard]] Expected<std::vector<FileChange>> all(const std::string& tree);

 private:
  Expected<void> copy_index();
  Expected<std::vector<Path>> untracked();
  Expected<std::vector<FileChange>> compare(std::vector<std::string> options, const std::string& tree);
  [[nodiscard]] Command git(std::vector<std::string> arguments) const;
  void settle_sizes(std::vector<FileChange>& files) const;

  const RepositoryPlaces& places_;
  SealedDirectory& sealed_;
  std::string index_;  // our copy
};

}  // namespace redtag
