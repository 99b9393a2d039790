#include <gtest/gtest.h>

#include "change/change.h"

namespace redtag {
namespace {

LineMap map_of(std::vector<Hunk> hunks, ChangeStatus status = ChangeStatus::Modified) {
  FileChange file;
  file.status = status;
  file.hunks = std::move(hunks);
  return LineMap(file);
}

/// The same answers without any cleverness.
bool slowly_changed(const std::vector<Hunk>& hunks, Side side, std::uint32_t line) {
  for (const Hunk& hunk : hunks) {
    const std::uint32_t first = side == Side::Before ? hunk.before_first : hunk.after_first;
    const std::uint32_t count = side == Side::Before ? hunk.before_count : hunk.after_count;
    if (first <= line && line < first + count) return true;
  }
  return false;
}

bool slowly_touches(const std::vector<Hunk>& hunks, Side side, LineRange lines) {
  for (const Hunk& hunk : hunks) {
    const std::uint32_t first = side == Side::Before ? hunk.before_first : hunk.after_first;
    const std::uint32_t count = side == Side::Before ? hunk.before_count : hunk.after_count;
    if (count == 0 ? lines.first < first && first <= lines.last : first <= lines.last && lines.first < first + count)
      return true;
  }
  return false;
}

TEST(LineMap, CarriesLinesBothWays) {
  // 1 2 [3 4 →3'] 5 6 [+7' 8'] 7 [8 gone] 9
  const LineMap map = map_of({{3, 2, 3, 1}, {7, 0, 6, 2}, {8, 1, 9, 0}});
  EXPECT_EQ(map.carry(Side::Before, 2), 2U);
  EXPECT_EQ(map.carry(Side::Before, 3), 3U);
  EXPECT_EQ(map.carry(Side::Before, 4), 3U);
  EXPECT_EQ(map.carry(Side::Before, 5), 4U);
  EXPECT_EQ(map.carry(Side::Before, 7), 8U);
  EXPECT_EQ(map.carry(Side::Before, 8), 9U);
  EXPECT_EQ(map.carry(Side::Before, 9), 9U);
  EXPECT_EQ(map.carry(Side::After, 6), 7U);
  EXPECT_EQ(map.carry(Side::After, 7), 7U);
  EXPECT_EQ(map.carry(Side::After, 8), 7U);
  EXPECT_EQ(map.carry(Side::After, 9), 9U);
}

TEST(LineMap, AnswersLikeTheSlowWay) {
  const std::vector<Hunk> hunks{{1, 1, 1, 0}, {2, 0, 1, 3}, {4, 2, 6, 2}, {9, 0, 11, 1}, {10, 3, 13, 0}};
  const LineMap map = map_of(hunks);
  for (const Side side : {Side::Before, Side::After}) {
    for (std::uint32_t line = 1; line < 18; ++line) {
      EXPECT_EQ(map.changed(side, line), slowly_changed(hunks, side, line)) << line;
      for (std::uint32_t last = line; last < 18; ++last) {
        const LineRange range{line, last};
        EXPECT_EQ(map.touches(side, range), slowly_touches(hunks, side, range)) << line << "-" << last;
      }
    }
  }
}

TEST(LineMap, OfANewOrDeletedFileChangesEveryLine) {
  EXPECT_TRUE(map_of({}, ChangeStatus::Added).changed(Side::After, 7));
  EXPECT_TRUE(map_of({}, ChangeStatus::Deleted).touches(Side::Before, {3, 4}));
  EXPECT_FALSE(map_of({}).changed(Side::After, 7));
}

}  // namespace
}  // namespace redtag
