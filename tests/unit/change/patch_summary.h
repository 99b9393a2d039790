// Change sets as text, for tests.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "change/load.h"

namespace redtag {

inline ChangeSet read(std::string_view text, Images images = Images::AsProven) {
  auto changes = read_patch(text, "p", images);
  EXPECT_TRUE(changes) << changes.error().message;
  return changes ? std::move(*changes) : ChangeSet();
}

inline std::string error_of(std::string_view text, Images images = Images::AsProven) {
  const auto changes = read_patch(text, "p", images);
  return changes ? "no error" : changes.error().message;
}

/// The only file of a patch.
inline FileChange read_file_change(std::string_view text, Images images = Images::AsProven) {
  ChangeSet changes = read(text, images);
  EXPECT_EQ(changes.files.size(), 1U);
  return changes.files.empty() ? FileChange() : std::move(changes.files[0]);
}

inline std::string summary(const Image& image) {
  static const char* const names[] = {"none",    "whole",     "partial", "binary",
                                      "symlink", "submodule", "missing", "too-large"};
  std::string text = names[static_cast<int>(image.kind)];
  for (const LineRange& range : image.known)
    text += " " + std::to_string(range.first) + "-" + std::to_string(range.last);
  return text + " '" + image.text + "'";
}

/// `M path: before | after | hunks`, a line for each file, with line feeds shown as /.
inline std::string summary(const ChangeSet& changes) {
  std::string text;
  for (const FileChange& file : changes.files) {
    std::string line(1, "ADMRCT="[static_cast<int>(file.status)]);
    if (file.before_path) line += " " + *file.before_path;
    if (file.after_path && file.after_path != file.before_path)
      line += (file.before_path ? " > " : " ") + *file.after_path;
    line += ": " + summary(file.before) + " | " + summary(file.after) + " |";
    for (const Hunk& hunk : file.hunks) {
      line += " " + std::to_string(hunk.before_first) + "," + std::to_string(hunk.before_count) + "+" +
              std::to_string(hunk.after_first) + "," + std::to_string(hunk.after_count);
    }
    for (char& c : line) c = c == '\n' ? '/' : c;
    text += line + "\n";
  }
  return text;
}

}  // namespace redtag
