#include "model/value.h"

#include <gtest/gtest.h>

namespace redtag {
namespace {

Value list_of(Shape shape, std::vector<Value> items) {
  Value value;
  value.presence = Presence::Known;
  value.shape = shape;
  value.items = std::move(items);
  return value;
}

TEST(SameValue, ComparesScalarsByMeaning) {
  EXPECT_TRUE(same_value(known_number("1"), known_number("1.0")));
  EXPECT_TRUE(same_value(known_number("3"), known_string("3")));
  EXPECT_TRUE(same_value(known_bool(true), known_string("true")));
  EXPECT_FALSE(same_value(known_string("a"), known_string("A")));
  EXPECT_FALSE(same_value(known_string("1.0.0"), known_string("1.0")));
  EXPECT_FALSE(same_value(known_number("9007199254740993"), known_number("9007199254740992")));
}

TEST(SameValue, DefaultedEqualsKnownAndAbsentDoesNot) {
  Value defaulted = known_bool(false);
  defaulted.presence = Presence::Defaulted;
  EXPECT_TRUE(same_value(defaulted, known_bool(false)));
  EXPECT_FALSE(same_value(Value(), known_bool(false)));
}

TEST(SameValue, SetsForgetOrderAndListsDoNot) {
  const std::vector<Value> ab{known_string("a"), known_string("b")};
  const std::vector<Value> ba{known_string("b"), known_string("a"), known_string("a")};
  EXPECT_TRUE(same_value(list_of(Shape::Set, ab), list_of(Shape::Set, ba)));
  EXPECT_FALSE(same_value(list_of(Shape::List, ab), list_of(Shape::List, ba)));
}

TEST(SameValue, UnknownsAreTheirExpressions) {
  EXPECT_TRUE(same_value(unknown_value("var.x", "no default"), unknown_value("var.x", "other reason")));
  EXPECT_FALSE(same_value(unknown_value("var.x", ""), unknown_value("var.y", "")));
  EXPECT_FALSE(same_value(unknown_value("var.x", ""), known_string("var.x")));
}

TEST(SameValue, SensitiveOnesAreComparedAndNotShown) {
  Value a = known_string("hunter2"), b = known_string("hunter3");
  a.sensitive = b.sensitive = true;
  EXPECT_FALSE(same_value(a, b));
  EXPECT_EQ(show(a), "(sensitive)");
  EXPECT_EQ(canonical(a), canonical(b));
}

TEST(Canonical, MapsForgetOrderAndNulls) {
  Value a, b;
  a.presence = b.presence = Presence::Known;
  a.shape = b.shape = Shape::Map;
  Value null;
  null.presence = Presence::Known;
  null.type = ScalarType::Null;
  a.entries = {{"x", known_number("1"), {}}, {"y", known_number("2"), {}}};
  b.entries = {{"y", known_number("2"), {}}, {"n", null, {}}, {"x", known_number("1"), {}}};
  EXPECT_EQ(canonical(a), canonical(b));
}

TEST(Show, IsShort) {
  EXPECT_EQ(show(known_string("a\"b")), "\"a\\\"b\"");
  EXPECT_EQ(show(list_of(Shape::List, {known_number("1"), known_bool(true)})), "[1, true]");
  EXPECT_LE(show(known_string(std::string(500, 'x')), 20).size(), 20U);
}

}  // namespace
}  // namespace redtag
