#include "base/instant.h"

#include <gtest/gtest.h>

#include "base/base64.h"

namespace redtag {
namespace {

TEST(Instant, ReadsWhatItPrints) {
  for (const char* text :
       {"1970-01-01T00:00:00Z", "2026-11-28T07:33:40Z", "2000-02-29T23:59:59Z", "1969-12-31T23:59:59Z"}) {
    const auto instant = parse_instant(text);
    ASSERT_TRUE(instant) << text;
    EXPECT_EQ(print_instant(*instant), text);
  }
  EXPECT_EQ(parse_instant("2026-01-10")->seconds, 1768003200);
  EXPECT_EQ(print_day(Instant{1768046400}), "2026-01-10");
}

TEST(Instant, RefusesDaysThatAreNone) {
  for (const char* text :
       {"", "2026", "2026-02-30", "2026-13-01", "2026-1-01", "2026-01-10T24:00:00Z", "2026-01-10T12:00:00",
        "2026-01-10T12:00:00+01:00", "2026-01-10 12:00:00Z", "2026-01-10T12:60:00Z", "x026-01-10"}) {
    EXPECT_FALSE(parse_instant(text)) << text;
  }
}

TEST(Base64, HasOneSpelling) {
  EXPECT_EQ(base64("any"), "YW55");
  EXPECT_EQ(base64("a"), "YQ==");
  EXPECT_EQ(from_base64("YQ=="), "a");
  EXPECT_EQ(from_base64(""), "");
  for (const char* text : {"YQ", "YQ=", "YR==", "Y Q==", "YQ==\n", "!!!!", "YQ==YQ=="})
    EXPECT_FALSE(from_base64(text)) << text;
}

}  // namespace
}  // namespace redtag
