// From bytes to lines and columns, and from either side to the lines that a reader of the new tree can see.
#pragma once

#include <cstdint>
#include <map>
#include <utility>

#include "base/text.h"
#include "change/change.h"

namespace redtag {

/// Lines and columns as SARIF counts them: from 1, columns in UTF-16 units, the last column behind the last character.
struct Span {
  std::uint32_t first_line = 1;
  std::uint32_t first_column = 0;  ///< 0 where columns mean nothing
  std::uint32_t last_line = 1;
  std::uint32_t last_column = 0;
  bool operator==(const Span&) const = default;
};

/// A place that a report can name.
struct Place {
  Path path;
  Side side = Side::After;  ///< whose lines `span` counts
  Span span;
  bool operator==(const Place&) const = default;
};

/// Computes places; borrows the change set, and remembers the line index of each image it was asked about.
class PlacesView {
 public:
  explicit PlacesView(const ChangeSet& changes) : changes_(changes) {}

  /// Where a region stands on its own side, cut to `region_lines`.
  [[nodiscard]] Place own(const Region& region);
  /// As own, and never cut or moved: for edits.
  [[nodiscard]] Place exact(const Region& region);
  /// The place to show for a region: itself if it is on the after side (moved to its first changed line if it is too long),
  /// the nearest line of the post-image for one on the before side, line 1 of the old path for a deleted file.
  [[nodiscard]] Place shown(const Region& region);
  /// The whole of 1-based `line` of one side.
  [[nodiscard]] Span line_span(const FileChange& file, Side side, std::uint32_t line);

  [[nodiscard]] const LineIndex& lines(const FileChange& file, Side side);
  [[nodiscard]] const LineMap& map(const FileChange& file);

  /// A region longer than this counts for consumers with its first line only.
  static constexpr std::uint32_t region_lines = 40;

 private:
  [[nodiscard]] const FileChange* file_of(const Region& region) const;

  const ChangeSet& changes_;
  std::map<std::pair<FileId, Side>, LineIndex> indexes_;
  std::map<FileId, LineMap> maps_;
};

}  // namespace redtag
