#include "compare/schedule.h"

#include <gtest/gtest.h>

namespace redtag {
namespace {

TEST(Schedule, CountsTimesAYear) {
  EXPECT_DOUBLE_EQ(*times_a_year("cron(0 5 * * ? *)"), 365);
  EXPECT_DOUBLE_EQ(*times_a_year("0 3 * * *"), 365);
  EXPECT_DOUBLE_EQ(*times_a_year("cron(0 */6 * * ? *)"), 4 * 365);
  EXPECT_DOUBLE_EQ(*times_a_year("rate(12 hours)"), 730);
  EXPECT_DOUBLE_EQ(*times_a_year("rate(1 day)"), 365);
  EXPECT_NEAR(*times_a_year("cron(0 5 ? * SUN *)"), 52, 1);
  EXPECT_NEAR(*times_a_year("cron(0 5 ? * MON-FRI *)"), 261, 1);
  EXPECT_NEAR(*times_a_year("cron(0 5 1 1 ? *)"), 1, 0.1);
  EXPECT_NEAR(*times_a_year("0,30 3 1 * *"), 24, 1);
}

TEST(Schedule, RefusesWhatIsNone) {
  for (const char* text :
       {"", "daily", "cron()", "cron(0 5 * *)", "rate(0 days)", "rate(x days)", "0 3 * * */0", "${var.schedule}"})
    EXPECT_FALSE(times_a_year(text)) << text;
}

}  // namespace
}  // namespace redtag
