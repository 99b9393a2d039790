// A git repository, read through git's own plumbing with a sealed configuration: no hooks, filters, textconv, external diff,
// fsmonitor, replace refs, attributes of the change or configuration of the user has any effect, and nothing is fetched.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "change/change.h"
#include "change/source_tree.h"

namespace redtag {

/// A git note of a commit: only that there is one.
struct CommitNote {
  std::string ref;     ///< `refs/notes/ai`
  std::string commit;  ///< id of the commit that it stands at
};

/// A revision as ids. `commit` is empty for a bare tree.
struct Identity {
  std::string commit;
  std::string tree;
};

/// Holds a long-lived git process and a temporary directory; both go when it goes, so it must be destroyed before a process ends by
/// _exit. A forked copy of the process may go on asking its trees: it gets a git process of its own. Not for two threads.
class Repository {
 public:
  /// Opens the repository that contains `directory` (bare ones, worktrees and SHA-256 included). Errors: not a repository,
  /// git missing or too old.
  [[nodiscard]] static Expected<std::unique_ptr<Repository>> open(std::string directory);
  virtual ~Repository() = default;

  /// Two trees: `A..B`, or `A...B` from the merge base (the first, if there are several). A may be `--root`: the empty tree. Renames
  /// are those of `git diff -M`. Missing commits and trees are named with the command that brings them.
  [[nodiscard]] virtual Expected<ChangeSet> range(std::string_view range) = 0;
  /// `base` against the tree that git would merge (objects in a temporary store). A conflict is an error.
  [[nodiscard]] virtual Expected<ChangeSet> merge(std::string_view base, std::string_view head) = 0;
  /// The index against HEAD (an unborn HEAD is an empty tree).
  [[nodiscard]] virtual Expected<ChangeSet> staged() = 0;
  /// Work tree and index, untracked files too, against HEAD.
  [[nodiscard]] virtual Expected<ChangeSet> worktree() = 0;

  /// What a revision names: a branch, a commit or a tree.
  [[nodiscard]] virtual Expected<Identity> tree_of(std::string_view revision) = 0;

  /// Which of these commits have a git note that says who made them.
  [[nodiscard]] virtual Expected<std::vector<CommitNote>> notes(const std::vector<CommitRecord>& commits) = 0;

  /// The tree of a revision (`HEAD`, a commit or tree id), for context files and for policy. Lives as long as the repository.
  [[nodiscard]] virtual Expected<std::unique_ptr<SourceTree>> tree(std::string_view revision) = 0;
};

}  // namespace redtag
