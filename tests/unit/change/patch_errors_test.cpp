// What is no patch, or is cut off, or cannot be: an error that says where. And what is only large, in linear time.
#include <gtest/gtest.h>

#include <string>

#include "base/limits.h"
#include "change/patch_image.h"
#include "patch_summary.h"

namespace redtag {
namespace {

const std::string header = "diff --git a/f b/f\nindex 1111111..2222222 100644\n--- a/f\n+++ b/f\n";

TEST(PatchErrors, NoPatchAtAll) {
  EXPECT_EQ(error_of(""), "p:1: expected a patch, found an empty text");
  const std::string none = "p:1: expected a patch as 'git diff' or 'diff -u' writes it, found none in the whole text";
  EXPECT_EQ(error_of("\n"), none);
  EXPECT_EQ(error_of("hello\nworld\n"), none);
  EXPECT_EQ(error_of(std::string("\0\xff\x1b[31m", 7)), none);
  EXPECT_EQ(error_of("1c1\n< a\n---\n> b\n"), none);
}

TEST(PatchErrors, CutOffAnywhere) {
  const std::string whole = header + "@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n";
  EXPECT_EQ(error_of(whole), "no error");
  EXPECT_EQ(error_of(header + "@@ -1,3 +1,3 @@\n a\n-b\n"),
            "p:8: the text ends inside the hunk of line 5, which still wants 1 old and 2 new lines");
  // Only behind the last line, and before the first byte of it, may a text end without being noticed.
  for (std::size_t size = 0; size < whole.size() - 4; ++size)
    EXPECT_NE(error_of(whole.substr(0, size)), "no error") << whole.substr(0, size);
  EXPECT_EQ(error_of("diff --git a/f b/f\n"), "p:2: the text ends behind a file's first header line");
  EXPECT_EQ(error_of("diff --git a/f b/f\nindex 1111111..2222222 100644\n"),
            "p:1: two different blobs, but no hunk shows how they differ");
  EXPECT_EQ(error_of("diff --git a/f b/f\nold mode 100644\nnew mode 100755\nindex 1111111..2222222\n"),
            "p:1: two different blobs, but no hunk shows how they differ");
  EXPECT_EQ(error_of("diff --git a/f b/f\nindex 1111111..2222222 100644\nGIT binary patch\n"),
            "p:4: expected the data of a binary patch, found the end of the text");
  EXPECT_EQ(error_of("diff --git a/f b/f\nindex 1111111..2222222 100644\nGIT binary patch\nliteral 3\nMc\n"),
            "p:6: the text ends inside the data of a binary patch");
}

TEST(PatchErrors, ImpossibleCounts) {
  EXPECT_EQ(error_of(header + "@@ -1,2 +1,1 @@\n-a\n+b\n+c\n"),
            "p:8: expected a line of the hunk of line 5, which still wants 1 old and 0 new lines, found '+c'");
  EXPECT_EQ(error_of(header + "@@ -1,2 +1,2 @@\n a\nno prefix\n"),
            "p:7: expected a line of the hunk of line 5, which still wants 1 old and 1 new lines, found 'no prefix'");
  EXPECT_EQ(error_of(header + "@@ -1 +1 @@\n-a\n+b\n+DROP TABLE t;\n"),
            "p:8: a line behind the end of the hunk above, whose counts are all used: '+DROP TABLE t;'");
  EXPECT_EQ(error_of(header + "@@ -1 +1 @@\n-a\n+b\n-DROP TABLE t;\n"),
            "p:8: a line behind the end of the hunk above, whose counts are all used: '-DROP TABLE t;'");
  EXPECT_EQ(error_of(header + "@@ -0,0 +0,0 @@\n"), "p:5: a hunk of no lines");
  EXPECT_EQ(error_of(header + "@@ -0,2 +1 @@\n"),
            "p:5: expected a hunk header like '@@ -1,3 +1,4 @@', found '@@ -0,2 +1 @@'");
  EXPECT_EQ(error_of(header + "@@ -1,99999999999 +1 @@\n"),
            "p:5: expected a hunk header like '@@ -1,3 +1,4 @@', found '@@ -1,99999999999 +1 @@'");
  EXPECT_EQ(error_of(header + "@@ -1,4294967295 +1 @@\n"),
            "p:5: expected a hunk header like '@@ -1,3 +1,4 @@', found '@@ -1,4294967295 +1 @@'");
  EXPECT_EQ(error_of(header + "@@ -x +1 @@\n"),
            "p:5: expected a hunk header like '@@ -1,3 +1,4 @@', found '@@ -x +1 @@'");
  EXPECT_EQ(error_of(header + "@@@ -1 -1 +1 @@@\n"),
            "p:5: expected a hunk header like '@@ -1,3 +1,4 @@', found '@@@ -1 -1 +1 @@@'");
  EXPECT_EQ(error_of(header + "@@ -5 +5 @@\n-a\n+b\n@@ -5 +6 @@\n-a\n+b\n"),
            "p:8: the hunk starts before the end of the one above it");
  EXPECT_EQ(error_of(header + "@@ -1 +1,2 @@\n-a\n+b\n\\ No newline at end of file\n+c\n"),
            "p:9: a new line stands behind the end of the new file");
  EXPECT_EQ(error_of(header + "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n\\ No newline at end of file\n+b\n"),
            "p:8: expected a line of the hunk of line 5, which still wants 0 old and 1 new lines, found '\\ No newline "
            "at end of file'");
}

TEST(PatchErrors, FilesThatCannotBe) {
  EXPECT_EQ(error_of("diff --git a/f b/f\nnew file mode 100644\n--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n+b\n"),
            "p:1: an added file with old lines");
  EXPECT_EQ(error_of("diff --git a/f b/f\n--- a/f\n+++ /dev/null\n@@ -1 +1 @@\n-a\n+b\n"),
            "p:1: a deleted file with new lines");
  EXPECT_EQ(error_of("diff --git a/f b/f\n--- a/f\n+++ /dev/null\n@@ -2 +0,0 @@\n-a\n"),
            "p:1: an added or deleted file whose lines are not all shown");
  EXPECT_EQ(error_of("--- /dev/null\n+++ /dev/null\n@@ -1 +1 @@\n-a\n+b\n"), "p:3: a file that neither side has");
  EXPECT_EQ(error_of("diff --git a/f b/f\n--- a/f\n+++ b/g\n@@ -1 +1 @@\n-a\n+b\n"),
            "p:1: the header's lines name different files");
  EXPECT_EQ(error_of("diff --git a/../f b/../f\n--- a/../f\n+++ b/../f\n@@ -1 +1 @@\n-a\n+b\n"),
            "p:1: '../f' is no path inside a tree");
  EXPECT_EQ(error_of("diff --git \"a/f\\000\" \"b/f\\000\"\nnew file mode 100644\n"),
            "p:1: 'f\\x00' is no path inside a tree");
  EXPECT_EQ(error_of("diff --git a/x b/y\nold mode 100644\nnew mode 100755\n"),
            "p:1: cannot tell the two names of this line apart");
  EXPECT_EQ(error_of("diff --git a/x b/x\nold mode rw-r--r--\n"),
            "p:2: expected an octal file mode, found 'old mode rw-r--r--'");
  EXPECT_EQ(error_of("@@ -1 +1 @@\n-a\n+b\n"), "p:1: a hunk without the two lines that name its file");
  EXPECT_EQ(error_of("*** a/f\t2020\n--- b/f\t2020\n***************\n*** 1 ****\n! a\n--- 1 ----\n! b\n"),
            "p:3: a context diff; make the patch with 'diff -u' or 'git diff'");
  EXPECT_EQ(error_of("Only in a: x\n"),
            "p:1: a file that only one side has is not shown; make the patch with 'diff -urN' or 'git diff'");
}

TEST(PatchErrors, TheCallersWordForWholeImagesIsHeld) {
  EXPECT_EQ(error_of(header + "@@ -2 +2 @@\n-a\n+b\n", Images::Whole),
            "p:1: expected the whole file in one hunk from line 1 on both sides (git diff -U999999)");
  EXPECT_EQ(error_of(header + "@@ -1,0 +2 @@\n+b\n", Images::Whole),
            "p:1: expected the whole file in one hunk from line 1 on both sides (git diff -U999999)");
  EXPECT_EQ(error_of(header + "@@ -1 +1 @@\n-a\n+b\n", Images::Whole), "no error");
}

TEST(PatchSize, ALineOfAHundredMegabytes) {
  const std::string line(100'000'000, 'x');
  EXPECT_EQ(summary(read(header + "@@ -1 +1,2 @@\n-a\n+b\n+" + line + "\n")),
            "M f: partial 1-1 'a/' | too-large '' |\n");
  EXPECT_EQ(error_of(line), "p:1: expected a patch as 'git diff' or 'diff -u' writes it, found none in the whole text");
}

TEST(PatchSize, AMillionHunks) {
  std::string patch = header;
  for (int i = 1; i <= 1'000'000; ++i) {
    const std::string number = std::to_string(2 * i);
    patch += "@@ -" + number + " +" + number + " @@\n-a\n+b\n";
  }
  const FileChange file = read_file_change(patch);
  EXPECT_EQ(file.hunks.size(), 1'000'000U);
  EXPECT_EQ(file.after.text.size(), 3'000'000U);
  const LineMap map(file);
  for (std::uint32_t line = 1; line <= 2'000'000; ++line) ASSERT_EQ(map.changed(Side::After, line), line % 2 == 0);
}

TEST(PatchSize, FarAwayHunksFillNoMemory) {
  EXPECT_EQ(summary(read(header + "@@ -900000000 +900000000 @@\n-a\n+b\n")), "M f: too-large '' | too-large '' |\n");
  std::string patch;
  for (int i = 0; i < 400; ++i) {
    const std::string name = "f" + std::to_string(i);
    patch += "--- a/" + name + "\n+++ b/" + name + "\n@@ -9000000 +9000000 @@\n-a\n+b\n";
  }
  std::size_t bytes = 0;
  for (const FileChange& file : read(patch).files) bytes += file.before.text.size() + file.after.text.size();
  EXPECT_LE(bytes, FillerBudget{}.bytes + patch.size());
}

TEST(PatchSize, ManyFiles) {
  std::string patch;
  for (std::size_t i = 0; i <= limits::changed_files; ++i) {
    const std::string name = std::to_string(i);
    patch += "diff --git a/" + name + " b/" + name + "\nold mode 100644\nnew mode 100755\n";
  }
  EXPECT_EQ(error_of(patch), "p:1200001: more than 400000 files");
}

}  // namespace
}  // namespace redtag
