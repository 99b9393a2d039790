// One file of a patch: header lines, hunks, and what they say about both images.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "change/load.h"
#include "change/patch_hunks.h"
#include "change/patch_text.h"

namespace redtag {

/// One file of a patch as it is written, before anything is concluded from it.
struct PatchSection {
  std::size_t line = 0;  ///< 1-based, of its first line
  std::optional<Path> before_path;
  std::optional<Path> after_path;
  std::uint32_t before_mode = 0;
  std::uint32_t after_mode = 0;
  std::string before_blob;
  std::string after_blob;
  bool added = false;
  bool deleted = false;
  bool renamed = false;
  bool copied = false;
  bool binary = false;
  bool binary_data = false;      ///< the bytes follow in base 85
  bool before_doubtful = false;  ///< a time stamp or remark hints that there was no file
  bool after_doubtful = false;
  bool extended = false;                     ///< there was a header line besides the names
  bool ended_text = false;                   ///< the text ended with this header
  std::optional<std::string> before_commit;  ///< of a submodule, where the patch says so in words only
  std::optional<std::string> after_commit;
  HunkForm form;
  PatchedText content;
};

/// True if a section of a patch starts here: a `diff --git`, `diff --cc` or `diff --combined` line, a `--- ` and a `+++ ` line with
/// a hunk below, a remark that binary files differ, or a submodule's summary.
[[nodiscard]] bool opens_section(const PatchText& text);

/// Reads the section that starts here. nullopt for one that says nothing (a bare `diff --git` line: equal contents).
[[nodiscard]] Expected<std::optional<PatchSection>> read_section(PatchText& text, FillerBudget& filler);

/// What a section means. The id is not set.
[[nodiscard]] Expected<FileChange> file_change(PatchSection section, const PatchText& text, Images images);

/// Two neighbouring sections that delete and add one path as another kind of file (file, link, submodule) are one change of type.
/// True if `second` was merged into `first`.
[[nodiscard]] bool merge_type_change(FileChange& first, FileChange& second);

}  // namespace redtag
