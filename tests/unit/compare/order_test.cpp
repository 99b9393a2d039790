#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "compare/rules.h"
#include "compare/sets.h"

namespace redtag {
namespace {

Value list_of(const std::vector<std::string>& words, Shape shape) {
  Value list;
  list.presence = Presence::Known;
  list.shape = shape;
  for (const std::string& word : words) {
    list.items.push_back(word.starts_with('$') ? unknown_value(word, "a variable") : known_string(word));
  }
  return list;
}

Comparison sets(const std::vector<std::string>& before, const std::vector<std::string>& after) {
  return compare_sets(list_of(before, Shape::Set), list_of(after, Shape::List)).outcome();
}

TEST(Sets, CountWhatCameAndWent) {
  EXPECT_EQ(sets({"a", "b"}, {"b", "a", "a"}), Comparison::Equal);
  EXPECT_EQ(sets({"a"}, {"a", "b"}), Comparison::Wider);
  EXPECT_EQ(sets({"a", "b"}, {}), Comparison::Narrower);
  EXPECT_EQ(sets({"a"}, {"b"}), Comparison::Both);
  EXPECT_EQ(sets({"$x"}, {"$x"}), Comparison::Equal);
  EXPECT_EQ(sets({"$x", "a"}, {"$x"}), Comparison::Narrower);
  EXPECT_EQ(sets({"$x"}, {"$y"}), Comparison::Unknown);
  EXPECT_EQ(sets({"a"}, {"$y"}), Comparison::Unknown);
}

TEST(Sets, CompareMapsByTheirKeys) {
  Value before;
  before.presence = Presence::Known;
  before.shape = Shape::Map;
  before.entries = {{"eu", known_number("1"), {}}, {"us", known_number("1"), {}}};
  Value after = before;
  after.entries[0].value = known_number("2");
  EXPECT_EQ(compare_sets(before, after).outcome(), Comparison::Equal);
  after.entries.pop_back();
  const Difference difference = compare_sets(before, after);
  EXPECT_EQ(difference.outcome(), Comparison::Narrower);
  EXPECT_EQ(difference.sentence(), "loses \"us\"");
}

TEST(Sets, TellSensitiveElementsApart) {
  Value before = list_of({"secret"}, Shape::Set);
  Value after = list_of({"other"}, Shape::Set);
  before.items[0].sensitive = after.items[0].sensitive = true;
  const Difference difference = compare_sets(before, after);
  EXPECT_EQ(difference.outcome(), Comparison::Both);
  EXPECT_EQ(difference.sentence().find("other"), std::string::npos);
}

TEST(Sets, ShowTheFirstFew) {
  const Difference difference = compare_sets({}, list_of({"1", "2", "3", "4", "5", "6", "7", "8"}, Shape::Set));
  EXPECT_EQ(difference.sentence(), "gains \"1\", \"2\", \"3\", \"4\", \"5\", \"6\" and 2 more");
}

RuleDifference rules(const std::vector<std::string>& before, const std::vector<std::string>& after) {
  return compare_rules(list_of(before, Shape::Rules), list_of(after, Shape::Rules));
}

TEST(Rules, NameTheFewestThatMoved) {
  EXPECT_TRUE(rules({"a", "b"}, {"a", "b"}).same());
  EXPECT_EQ(rules({"a", "b", "c", "d"}, {"d", "a", "b", "c"}).moved, std::vector<std::size_t>({0}));
  EXPECT_EQ(rules({"a", "b", "c"}, {"a", "x", "b", "c"}).gained, std::vector<std::size_t>({1}));
  EXPECT_TRUE(rules({"a", "b", "c"}, {"a", "x", "b", "c"}).moved.empty());
  EXPECT_EQ(rules({"a", "b"}, {"b"}).lost, std::vector<std::size_t>({0}));
  EXPECT_TRUE(rules({"a", "a"}, {"a", "a"}).same());
  EXPECT_EQ(rules({"a", "a"}, {"a"}).lost, std::vector<std::size_t>({1}));
}

TEST(Rules, SeeACatchAllMoveUp) {
  const RuleDifference result = rules({"/api", "/img", "*"}, {"/api", "*", "/img"});
  EXPECT_EQ(result.shadowed, std::vector<std::size_t>({2}));
  EXPECT_EQ(result.moved.size(), 1U);
  EXPECT_TRUE(rules({"*", "/api"}, {"*", "/api", "/x"}).shadowed.empty());
  EXPECT_EQ(rules({"/api"}, {"*", "/api"}).shadowed, std::vector<std::size_t>({1}));
}

TEST(Rules, KnowACatchAllByItsMatchingFields) {
  Value rule;
  rule.presence = Presence::Known;
  rule.shape = Shape::Block;
  rule.entries = {{"path_pattern", known_string("/*"), {}}, {"target", known_string("x"), {}}};
  EXPECT_TRUE(is_catch_all(rule));
  rule.entries.push_back({"host_header", known_string("a.example.com"), {}});
  EXPECT_FALSE(is_catch_all(rule));
  rule.entries = {{"target", known_string("*"), {}}};
  EXPECT_FALSE(is_catch_all(rule));
}

TEST(Rules, SayNothingOfUnknownLists) {
  const Value unknown = unknown_value("local.rules", "a local");
  EXPECT_TRUE(compare_rules(list_of({"a"}, Shape::Rules), unknown).unknown);
  EXPECT_TRUE(compare_rules(unknown, unknown).same());
}

// Taking the moved and gained rules out of both lists leaves the same order.
TEST(Rules, ExplainEveryOrder) {
  for (unsigned seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    std::vector<std::string> before;
    for (unsigned i = 0; i < random() % 9; ++i) before.push_back(std::string(1, static_cast<char>('a' + i)));
    std::vector<std::string> after = before;
    std::shuffle(after.begin(), after.end(), random);
    const RuleDifference result = rules(before, after);
    ASSERT_TRUE(result.gained.empty());
    ASSERT_TRUE(result.lost.empty());
    std::vector<std::string> rest;
    for (std::size_t i = 0; i < after.size(); ++i) {
      if (std::find(result.moved.begin(), result.moved.end(), i) == result.moved.end()) rest.push_back(after[i]);
    }
    ASSERT_TRUE(std::is_sorted(rest.begin(), rest.end()));
    ASSERT_EQ(result.moved.empty(), before == after);
  }
}

}  // namespace
}  // namespace redtag
