// The hunks of one file of a patch. How many lines belong to a hunk is decided by the counts in its header and by nothing
// else: a removed line `-- x` is shown as `--- x`, and must not be taken for a file header.
#pragma once

#include <vector>

#include "change/patch_image.h"
#include "change/patch_text.h"

namespace redtag {

/// Both sides of one file and what differs between them, as its hunks show it.
struct PatchedText {
  PatchImage before;
  PatchImage after;
  std::vector<Hunk> hunks;  ///< without context
  bool any = false;         ///< there was at least one hunk header
};

/// How the lines of a file's hunks are written.
struct HunkForm {
  std::size_t parents =
      1;  ///< columns before each line; more than one in a combined diff, whose first parent is our pre-image
  bool carriage_return = false;  ///< the whole patch was turned to CRLF lines: one CR at each line's end is not content
};

/// True if a line opens a hunk of this form: `@@ -`, or more at signs for a combined diff.
[[nodiscard]] bool opens_hunk(std::string_view line, std::size_t parents);

/// Reads one hunk; the text stands at its header. Leaves it behind the last line.
[[nodiscard]] Expected<void> read_hunk(PatchText& text, const HunkForm& form, FillerBudget& filler, PatchedText& into);

}  // namespace redtag
