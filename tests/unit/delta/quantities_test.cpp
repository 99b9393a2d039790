// Rows about how much and how long: capacity, limits, deadlines, and rows that want a value on both sides.
#include <gtest/gtest.h>

#include "delta/attributes.h"
#include "delta/effects.h"
#include "models.h"

namespace redtag {
namespace {

/// The effects of `n` going from one number to another; an empty text is a line that is not there.
std::string effects(const std::string& row, const std::string& before, const std::string& after) {
  const auto side = [](const std::string& number) {
    return number.empty() ? std::vector<Entry>{} : std::vector<Entry>{testing::attribute("n", known_number(number))};
  };
  const FactTables facts = testing::table("terraform\tt\tn\t" + row + "\t\ttest\n");  // effect value condition
  ResourceChange change;
  change.attributes = compare_attributes(side(before), side(after));
  add_effects(change, Stack::Terraform, "t", facts);
  std::string found;
  for (const AttributeChange& one : change.attributes) {
    for (const EffectHit& hit : one.effects) found += std::string(found.empty() ? "" : " ") + std::string(effect_name(hit.effect));
  }
  return found;
}

TEST(Quantities, LessCapacitySteersAndMoreDoesNot) {
  EXPECT_EQ(effects("capacity\t\t", "5", "3"), "steers");
  EXPECT_EQ(effects("capacity\t\t", "3", "5"), "");
  EXPECT_EQ(effects("capacity\t\t", "3", "0"), "steers");
  EXPECT_EQ(effects("capacity\t-1\t", "3", "-1"), "");
  EXPECT_EQ(effects("capacity\t-1\t", "-1", "0"), "");
}

TEST(Quantities, ALimitSteersWhenItIsOfAnotherOrder) {
  EXPECT_EQ(effects("limit\t\t", "60", "300"), "");
  EXPECT_EQ(effects("limit\t\t", "60", "600"), "steers");
  EXPECT_EQ(effects("limit\t\t", "300", "30"), "steers");
  EXPECT_EQ(effects("limit\t\t", "300", "0"), "steers");
  EXPECT_EQ(effects("limit\t\t", "300", ""), "");
}

TEST(Quantities, ADeadlineCutsWhenItComesOrComesCloser) {
  EXPECT_EQ(effects("expires\t\t", "30", "7"), "backup-cut");
  EXPECT_EQ(effects("expires\t\t", "", "7"), "backup-cut");
  EXPECT_EQ(effects("expires\t\t", "7", "30"), "");
  EXPECT_EQ(effects("expires\t\t", "7", ""), "");
  EXPECT_EQ(effects("expires\t0\t", "30", "0"), "");
  EXPECT_EQ(effects("expires\t0\t", "0", "30"), "backup-cut");
}

TEST(Quantities, ARowMayWantAValueOnBothSides) {
  EXPECT_EQ(effects("replaces\t\tgiven on both sides", "1", "2"), "replaces");
  EXPECT_EQ(effects("replaces\t\tgiven on both sides", "", "2"), "");
  EXPECT_EQ(effects("replaces\t\tgiven on both sides", "1", ""), "");
}

}  // namespace
}  // namespace redtag
