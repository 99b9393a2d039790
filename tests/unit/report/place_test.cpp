#include "report/place.h"

#include <gtest/gtest.h>

#include "sample.h"

namespace redtag {
namespace {

TEST(Places, CountLinesAndColumnsOfEitherSide) {
  Review review;
  const FileId file = sample::add(review, sample::file("a.tf", {" one", "-tüo x", "+😀two y", " three"}));
  PlacesView places(review.changes);
  EXPECT_EQ(places.own(sample::region(review, file, Side::Before, "x")), (Place{"a.tf", Side::Before, {2, 5, 2, 6}}));
  EXPECT_EQ(places.own(sample::region(review, file, Side::After, "two")), (Place{"a.tf", Side::After, {2, 3, 2, 6}}));
  EXPECT_EQ(places.own(sample::region(review, file, Side::After, "two y\nthree\n")),
            (Place{"a.tf", Side::After, {2, 3, 3, 6}}))
      << "a region that ends with a line break ends on that line";
}

TEST(Places, ShowOldOnesAtTheNearestNewLine) {
  Review review;
  const FileId edited =
      sample::add(review, sample::file("a.tf", {" one", "-two", "-three", "+zwei", " four", "-five"}));
  const FileId gone = sample::add(review, sample::deleted("b.tf", {"-one", "-two"}));
  PlacesView places(review.changes);
  EXPECT_EQ(places.shown(sample::region(review, edited, Side::Before, "two")),
            (Place{"a.tf", Side::After, {2, 1, 2, 5}}));
  EXPECT_EQ(places.shown(sample::region(review, edited, Side::Before, "five")).span.first_line, 3U)
      << "behind the last line stands the last line";
  EXPECT_EQ(places.shown(sample::region(review, gone, Side::Before, "two")),
            (Place{"b.tf", Side::Before, {1, 0, 1, 0}}));
  EXPECT_EQ(places.own(sample::region(review, gone, Side::Before, "two")), (Place{"b.tf", Side::Before, {2, 1, 2, 4}}));
}

TEST(Places, ShowARenamedFileUnderItsNewName) {
  Review review;
  FileChange change = sample::file("old.tf", {" one", "-two", "+zwei"});
  change.status = ChangeStatus::Renamed;
  change.after_path = "new.tf";
  const FileId file = sample::add(review, std::move(change));
  PlacesView places(review.changes);
  EXPECT_EQ(places.own(sample::region(review, file, Side::Before, "two")).path, "old.tf");
  EXPECT_EQ(places.shown(sample::region(review, file, Side::Before, "two")).path, "new.tf");
}

TEST(Places, CutLongRegionsAtAChangedLine) {
  Review review;
  std::vector<std::string> lines(100, " x");
  lines[69] = "+changed";
  const FileId file = sample::add(review, sample::file("a.tf", lines));
  const auto size = static_cast<std::uint32_t>(review.changes.file(file).after.text.size());
  PlacesView places(review.changes);
  const Span shown = places.shown({file, Side::After, {0, size}}).span;
  EXPECT_EQ(shown.first_line, 70U);
  EXPECT_EQ(shown.last_line, 100U);
  const Span own = places.own({file, Side::After, {0, size}}).span;
  EXPECT_EQ(own.first_line, 1U);
  EXPECT_EQ(own.last_line, PlacesView::region_lines);
}

TEST(Places, HaveNoColumnsWhereThereIsNoText) {
  Review review;
  FileChange binary = sample::file("logo.png", {});
  binary.before.kind = binary.after.kind = ImageKind::Binary;
  const FileId file = sample::add(review, std::move(binary));
  PlacesView places(review.changes);
  EXPECT_EQ(places.shown({file, Side::After, {0, 0}}), (Place{"logo.png", Side::After, {1, 0, 1, 0}}));
  EXPECT_EQ(places.shown({file, Side::Before, {5, 9}}), (Place{"logo.png", Side::After, {1, 0, 1, 0}}));
}

TEST(Places, SurviveRegionsThatPointNowhere) {
  Review review;
  PlacesView none(review.changes);
  EXPECT_EQ(none.shown({}), Place{});
  const FileId file = sample::add(review, sample::file("a.tf", {"+one"}));
  PlacesView places(review.changes);
  EXPECT_EQ(places.shown({}).path, "a.tf");
  EXPECT_EQ(places.shown({FileId{99}, Side::After, {0, 1}}).path, "a.tf");
  EXPECT_EQ(places.own({file, Side::After, {900, 100}}).span.first_line, 1U);
}

}  // namespace
}  // namespace redtag
