// Patches as git writes them, read into files, images and hunks.
#include <gtest/gtest.h>

#include <string>

#include "patch_summary.h"

namespace redtag {
namespace {

const std::string header = "diff --git a/f b/f\nindex 1111111..2222222 100644\n--- a/f\n+++ b/f\n";

TEST(PatchReader, KeepsLineNumbersTrueInPartialImages) {
  const FileChange file = read_file_change(
      "diff --git a/x/f.txt b/x/f.txt\nindex 1234567..89abcde 100755\n--- a/x/f.txt\n+++ b/x/f.txt\n"
      "@@ -3,4 +3,4 @@ func\n three\n-four\n-five\n+FOUR\n+FIVE\n six\n@@ -10,2 +10,3 @@\n ten\n+more\n eleven\n");
  EXPECT_EQ(file.status, ChangeStatus::Modified);
  EXPECT_EQ(file.before_path, "x/f.txt");
  EXPECT_EQ(file.after_path, "x/f.txt");
  EXPECT_EQ(file.before.text, "\n\nthree\nfour\nfive\nsix\n\n\n\nten\neleven\n");
  EXPECT_EQ(file.after.text, "\n\nthree\nFOUR\nFIVE\nsix\n\n\n\nten\nmore\neleven\n");
  EXPECT_EQ(file.before.known, (std::vector<LineRange>{{3, 6}, {10, 11}}));
  EXPECT_EQ(file.after.known, (std::vector<LineRange>{{3, 6}, {10, 12}}));
  EXPECT_EQ(file.hunks, (std::vector<Hunk>{{4, 2, 4, 2}, {11, 0, 11, 1}}));
  EXPECT_EQ(file.before.mode, 0100755U);
  EXPECT_EQ(file.before.blob, "1234567");
  EXPECT_EQ(file.after.blob, "89abcde");
}

TEST(PatchReader, IsDrivenByCountsAlone) {
  // A removed `-- x`, an added `++ x`, and lines that look like every kind of header.
  EXPECT_EQ(
      summary(read(header + "@@ -1,4 +1,3 @@\n--- x\n--- a/f\n-@@ -1 +1 @@\n+++ x\n+++ b/f\n diff --git a/f b/f\n")),
      "M f: partial 1-4 '-- x/-- a/f/@@ -1 +1 @@/diff --git a/f b/f/' | partial 1-3 '++ x/++ b/f/diff --git a/f b/f/' "
      "| 1,3+1,2\n");
  EXPECT_EQ(summary(read(header + "@@ -1,3 +1,3 @@\n \n-From 0123456789012345678901234567890123456789 Mon Sep 17 "
                                  "00:00:00 2001\n+\\ No newline\n -- \n-- \n2.39.5\n")),
            "M f: partial 1-3 '/From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001/-- /' | partial "
            "1-3 '/\\ No newline/-- /' | 2,1+2,1\n");
}

TEST(PatchReader, NumbersHunksWithoutContext) {
  EXPECT_EQ(summary(read(header + "@@ -5,0 +6,2 @@\n+six\n+seven\n@@ -9 +10,0 @@\n-nine\n")),
            "M f: partial 9-9 '////////nine/' | partial 6-7 '/////six/seven/' | 6,0+6,2 9,1+11,0\n");
  EXPECT_EQ(summary(read(header + "@@ -0,0 +1 @@\n+new top\n")),
            "M f: partial '' | partial 1-1 'new top/' | 1,0+1,1\n");
}

TEST(PatchReader, SplitsAHunkIntoItsChangedRuns) {
  EXPECT_EQ(read_file_change(header + "@@ -1,6 +1,6 @@\n-a\n+A\n b\n+c\n d\n-e\n-f\n g\n+h\n").hunks,
            (std::vector<Hunk>{{1, 1, 1, 1}, {3, 0, 3, 1}, {4, 2, 5, 0}, {7, 0, 6, 1}}));
}

TEST(PatchReader, KnowsFilesWithoutAFinalNewline) {
  EXPECT_EQ(summary(read(header + "@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+b\n")),
            "M f: partial 1-2 'a/b' | partial 1-2 'a/b/' | 2,1+2,1\n");
  EXPECT_EQ(summary(read(header + "@@ -1,2 +1,2 @@\n-a\n+A\n b\n\\ Kein Zeilenumbruch am Dateiende.\n")),
            "M f: partial 1-2 'a/b' | partial 1-2 'A/b' | 1,1+1,1\n");
}

TEST(PatchReader, TakesBlanksThatSomebodyTookAway) {
  EXPECT_EQ(summary(read(header + "@@ -1,4 +1,4 @@\n a\n\n\n-b\n+B\n")),
            "M f: partial 1-4 'a///b/' | partial 1-4 'a///B/' | 4,1+4,1\n");
}

TEST(PatchReader, KnowsAddedAndDeletedFilesWhole) {
  EXPECT_EQ(summary(read("diff --git a/n b/n\nnew file mode 100755\nindex 0000000..3333333\n--- /dev/null\n+++ b/n\n@@ "
                         "-0,0 +1,2 @@\n+1\n+2\n"
                         "diff --git a/o b/o\ndeleted file mode 100644\nindex 3333333..0000000\n--- a/o\n+++ "
                         "/dev/null\n@@ -1 +0,0 @@\n-1\n"
                         "diff --git a/p b/p\nnew file mode 100644\nindex 0000000..e69de29\n")),
            "A n: none '' | whole '1/2/' | 1,0+1,2\nD o: whole '1/' | none '' | 1,1+1,0\nA p: none '' | whole '' |\n");
}

TEST(PatchReader, ProvesWholeImagesByTheirBlobIds) {
  // git hash-object of "1\n" and "2\n", in both hash functions.
  const std::string hunk = "--- a/f\n+++ b/f\n@@ -1 +1 @@\n-1\n+2\n";
  const std::string names = "diff --git a/f b/f\n";
  EXPECT_EQ(summary(read(names + "index d00491f..0cfbf08 100644\n" + hunk)),
            "M f: whole '1/' | whole '2/' | 1,1+1,1\n");
  EXPECT_EQ(
      summary(read(
          names + "index d00491fd7e5bb6fa28c517a0bb32b8b506539d4d..0cfbf08886fca9a91cb753ec8734c84fcbe52c9f\n" + hunk)),
      "M f: whole '1/' | whole '2/' | 1,1+1,1\n");
  EXPECT_EQ(summary(read(names + "index d00491f..0cfbf09 100644\n" + hunk)),
            "M f: whole '1/' | partial 1-1 '2/' | 1,1+1,1\n");
  EXPECT_EQ(
      summary(read(names + "index 2dc0fc8a5ce9ed27ba7a8ad77e3d2a4c6ad07c2e8f4c9b2d71b8d6c4b1ef9a10..0cfbf08 100644\n" +
                   hunk)),
      "M f: partial 1-1 '1/' | whole '2/' | 1,1+1,1\n");
  EXPECT_EQ(summary(read(names + hunk, Images::Whole)), "M f: whole '1/' | whole '2/' | 1,1+1,1\n");
}

TEST(PatchReader, ReadsRenamesCopiesAndModes) {
  EXPECT_EQ(summary(read("diff --git a/old b/new\nsimilarity index 100%\nrename from old\nrename to new\n"
                         "diff --git a/from b/to\nsimilarity index 90%\ncopy from from\ncopy to to\nindex "
                         "1111111..2222222 100644\n--- a/from\n+++ b/to\n@@ -4 +4 @@\n-x\n+y\n"
                         "diff --git a/run b/run\nold mode 100644\nnew mode 100755\n")),
            "R old > new: partial '' | partial '' |\n"
            "M run: partial '' | partial '' |\n"
            "C from > to: partial 4-4 '///x/' | partial 4-4 '///y/' | 4,1+4,1\n");
  const ChangeSet changes = read("diff --git a/run b/run\nold mode 100644\nnew mode 100755\n");
  EXPECT_EQ(changes.files[0].before.mode, 0100644U);
  EXPECT_EQ(changes.files[0].after.mode, 0100755U);
}

TEST(PatchReader, ReadsBinaryFiles) {
  EXPECT_EQ(summary(read("diff --git a/x b/x\nindex 1111111..2222222 100644\nBinary files a/x and b/x differ\n"
                         "diff --git a/y b/y\nnew file mode 100644\nindex 0000000..2222222\nGIT binary patch\nliteral "
                         "5\nMc$@\n\nliteral 0\nHcmV?d00001\n\n"
                         "diff --git a/z b/z\nindex 1111111..2222222 100644\nGIT binary patch\ndelta "
                         "5\nMc$@\nMc$@\n\ndelta 5\nMc$@\n\n")),
            "M x: binary '' | binary '' |\nA y: none '' | binary '' |\nM z: binary '' | binary '' |\n");
  EXPECT_EQ(summary(read(header + std::string("@@ -1 +1 @@\n-a\0b\n+c\n", 20))),
            "M f: binary '' | partial 1-1 'c/' |\n");
}

TEST(PatchReader, ReadsLinksAndSubmodules) {
  const std::string id(40, '1'), other(40, '2');
  EXPECT_EQ(
      summary(read("diff --git a/l b/l\nindex 1111111..2222222 120000\n--- a/l\n+++ b/l\n@@ -1 +1 @@\n-old/target\n\\ "
                   "No newline at end of file\n+/etc/passwd\n\\ No newline at end of file\n")),
      "M l: symlink 'old/target' | symlink '/etc/passwd' | 1,1+1,1\n");
  EXPECT_EQ(
      summary(
          read("diff --git a/s b/s\nindex 1111111..2222222 160000\n--- a/s\n+++ b/s\n@@ -1 +1 @@\n-Subproject commit " +
               id + "\n+Subproject commit " + other + "-dirty\n")),
      "M s: submodule '" + id + "' | submodule '" + other + "' | 1,1+1,1\n");
  EXPECT_EQ(summary(read("Submodule lib/with blank 1111111..2222222:\n  > a commit\n  < another\nSubmodule n "
                         "0000000...2222222 (new submodule)\n")),
            "M lib/with blank: submodule '1111111' | submodule '2222222' |\nA n: none '' | submodule '2222222' |\n");
}

TEST(PatchReader, MergesAChangeOfType) {
  EXPECT_EQ(summary(read("diff --git a/l b/l\ndeleted file mode 100644\nindex d00491f..0000000\n--- a/l\n+++ "
                         "/dev/null\n@@ -1 +0,0 @@\n-1\n"
                         "diff --git a/l b/l\nnew file mode 120000\nindex 0000000..1111111\n--- /dev/null\n+++ b/l\n@@ "
                         "-0,0 +1 @@\n+target\n\\ No newline at end of file\n")),
            "T l: whole '1/' | symlink 'target' | 1,1+1,1\n");
}

TEST(PatchReader, TellsNamesApart) {
  const std::string hunk = "@@ -1 +1 @@\n-1\n+2\n";
  const auto name_in = [&](const std::string& patch) { return read_file_change(patch + hunk).shown_path(); };
  EXPECT_EQ(name_in("diff --git a/with blank b/with blank\n--- a/with blank\t\n+++ b/with blank\t\n"), "with blank");
  EXPECT_EQ(name_in("diff --git a/x b/x b/x b/x\n--- a/x b/x\t\n+++ b/x b/x\t\n"), "x b/x");
  EXPECT_EQ(name_in("diff --git \"a/t\\ta\\nb\\\"\\\\\\303\\274\" \"b/t\\ta\\nb\\\"\\\\\\303\\274\"\n--- "
                    "\"a/t\\ta\\nb\\\"\\\\\\303\\274\"\n+++ \"b/t\\ta\\nb\\\"\\\\\\303\\274\"\n"),
            "t\ta\nb\"\\\xc3\xbc");
  EXPECT_EQ(name_in("diff --git a/x a/x\n--- a/x\n+++ a/x\n"), "a/x") << "no prefix";
  EXPECT_EQ(name_in("diff --git dir/x dir/x\n--- dir/x\n+++ dir/x\n"), "dir/x");
  EXPECT_EQ(name_in("diff --git i/x w/x\n--- i/x\n+++ w/x\n"), "x");
  EXPECT_EQ(name_in("diff --git older/x newest/x\n--- older/x\n+++ newest/x\n"), "x");
  EXPECT_EQ(name_in("diff --git old/base/x new/base/x\n--- old/base/x\n+++ new/base/x\n"), "base/x");
  EXPECT_EQ(name_in("diff --git a/dev/null b/dev/null\n--- a/dev/null\n+++ b/dev/null\n"), "dev/null");
  const FileChange added =
      read_file_change("diff --git x y x y\nnew file mode 100644\n--- /dev/null\n+++ x y\t\n@@ -0,0 +1 @@\n+2\n");
  EXPECT_EQ(added.after_path, "x y");
  EXPECT_EQ(added.before_path, std::nullopt);
  const FileChange moved = read_file_change(
      "diff --git \"a/\\t\" b/y z\nrename from \"\\t\"\nrename to y z\n--- \"a/\\t\"\n+++ b/y z\t\n" + hunk);
  EXPECT_EQ(moved.before_path, "\t");
  EXPECT_EQ(moved.after_path, "y z");
}

TEST(PatchReader, ReadsPatchesThatWereTurnedToCarriageReturns) {
  EXPECT_EQ(summary(read("diff --git a/f b/f\r\nindex 1111111..2222222 100644\r\n--- a/f\r\n+++ b/f\r\n@@ -1,3 +1,3 "
                         "@@\r\n a\r\n\r\n-b\r\n+B\r\n")),
            "M f: partial 1-3 'a//b/' | partial 1-3 'a//B/' | 3,1+3,1\n");
  // Content with carriage returns in a patch without them keeps its own.
  EXPECT_EQ(summary(read(header + "@@ -1,2 +1,2 @@\n a\r\n-b\r\n+B\n")),
            "M f: partial 1-2 'a\r/b\r/' | partial 1-2 'a\r/B/' | 2,1+2,1\n");
}

TEST(PatchReader, ReadsCombinedDiffsAgainstTheFirstParent) {
  EXPECT_EQ(summary(read("diff --cc added\nindex 0000000,0000000..53c74cd\nnew file mode 100644\n--- /dev/null\n+++ "
                         "b/added\n@@@ -1,0 -1,0 +1,1 @@@\n++evil\n"
                         "diff --cc f\nindex 0ce6c09,a7bc997..9fdf691\n--- a/f\n+++ b/f\n@@@ -1,4 -1,3 +1,5 @@@\n  "
                         "a\n- b2\n -B\n++merged\n +c\n  d\n++new\n"
                         "diff --combined g\nindex 5b705a0,e288d18..0000000\ndeleted file mode 100644,100644\n--- "
                         "a/g\n--- a/g2\n+++ /dev/null\n@@@ -1,1 -1,1 +1,0 @@@\n- gone main\n -gone side\n"
                         "diff --cc m\nindex 1111111,2222222..3333333\nmode 100644,100755..100755\n--- a/m\n+++ "
                         "b/m\n@@@@ -7,1 -7,1 -8,0 +7,1 @@@@\n  +x\n")),
            "A added: none '' | whole 'evil/' | 1,0+1,1\n"
            "M f: whole 'a/b2/c/d/' | whole 'a/merged/c/d/new/' | 2,1+2,1 5,0+5,1\n"
            "D g: whole 'gone main/' | none '' | 1,1+1,0\n"
            "M m: partial 7-7 '//////x/' | partial 7-7 '//////x/' |\n");
  const std::string one(40, '1'), two(40, '2'), three(40, '3');
  EXPECT_EQ(summary(read("diff --cc s\nindex 1111111,2222222..3333333\n--- a/s\n+++ b/s\n@@@ -1,1 -1,1 +1,1 @@@\n- "
                         "Subproject commit " +
                         one + "\n -Subproject commit " + two + "\n++Subproject commit " + three + "\n")),
            "M s: submodule '" + one + "' | submodule '" + three + "' | 1,1+1,1\n");
}

TEST(PatchReader, SortsFilesByPath) {
  std::string patch;
  for (const std::string name : {"z", "a", "m/n"})
    patch += "diff --git a/" + name + " b/" + name + "\n--- a/" + name + "\n+++ b/" + name + "\n@@ -1 +1 @@\n-1\n+2\n";
  const ChangeSet changes = read(patch);
  ASSERT_EQ(changes.files.size(), 3U);
  EXPECT_EQ(changes.files[0].shown_path(), "a");
  EXPECT_EQ(changes.files[2].shown_path(), "z");
  EXPECT_EQ(changes.files[2].id.value, 2U);
  EXPECT_TRUE(changes.commits.empty());
}

}  // namespace
}  // namespace redtag
