// Conditions of the replacement tables against the two values of a change.
#include "delta/conditions.h"

#include <gtest/gtest.h>

namespace redtag {
namespace {

AttributeChange change_of(Value before, Value after) {
  AttributeChange change;
  change.before = std::move(before);
  change.after = std::move(after);
  return change;
}

bool out(std::string_view condition, Value before, Value after) {
  return rules_out(condition, change_of(std::move(before), std::move(after)), Resource());
}

TEST(Conditions, WhatGrowsIsNotLowered) {
  EXPECT_TRUE(out("when the size is lowered", known_string("100"), known_string("200")));
  EXPECT_FALSE(out("when the size is lowered", known_string("200"), known_string("100")));
  EXPECT_FALSE(out("when the size is lowered", unknown_value("var.size", "given from outside"), known_string("100")));
  EXPECT_TRUE(out("when the version is lowered (downgrade)", known_string("13.4"), known_string("13.10")));
  EXPECT_FALSE(out("when the version is lowered or crosses a version limit", known_string("13"), known_string("16")));
}

TEST(Conditions, WhatStaysIsNotRemoved) {
  EXPECT_TRUE(out("when a value that was set is removed", known_string("a"), known_string("b")));
  EXPECT_FALSE(out("when a value that was set is removed", known_string("a"), Value()));
  EXPECT_TRUE(out("only when the new configuration sets a value (removing the argument does not replace)",
                  known_string("a"), Value()));
  EXPECT_FALSE(out("only when the new configuration sets a value (removing the argument does not replace)", Value(),
                   known_string("a")));
  EXPECT_TRUE(out("when the block is added", known_string("a"), known_string("b")));
}

TEST(Conditions, WhatWasNotSetCannotChange) {
  EXPECT_TRUE(out("when a value that was set changes, except azure to cilium", Value(), known_string("b")));
  EXPECT_FALSE(out("when a value that was set changes, except azure to cilium", known_string("a"), known_string("b")));
}

TEST(Conditions, TurnedOffIsOneDirection) {
  EXPECT_TRUE(out("when it is turned from true to false", known_string("false"), known_string("true")));
  EXPECT_FALSE(out("when it is turned from true to false", known_string("true"), known_string("false")));
}

TEST(Conditions, FamiliesOfMachinesTellTheirProcessors) {
  constexpr std::string_view condition = "when the old and new types share no CPU architecture";
  EXPECT_TRUE(out(condition, known_string("t3.large"), known_string("t3.xlarge")));
  EXPECT_TRUE(out(condition, known_string("m6g.large"), known_string("c7gn.xlarge")));
  EXPECT_FALSE(out(condition, known_string("m6i.large"), known_string("m6g.large")));
  EXPECT_FALSE(out(condition, known_string("g4dn.xlarge"), known_string("g5g.xlarge")));
  EXPECT_TRUE(out(condition, known_string("g4dn.xlarge"), known_string("g5.xlarge")));
}

TEST(Conditions, OtherWordsRuleNothingOut) {
  EXPECT_FALSE(out("decided at plan time by the provider", known_string("1"), known_string("2")));
  EXPECT_FALSE(out("when moving to or from Premium", known_string("1"), known_string("2")));
}

TEST(Conditions, ALaterVersionOfItsSeriesIsReachedInPlace) {
  constexpr std::string_view condition = "when the service offers no in-place upgrade path to the new version";
  EXPECT_TRUE(out(condition, known_string("OpenSearch_2.11"), known_string("OpenSearch_2.13")));
  EXPECT_FALSE(out(condition, known_string("OpenSearch_2.13"), known_string("OpenSearch_2.11")));
  EXPECT_FALSE(out(condition, known_string("OpenSearch_1.3"), known_string("OpenSearch_2.11")));
  EXPECT_FALSE(out(condition, known_string("Elasticsearch_7.10"), known_string("OpenSearch_7.11")));
}

TEST(Conditions, TheFamiliesThatAConditionNames) {
  constexpr std::string_view hyperscale = "when leaving a Hyperscale (HS*) SKU for a non-Hyperscale one";
  EXPECT_TRUE(out(hyperscale, known_string("S0"), known_string("S3")));
  EXPECT_FALSE(out(hyperscale, known_string("HS_Gen5_2"), known_string("S3")));
  constexpr std::string_view zones =
      "when crossing between zone-redundant (ZRS/GZRS/RAGZRS) and locally/geo-redundant (LRS/GRS/RAGRS) families";
  EXPECT_TRUE(out(zones, known_string("LRS"), known_string("GRS")));
  EXPECT_FALSE(out(zones, known_string("LRS"), known_string("ZRS")));
}

}  // namespace
}  // namespace redtag
