// Read-only views of a whole tree at one side of a change, for context files and, later, for the reference graph.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "change/change.h"

namespace redtag {

/// One name in a directory.
struct TreeEntry {
  std::string name;  ///< last path component
  bool directory = false;
  std::uint32_t mode = 0;
  auto operator<=>(const TreeEntry&) const = default;
};

/// A tree that can be asked for files and directories. Never follows links, never touches a work tree.
class SourceTree {
 public:
  virtual ~SourceTree() = default;
  /// The file's bytes, nullopt where there is no such regular file (or it is over limits::file_bytes, or its object is
  /// missing in a partial copy: a missing context file is weaker evidence, not an error).
  [[nodiscard]] virtual std::optional<std::string> read(std::string_view path) = 0;
  /// Says that these files will be read, or directories listed, so that a far tree can bring them at once. Changes no answer.
  virtual void prefetch(std::span<const Path> paths) { static_cast<void>(paths); }
  /// Entries of a directory sorted by name; empty for one that does not exist. "" is the top.
  [[nodiscard]] virtual std::vector<TreeEntry> list(std::string_view directory) = 0;
};

/// A tree given as a table; tests, patch mode and the golden cases use it. Owns its texts.
class MemoryTree final : public SourceTree {
 public:
  explicit MemoryTree(std::map<Path, std::string> files) : files_(std::move(files)) {}
  [[nodiscard]] std::optional<std::string> read(std::string_view path) override;
  [[nodiscard]] std::vector<TreeEntry> list(std::string_view directory) override;

 private:
  std::map<Path, std::string> files_;
};

/// `under` as one side of `changes` leaves it: changed files come from the change, everything else from `under`, which is
/// the tree *before* the change. Borrows both; they must outlive it.
class ChangedTree final : public SourceTree {
 public:
  ChangedTree(SourceTree& under, const ChangeSet& changes, Side side);
  [[nodiscard]] std::optional<std::string> read(std::string_view path) override;
  void prefetch(std::span<const Path> paths) override { under_.prefetch(paths); }
  [[nodiscard]] std::vector<TreeEntry> list(std::string_view directory) override;

 private:
  SourceTree& under_;
  const ChangeSet& changes_;
  Side side_;
  std::map<Path, std::size_t, std::less<>> present_;  // path on this side → index of the file
  std::map<Path, bool, std::less<>> gone_;            // before-side paths that this side does not have
};

}  // namespace redtag
