// Several patches in one text are one change.
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "change/series.h"
#include "patch_summary.h"

namespace redtag {
namespace {

std::string section(const std::string& name, const std::string& hunks, const std::string& index = "") {
  return "diff --git a/" + name + " b/" + name + "\n" + (index.empty() ? "" : "index " + index + " 100644\n") +
         "--- a/" + name + "\n+++ b/" + name + "\n" + hunks;
}
std::string added(const std::string& name, const std::string& line) {
  return "diff --git a/" + name + " b/" + name + "\nnew file mode 100644\n--- /dev/null\n+++ b/" + name +
         "\n@@ -0,0 +1 @@\n+" + line + "\n";
}
std::string deleted(const std::string& name, const std::string& line) {
  return "diff --git a/" + name + " b/" + name + "\ndeleted file mode 100644\n--- a/" + name +
         "\n+++ /dev/null\n@@ -1 +0,0 @@\n-" + line + "\n";
}

TEST(Series, FoldsChangesOfOneFile) {
  EXPECT_EQ(
      summary(read(section("f", "@@ -2 +2,2 @@\n-b\n+B\n+C\n") + section("f", "@@ -1,4 +1,3 @@\n a\n-B\n C\n d\n"))),
      "M f: partial 1-3 'a/b/d/' | partial 1-3 'a/C/d/' | 2,1+2,1\n");
  EXPECT_EQ(summary(read(section("f", "@@ -9 +9 @@\n-x\n+y\n") + section("f", "@@ -1,0 +2 @@\n+top\n"))),
            "M f: partial 9-9 '////////x/' | partial 2-2 10-10 '/top////////y/' | 2,0+2,1 9,1+10,1\n");
}

TEST(Series, TellsTheNetEffect) {
  EXPECT_EQ(summary(read(added("f", "1") + section("f", "@@ -1 +1 @@\n-1\n+2\n"))),
            "A f: none '' | whole '2/' | 1,0+1,1\n");
  EXPECT_EQ(summary(read(section("f", "@@ -1 +1 @@\n-1\n+2\n") + deleted("f", "2"))),
            "D f: whole '1/' | none '' | 1,1+1,0\n");
  EXPECT_EQ(summary(read(deleted("f", "1") + added("f", "2"))), "M f: whole '1/' | whole '2/' | 1,1+1,1\n");
  EXPECT_EQ(summary(read(added("f", "1") + deleted("f", "1") + added("g", "1"))),
            "A g: none '' | whole '1/' | 1,0+1,1\n");
  EXPECT_EQ(summary(read(section("f", "@@ -1 +1 @@\n-1\n+2\n") + section("f", "@@ -1 +1 @@\n-2\n+1\n"))), "");
  EXPECT_EQ(summary(read(section("f", "@@ -1 +1 @@\n-1\n+2\n") +
                         "diff --git a/f b/g\nsimilarity index 100%\nrename from f\nrename to g\n" +
                         section("g", "@@ -1 +1 @@\n-2\n+3\n"))),
            "R f > g: partial 1-1 '1/' | partial 1-1 '3/' | 1,1+1,1\n");
}

TEST(Series, DoesNotChainWithinOnePatch) {
  // In one patch, two files may change places.
  EXPECT_EQ(
      summary(read("diff --git a/a b/b\nrename from a\nrename to b\ndiff --git a/b b/a\nrename from b\nrename to a\n")),
      "R b > a: partial '' | partial '' |\nR a > b: partial '' | partial '' |\n");
}

TEST(Series, ReadsALogFromItsEnd) {
  const std::string newer = "commit " + std::string(40, 'b') + "\nAuthor: A <a@example.org>\n\n    newer\n\n" +
                            section("f", "@@ -1 +1 @@\n-2\n+3\n");
  const std::string older = "commit " + std::string(40, 'a') + "\nAuthor: A <a@example.org>\n\n    older\n\n" +
                            section("f", "@@ -1 +1 @@\n-1\n+2\n");
  EXPECT_EQ(summary(read(newer + "\n" + older)), "M f: partial 1-1 '1/' | partial 1-1 '3/' | 1,1+1,1\n");
}

TEST(Series, KeepsChangesApartThatDoNotChain) {
  EXPECT_EQ(read(section("f", "@@ -1 +1 @@\n-1\n+2\n", "1111111..2222222") +
                 section("f", "@@ -1 +1 @@\n-8\n+9\n", "8888888..9999999"))
                .files.size(),
            2U);
  EXPECT_EQ(read(section("f", "@@ -1 +1 @@\n-1\n+2\n") + section("f", "@@ -1 +1 @@\n-8\n+9\n")).files.size(), 2U);
  EXPECT_EQ(read(section("f", "@@ -7 +1 @@\n-1\n+2\n") + section("f", "@@ -1 +1 @@\n-2\n+9\n")).files.size(), 2U);
}

/// Random texts a, b, c and line edits between them: the composed hunks must carry a into c.
TEST(Series, ComposedHunksCarryTheFirstTextIntoTheLast) {
  std::mt19937 random(7);
  const auto below = [&](std::uint32_t end) { return static_cast<std::uint32_t>(random() % end); };
  const auto edit = [&](const std::vector<std::string>& from, std::vector<std::string>& to) {
    std::vector<Hunk> hunks;
    std::uint32_t at = 1;
    while (at <= from.size() + 1) {
      if (below(4) == 0) {
        Hunk hunk{at, std::min<std::uint32_t>(below(3), static_cast<std::uint32_t>(from.size() + 1) - at),
                  static_cast<std::uint32_t>(to.size()) + 1, below(3)};
        if (hunk.before_count + hunk.after_count > 0) hunks.push_back(hunk);
        for (std::uint32_t i = 0; i < hunk.after_count; ++i) to.push_back("new " + std::to_string(below(4)) + "\n");
        at += hunk.before_count;
      }
      if (at <= from.size()) to.push_back(from[at - 1]);
      ++at;
    }
    return hunks;
  };
  const auto whole = [](const std::vector<std::string>& lines) {
    Image image;
    image.kind = ImageKind::Whole;
    for (const std::string& line : lines) image.text += line;
    return image;
  };
  for (int round = 0; round < 3000; ++round) {
    std::vector<std::string> a, b, c;
    for (std::uint32_t i = below(12); i > 0; --i) a.push_back("old " + std::to_string(below(4)) + "\n");
    FileChange first, second;
    first.hunks = edit(a, b);
    second.hunks = edit(b, c);
    first.before_path = first.after_path = second.before_path = second.after_path = "f";
    first.before = whole(a);
    first.after = second.before = whole(b);
    second.after = whole(c);
    const auto composed = compose(first, second);
    ASSERT_TRUE(composed);
    const FileChange& both = *composed;
    std::vector<std::string> result;
    std::uint32_t next = 1;
    for (const Hunk& hunk : both.hunks) {
      for (; next < hunk.before_first; ++next) result.push_back(a.at(next - 1));
      ASSERT_EQ(hunk.after_first, result.size() + 1) << "round " << round;
      for (std::uint32_t i = 0; i < hunk.after_count; ++i) result.push_back(c.at(hunk.after_first - 1 + i));
      next += hunk.before_count;
    }
    for (; next <= a.size(); ++next) result.push_back(a[next - 1]);
    ASSERT_EQ(result, c) << "round " << round;
  }
}

}  // namespace
}  // namespace redtag
