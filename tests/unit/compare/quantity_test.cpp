#include "compare/quantity.h"

#include <gtest/gtest.h>

namespace redtag {
namespace {

struct Case {
  const char* before;
  const char* after;
  Comparison outcome;
  double ratio;
};

TEST(Quantity, ComparesByWhatIsMeasured) {
  const Case cases[] = {
      {"500", "500m", Comparison::Narrower, 0.001},
      {"1", "1000m", Comparison::Equal, 1},
      {"0.5", "500m", Comparison::Equal, 1},
      {"512Mi", "512M", Comparison::Narrower, 512e6 / (512.0 * 1024 * 1024)},
      {"1Gi", "1024Mi", Comparison::Equal, 1},
      {"10GB", "10GiB", Comparison::Wider, 1.073741824},
      {"5m", "300s", Comparison::Equal, 1},
      {"5m", "10m", Comparison::Wider, 2},
      {"5m", "5s", Comparison::Narrower, 1.0 / 60},
      {"30s", "30000ms", Comparison::Equal, 1},
      {"1h30m", "90m", Comparison::Equal, 1},
      {"PT5M", "5m", Comparison::Equal, 1},
      {"P7D", "1w", Comparison::Equal, 1},
      {"P1M", "PT1M", Comparison::Narrower, 1.0 / 43200},
      {"30", "7", Comparison::Narrower, 7.0 / 30},
      {"1e3", "1k", Comparison::Equal, 1},
      {"25%", "100%", Comparison::Wider, 4},
      {"-1", "1", Comparison::Wider, -1},
      {"7 days", "14 days", Comparison::Wider, 2},
  };
  for (const Case& one : cases) {
    SCOPED_TRACE(std::string(one.before) + " " + one.after);
    const QuantityDifference there = compare_quantities(known_string(one.before), known_string(one.after));
    EXPECT_EQ(there.outcome, one.outcome);
    ASSERT_TRUE(there.ratio);
    EXPECT_NEAR(*there.ratio, one.ratio, 1e-9);
    const QuantityDifference back = compare_quantities(known_string(one.after), known_string(one.before));
    const bool flips = one.outcome == Comparison::Wider || one.outcome == Comparison::Narrower;
    EXPECT_EQ(back.outcome == one.outcome, !flips);
  }
}

TEST(Quantity, DoesNotCompareWhatHasNoCommonMeasure) {
  for (const auto& [before, after] : {std::pair{"50%", "5"}, {"10GB", "10"}, {"large", "small"}, {"5s", "5"}, {"1.2.3", "1.2.4"}, {"", "1"}}) {
    EXPECT_EQ(compare_quantities(known_string(before), known_string(after)).outcome, Comparison::Unknown) << before << " " << after;
  }
  EXPECT_EQ(compare_quantities({}, known_string("1")).outcome, Comparison::Unknown);
  EXPECT_EQ(compare_quantities(unknown_value("var.a", ""), unknown_value("var.a", "")).outcome, Comparison::Equal);
}

TEST(Quantity, HasNoRatioToZero) {
  const QuantityDifference result = compare_quantities(known_string("0"), known_string("7"));
  EXPECT_EQ(result.outcome, Comparison::Wider);
  EXPECT_FALSE(result.ratio);
}

TEST(Quantity, SaysHowMuch) {
  EXPECT_EQ(compare_quantities(known_string("500"), known_string("500m")).sentence, "\"500\" → \"500m\" (1e+03 times less)");
}

TEST(Quantity, RefusesHostileText) {
  for (const std::string& text : {std::string(100000, '9'), std::string("1e999"), std::string("nan"), std::string("-inf"), std::string("P"),
                                  std::string("PT"), std::string("1h30"), std::string("--1"), std::string("1h1x")}) {
    EXPECT_TRUE(read_quantity(text).empty()) << text.substr(0, 10);
  }
}

}  // namespace
}  // namespace redtag
