// What front ends are given to do: one job a text, and the jobs of one file as the piece that a child takes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "change/change.h"
#include "lower/frontend.h"
#include "syntax/tree.h"

namespace redtag {

/// Which lowered file: those of one stack and side stand together, as front ends want them.
struct LoweredPlace {
  Stack stack{};
  Side side{};
  std::size_t index = 0;
};

/// One text to lower: a whole image, or one window of a partial one.
struct Job {
  LoweredPlace lowered;  // what its model goes to
  SourceFileView view;
  const Frontend* frontend;
};

/// The jobs of one file, `first` up to but not including `last`.
struct Piece {
  std::size_t first = 0;
  std::size_t last = 0;
  std::size_t bytes = 0;
};

/// The texts of one side that a front end can read: the whole image, or each window of a partial one. They view the change's own text.
[[nodiscard]] std::vector<SourceFileView> windows_of(const FileChange& file, Side side);

/// All that a job's text covers.
[[nodiscard]] Region whole_region(const SourceFileView& view);

/// The change as edits of lines, for a file that is whole on both sides; else nothing.
[[nodiscard]] std::vector<syntax::LineEdit> line_edits(const FileChange& file);

/// The jobs of one file stand together: its second image is parsed with what the first one's tree knows. Large ones go first, so
/// that no child is left with one when the others have ended.
[[nodiscard]] std::vector<Piece> pieces_of(const std::vector<Job>& jobs);

/// What a child hands back: each part as its size and its bytes.
[[nodiscard]] std::string packed(const std::vector<std::string>& parts);

/// The next part of what packed() made, taken off the front of `rest`; what is cut off comes back as far as it goes.
[[nodiscard]] std::string_view next_part(std::string_view& rest);

}  // namespace redtag
