// A change as every later phase sees it, wherever it came from: patch text, two trees, the index or the work tree.
//
//     patch text ──┐
//     git trees  ──┼──> ChangeSet: files with status, both images, hunks, line maps
//     index, work tree ┘
//
// A file has two images. An image is Whole when its bytes are the file's bytes, and Partial when a patch showed
// only windows of it: the text then has the shown lines at their right line numbers and empty lines between them,
// so that every line number is true, and `known` says which lines were seen. Nothing may be concluded from what a
// partial image does not contain.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/region.h"

namespace redtag {

/// A path as git stores it: bytes, relative to the top of the tree, `/` between components. Not necessarily UTF-8.
using Path = std::string;

enum class ChangeStatus : std::uint8_t {
  Added,
  Deleted,
  Modified,
  Renamed,      ///< another path, perhaps other content
  Copied,       ///< `before` is the file it was copied from, which still stands
  TypeChanged,  ///< file, symbolic link and submodule turned into one another
  Unchanged,    ///< a context file: evidence, never the subject of a finding
};

enum class ImageKind : std::uint8_t {
  None,       ///< no file on this side
  Whole,      ///< `text` is the file
  Partial,    ///< `text` has the lines in `known` and empty lines elsewhere
  Binary,     ///< bytes that git calls binary and nobody printed, or that hold a NUL; `text` is empty
  Symlink,    ///< `text` is the link's target; never followed
  Submodule,  ///< a commit of another repository; `text` is its id
  Missing,    ///< the object is not in this (partial or shallow) copy
  TooLarge,   ///< over limits::file_bytes; `text` is empty
};

/// Lines `first` to `last`, 1-based, both included.
struct LineRange {
  std::uint32_t first = 1;
  std::uint32_t last = 0;
  auto operator<=>(const LineRange&) const = default;
};

/// One side of one file.
struct Image {
  ImageKind kind = ImageKind::None;
  std::string text;
  std::vector<LineRange> known;  ///< sorted; only for Partial
  std::uint32_t mode = 0;        ///< git's mode bits (0100644, 0100755, 0120000, 0160000); 0 where unknown or absent
  std::string blob;              ///< object id in hexadecimal as far as it is known; may be abbreviated or empty
  bool operator==(const Image&) const = default;
  /// True if there is text that a front end can read.
  [[nodiscard]] bool readable() const { return kind == ImageKind::Whole || kind == ImageKind::Partial; }
};

/// One block of consecutive changed lines, without context: `before_count` lines from `before_first` were replaced by
/// `after_count` lines from `after_first`. 1-based. With a count of 0 the first line is the one *behind* the gap (git's
/// zero-context headers name the line before it; the reader adds one).
struct Hunk {
  std::uint32_t before_first = 1;
  std::uint32_t before_count = 0;
  std::uint32_t after_first = 1;
  std::uint32_t after_count = 0;
  auto operator<=>(const Hunk&) const = default;
};

struct FileChange {
  FileId id;
  ChangeStatus status = ChangeStatus::Modified;
  std::optional<Path> before_path;
  std::optional<Path> after_path;
  Image before;
  Image after;
  std::vector<Hunk> hunks;  ///< sorted, disjoint, without context

  [[nodiscard]] const Image& image(Side side) const { return side == Side::Before ? before : after; }
  [[nodiscard]] const std::optional<Path>& path(Side side) const {
    return side == Side::Before ? before_path : after_path;
  }
  /// The path to show: the new one, or the old one of a deleted file.
  [[nodiscard]] const Path& shown_path() const { return after_path ? *after_path : *before_path; }
  [[nodiscard]] bool is_context() const { return status == ChangeStatus::Unchanged; }
};

/// A commit of the change, for provenance and intent. Newest first.
struct CommitRecord {
  std::string id;
  std::string author_name;
  std::string author_email;
  std::string committer_name;
  std::string committer_email;
  std::string message;
  std::vector<Path> paths;  ///< files it touches; empty where that was not asked for
  bool operator==(const CommitRecord&) const = default;
};

enum class Origin : std::uint8_t { Patch, Range, Merge, Staged, Worktree };

/// Where a change came from and between which trees it leads. Ids are full hexadecimal; empty where there is none.
struct Endpoints {
  Origin origin = Origin::Patch;
  std::string base_commit;
  std::string head_commit;
  std::string base_tree;
  std::string head_tree;   ///< for Merge: the tree that git would merge
  std::string merge_base;  ///< for `A...B` and --merge
  bool operator==(const Endpoints&) const = default;
};

/// All that is under review. Files are sorted by shown path, then by the other one; ids are their indexes.
struct ChangeSet {
  Endpoints endpoints;
  std::vector<FileChange> files;      ///< changed files first, then context files that scope added
  std::vector<CommitRecord> commits;  ///< empty for a bare patch
  std::vector<std::string> messages;  ///< mail bodies of a patch, or --message

  [[nodiscard]] const FileChange& file(FileId id) const { return files[id.value]; }
};

/// Carries line numbers of one file from one side to the other, and says which lines changed. Each question costs a binary search.
class LineMap {
 public:
  /// `change` is only read during construction.
  explicit LineMap(const FileChange& change);
  /// True if 1-based `line` of `side` was removed (Before) or added (After).
  [[nodiscard]] bool changed(Side side, std::uint32_t line) const;
  /// True if any line in the range was removed or added, or (on the after side) stands where lines were removed.
  [[nodiscard]] bool touches(Side side, LineRange lines) const;
  /// The line on the other side that stands at the same place: exact for unchanged lines, the same offset in its hunk
  /// (or the nearest line behind a gap) for changed ones. At least 1.
  [[nodiscard]] std::uint32_t carry(Side from, std::uint32_t line) const;

 private:
  /// The last hunk that starts at `line` or before it; nullptr if there is none.
  [[nodiscard]] const Hunk* last_from(Side side, std::uint32_t line) const;

  std::vector<Hunk> hunks_;
  bool whole_file_[2] = {false, false};  // the file exists on one side only: all its lines changed
};

}  // namespace redtag
