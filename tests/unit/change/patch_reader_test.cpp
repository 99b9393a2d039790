// Patches of every make, read into files, images and hunks.
#include <gtest/gtest.h>

#include <string>

#include "change/load.h"

namespace redtag {
namespace {

ChangeSet read(std::string_view text, Images images = Images::AsProven) {
  auto changes = read_patch(text, "p.diff", images);
  EXPECT_TRUE(changes) << changes.error().message;
  return changes ? std::move(*changes) : ChangeSet();
}

std::string error_of(std::string_view text, Images images = Images::AsProven) {
  const auto changes = read_patch(text, "p.diff", images);
  return changes ? "no error" : changes.error().message;
}

TEST(PatchReader, ReadsAGitPatchWithContext) {
  const ChangeSet changes = read(
      "diff --git a/x/f.txt b/x/f.txt\nindex 1234567..89abcde 100644\n--- a/x/f.txt\n+++ b/x/f.txt\n"
      "@@ -3,4 +3,4 @@ func\n three\n-four\n-five\n+FOUR\n+FIVE\n six\n");
  ASSERT_EQ(changes.files.size(), 1U);
  const FileChange& file = changes.files[0];
  EXPECT_EQ(file.status, ChangeStatus::Modified);
  EXPECT_EQ(file.before_path, "x/f.txt");
  EXPECT_EQ(file.after.kind, ImageKind::Partial);
  EXPECT_EQ(file.before.text, "\n\nthree\nfour\nfive\nsix\n");
  EXPECT_EQ(file.after.text, "\n\nthree\nFOUR\nFIVE\nsix\n");
  EXPECT_EQ(file.after.known, (std::vector<LineRange>{{3, 6}}));
  EXPECT_EQ(file.hunks, (std::vector<Hunk>{{4, 2, 4, 2}}));
  EXPECT_EQ(file.after.mode, 0100644U);
}

TEST(PatchReader, SaysWhatIsMissing) {
  EXPECT_EQ(error_of(""), "p.diff:1: expected a patch, found an empty text");
  EXPECT_EQ(error_of("hello\n"), "p.diff:1: expected a patch as 'git diff' or 'diff -u' writes it, found none in the whole text");
}

}  // namespace
}  // namespace redtag
