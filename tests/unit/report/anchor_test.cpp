#include "report/anchor.h"

#include <gtest/gtest.h>

#include <random>

#include "sample.h"

namespace redtag {
namespace {

TEST(Anchors, PutADeletionOnTheNearestAddedLineOfItsFile) {
  Review review;
  const FileId file =
      sample::add(review, sample::file("a.tf", {"+top", " one", "-two", " three", "+near", " five", "+far"}));
  PlacesView places(review.changes);
  AnchorsView anchors(review.changes, places);
  const auto anchor = anchors.anchor(sample::region(review, file, Side::Before, "two"));
  ASSERT_TRUE(anchor.has_value());
  EXPECT_EQ(*anchor, (Place{"a.tf", Side::After, {4, 1, 4, 5}}));
}

TEST(Anchors, GoToTheDirectoryThenToTheChange) {
  Review review;
  sample::add(review, sample::file("aaa.tf", {" x", "+elsewhere"}));
  const FileId near = sample::add(review, sample::deleted("infra/prod/db.tf", {"-one"}));
  sample::add(review, sample::file("infra/prod/main.tf", {" x", "+here"}));
  const FileId lonely = sample::add(review, sample::deleted("other/db.tf", {"-one"}));
  PlacesView places(review.changes);
  AnchorsView anchors(review.changes, places);
  EXPECT_EQ(anchors.anchor(sample::region(review, near, Side::Before, "one"))->path, "infra/prod/main.tf");
  EXPECT_EQ(anchors.anchor(sample::region(review, lonely, Side::Before, "one"))->path, "aaa.tf");
}

TEST(Anchors, KeepOnlyTheAddedPartOfARegion) {
  Review review;
  const FileId file = sample::add(review, sample::file("a.tf", {" resource {", "+  a = 1", "+  b = 2", " }"}));
  PlacesView places(review.changes);
  AnchorsView anchors(review.changes, places);
  EXPECT_EQ(anchors.anchor(sample::region(review, file, Side::After, "resource {\n  a = 1\n  b = 2\n}"))->span,
            (Span{2, 1, 3, 8}));
  EXPECT_EQ(anchors.anchor(sample::region(review, file, Side::After, "= 2"))->span, (Span{3, 5, 3, 8}))
      << "exact columns where all of it is added";
}

TEST(Anchors, AreNoneInAChangeOfDeletionsOnly) {
  Review review;
  const FileId file = sample::add(review, sample::file("a.tf", {" one", "-two"}));
  FileChange binary = sample::added("logo.png", {});
  binary.after.kind = ImageKind::Binary;
  sample::add(review, std::move(binary));
  PlacesView places(review.changes);
  AnchorsView anchors(review.changes, places);
  EXPECT_FALSE(anchors.anchor(sample::region(review, file, Side::Before, "two")).has_value());
}

/// Changes of every shape from one printed seed.
class Generator {
 public:
  explicit Generator(std::uint32_t seed) : random_(seed) {}
  std::uint32_t below(std::uint32_t limit) { return static_cast<std::uint32_t>(random_()) % limit; }

  Review review() {
    Review made;
    for (std::uint32_t files = 1 + below(5); files > 0; --files) sample::add(made, file());
    return made;
  }

 private:
  FileChange file() {
    const std::vector<std::string> names{"a.tf",    "infra/b.tf", "infra/prod/c.sql", "::error file=x::.sh",
                                         "x\ny.tf", "[z] {0}.tf"};
    const std::string name = names[below(static_cast<std::uint32_t>(names.size()))];
    const std::uint32_t kind = below(8);
    const std::string marks = kind == 0 ? "+" : kind == 1 ? "-" : kind == 2 ? " -" : " -+";
    std::vector<std::string> lines;
    for (std::uint32_t i = below(30); i > 0; --i) {
      lines.push_back(marks[below(static_cast<std::uint32_t>(marks.size()))] + std::string(below(6), 'x'));
    }
    if (kind == 0) return sample::added(name, lines);
    if (kind == 1) return sample::deleted(name, lines);
    FileChange made = sample::file(name, lines);
    if (kind == 3) {
      made.before.kind = made.after.kind = ImageKind::Binary;
      made.before.text.clear();
      made.after.text.clear();
      made.hunks.clear();
    }
    if (kind == 4) made.status = ChangeStatus::Unchanged;
    return made;
  }

  std::mt19937 random_;
};

/// True if the host shows the line: added, in a text file that the change touches.
bool visible(const ChangeSet& changes, const Place& place, std::uint32_t line) {
  for (const FileChange& file : changes.files) {
    if (file.is_context() || !file.after_path || *file.after_path != place.path || !file.after.readable()) continue;
    for (const Hunk& hunk : file.hunks) {
      if (line >= hunk.after_first && line < hunk.after_first + hunk.after_count) return true;
    }
  }
  return false;
}

bool adds_a_line(const ChangeSet& changes) {
  for (const FileChange& file : changes.files) {
    if (file.is_context() || !file.after_path || !file.after.readable()) continue;
    for (const Hunk& hunk : file.hunks) {
      if (hunk.after_count > 0) return true;
    }
  }
  return false;
}

TEST(Anchors, AreVisibleAddedLinesWheneverTheChangeHasOne) {
  constexpr std::uint32_t seed = 20;
  SCOPED_TRACE("seed " + std::to_string(seed));
  Generator generator(seed);
  std::size_t anchored = 0, without = 0;
  for (int round = 0; round < 4000; ++round) {
    const Review review = generator.review();
    const ChangeSet& changes = review.changes;
    PlacesView places(changes);
    AnchorsView anchors(changes, places);
    const FileChange& file = changes.files[generator.below(static_cast<std::uint32_t>(changes.files.size()))];
    const Side side = file.before_path && (generator.below(3) > 0 || !file.after_path) ? Side::Before : Side::After;
    const auto size = static_cast<std::uint32_t>(file.image(side).text.size());
    const std::uint32_t begin = generator.below(size + 1);
    const auto anchor = anchors.anchor({file.id, side, {begin, begin + generator.below(size - begin + 1)}});
    ASSERT_EQ(anchor.has_value(), adds_a_line(changes)) << "round " << round;
    ++(anchor ? anchored : without);
    if (!anchor) continue;
    ASSERT_GT(anchor->span.first_column, 0U);
    ASSERT_LE(anchor->span.last_line - anchor->span.first_line, PlacesView::region_lines);
    for (std::uint32_t line = anchor->span.first_line; line <= anchor->span.last_line; ++line) {
      ASSERT_TRUE(visible(changes, *anchor, line)) << "round " << round << ": " << anchor->path << ":" << line;
    }
  }
  EXPECT_GT(anchored, 1000U);
  EXPECT_GT(without, 100U);
}

}  // namespace
}  // namespace redtag
