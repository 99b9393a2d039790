#include "compare/permissions.h"

#include <gtest/gtest.h>

#include <random>

#include "compare/statement.h"

namespace redtag {
namespace {

using Words = std::vector<std::string>;

/// A set of strings; a word that begins with `$` is an unknown expression.
Value set_of(const Words& words) {
  Value set;
  set.presence = Presence::Known;
  set.shape = Shape::Set;
  for (const std::string& word : words) {
    set.items.push_back(word.starts_with('$') ? unknown_value(word, "a reference") : known_string(word));
  }
  return set;
}

struct Box {
  Words actions = {"s3:GetObject"};
  Words resources = {"arn:aws:s3:::a/*"};
  Words principals = {};
  Words conditions = {};
  std::string effect = "Allow";
};

Value map_of(std::vector<std::pair<std::string, Value>> entries) {
  Value map;
  map.presence = Presence::Known;
  map.shape = Shape::Map;
  for (auto& [key, value] : entries) map.entries.push_back({key, std::move(value), {}});
  return map;
}

Value statement(const Box& box) {
  std::vector<std::pair<std::string, Value>> entries;
  entries.emplace_back("effect", known_string(box.effect));
  entries.emplace_back("actions", set_of(box.actions));
  entries.emplace_back("resources", set_of(box.resources));
  if (!box.principals.empty()) entries.emplace_back("principals", set_of(box.principals));
  if (!box.conditions.empty()) entries.emplace_back("conditions", set_of(box.conditions));
  return map_of(std::move(entries));
}

Value document(std::vector<Value> statements) {
  Value value;
  value.presence = Presence::Known;
  value.shape = Shape::Permissions;
  value.items = std::move(statements);
  return value;
}

Value document_of(const std::vector<Box>& boxes) {
  std::vector<Value> statements;
  for (const Box& box : boxes) statements.push_back(statement(box));
  return document(std::move(statements));
}

/// The outcome in both directions has to fit, whatever the case.
Comparison compared_values(const Value& before, const Value& after) {
  const Comparison there = compare_permissions(before, after).difference.outcome();
  const Comparison back = compare_permissions(after, before).difference.outcome();
  EXPECT_FALSE(there == Comparison::Wider && back == Comparison::Wider);
  EXPECT_EQ(there == Comparison::Equal, back == Comparison::Equal);
  EXPECT_EQ(there == Comparison::Both, back == Comparison::Both);
  EXPECT_EQ(compare_permissions(before, before).difference.outcome(), Comparison::Equal);
  return there;
}

Comparison compared(const std::vector<Box>& before, const std::vector<Box>& after) {
  return compared_values(document_of(before), document_of(after));
}

Box with_actions(Words actions) { return {.actions = std::move(actions)}; }
Box with_resources(Words resources) { return {.resources = std::move(resources)}; }
Box with_principals(Words principals) { return {.principals = std::move(principals)}; }
Box with_conditions(Words conditions) { return {.conditions = std::move(conditions)}; }

TEST(Permissions, AreEqualHoweverTheyAreWritten) {
  const Box get = with_actions({"s3:GetObject"});
  const Box put = with_actions({"s3:PutObject"});
  const Box both = with_actions({"s3:PutObject", "s3:GetObject"});
  EXPECT_EQ(compared({get, put}, {put, get}), Comparison::Equal);
  EXPECT_EQ(compared({get, put}, {both}), Comparison::Equal);
  EXPECT_EQ(compared({both, get}, {both}), Comparison::Equal);
  EXPECT_EQ(compared({get}, {with_actions({"S3:getobject"})}), Comparison::Equal);
  EXPECT_EQ(compared({with_actions({"s3:Get*", "s3:GetObject"})}, {with_actions({"s3:Get*"})}), Comparison::Equal);
  EXPECT_EQ(compared({with_principals({"AWS:111122223333"})}, {with_principals({"AWS:arn:aws:iam::111122223333:root"})}), Comparison::Equal);
  EXPECT_EQ(compared({with_principals({"AWS:*"})}, {with_principals({"*"})}), Comparison::Equal);
}

TEST(Permissions, ASingleStringIsAListOfOne) {
  Value single = statement({});
  single.entries[1].value = known_string("s3:GetObject");
  EXPECT_EQ(compared_values(document({single}), document_of({{}})), Comparison::Equal);
}

TEST(Permissions, WidenWithMoreOfAnything) {
  const std::vector<Box> base = {{}};
  EXPECT_EQ(compared({}, base), Comparison::Wider);
  EXPECT_EQ(compared(base, {with_actions({"s3:GetObject", "s3:DeleteObject"})}), Comparison::Wider);
  EXPECT_EQ(compared(base, {with_actions({"s3:Get*"})}), Comparison::Wider);
  EXPECT_EQ(compared(base, {with_actions({"*"})}), Comparison::Wider);
  EXPECT_EQ(compared(base, {with_resources({"*"})}), Comparison::Wider);
  EXPECT_EQ(compared(base, {with_resources({"arn:aws:s3:::a*"})}), Comparison::Wider);
  EXPECT_EQ(compared({with_principals({"AWS:arn:aws:iam::111122223333:role/ci"})}, {with_principals({"AWS:111122223333"})}), Comparison::Wider);
  EXPECT_EQ(compared({with_principals({"user:a@example.com"})}, {with_principals({"domain:example.com"})}), Comparison::Wider);
  EXPECT_EQ(compared({with_principals({"user:a@example.com"})}, {with_principals({"allUsers"})}), Comparison::Wider);
  EXPECT_EQ(compared({with_actions({"roles/viewer"})}, {with_actions({"roles/owner"})}), Comparison::Wider);
}

TEST(Permissions, NarrowWithLess) {
  EXPECT_EQ(compared({{}}, {}), Comparison::Narrower);
  EXPECT_EQ(compared({with_actions({"s3:*"})}, {with_actions({"s3:GetObject", "s3:PutObject"})}), Comparison::Narrower);
  EXPECT_EQ(compared({with_resources({"arn:aws:s3:::?/*"})}, {{}}), Comparison::Narrower);
}

TEST(Permissions, GainAndLose) {
  EXPECT_EQ(compared({with_actions({"s3:GetObject"})}, {with_actions({"s3:PutObject"})}), Comparison::Both);
  EXPECT_EQ(compared({with_resources({"arn:aws:s3:::a/*"})}, {with_resources({"arn:aws:s3:::b/*"})}), Comparison::Both);
  // Two separate boxes are not their hull.
  const Box a{.actions = {"s3:GetObject"}, .resources = {"a"}};
  const Box b{.actions = {"s3:PutObject"}, .resources = {"b"}};
  EXPECT_EQ(compared({a, b}, {{.actions = {"s3:GetObject", "s3:PutObject"}, .resources = {"a", "b"}}}), Comparison::Wider);
}

TEST(Permissions, DenialsCountTheOtherWayRound) {
  Box deny = with_actions({"s3:DeleteObject"});
  deny.effect = "Deny";
  Box deny_more = deny;
  deny_more.actions = {"s3:Delete*"};
  EXPECT_EQ(compared({{}}, {{}, deny}), Comparison::Narrower);
  EXPECT_EQ(compared({{}, deny_more}, {{}, deny}), Comparison::Wider);
  Box deny_unless = deny;
  deny_unless.conditions = {"Bool|aws:SecureTransport|false"};
  EXPECT_EQ(compared({deny}, {deny_unless}), Comparison::Wider);
  const PermissionDifference dropped = compare_permissions(document_of({{}, deny}), document_of({{}}));
  EXPECT_TRUE(dropped.denial_dropped);
  EXPECT_EQ(dropped.difference.sentence(), "gains what was denied: s3:DeleteObject on arn:aws:s3:::a/*");
}

TEST(Permissions, ConditionsLimit) {
  const Box free;
  const Box vpc = with_conditions({"StringEquals|aws:SourceVpc|vpc-1"});
  const Box two_vpcs = with_conditions({"StringEquals|aws:SourceVpc|vpc-1", "StringEquals|aws:SourceVpc|vpc-2"});
  const Box vpc_and_tls = with_conditions({"StringEquals|aws:SourceVpc|vpc-1", "Bool|aws:SecureTransport|true"});
  EXPECT_EQ(compared({free}, {vpc}), Comparison::Narrower);
  EXPECT_EQ(compared({vpc}, {free}), Comparison::Wider);
  EXPECT_EQ(compared({vpc}, {two_vpcs}), Comparison::Wider);
  EXPECT_EQ(compared({vpc}, {vpc_and_tls}), Comparison::Narrower);
  EXPECT_EQ(compared({two_vpcs}, {vpc_and_tls}), Comparison::Narrower);
  EXPECT_EQ(compared({vpc}, {with_conditions({"StringEquals|aws:SourceVpc|vpc-2"})}), Comparison::Both);
  EXPECT_EQ(compared({vpc}, {with_conditions({"StringLike|aws:SourceVpc|vpc-*"})}), Comparison::Wider);
  EXPECT_EQ(compared({vpc}, {with_conditions({"StringEqualsIfExists|aws:SourceVpc|vpc-1"})}), Comparison::Wider);
  const Box not_one = with_conditions({"StringNotEquals|aws:SourceVpc|vpc-1"});
  const Box not_two = with_conditions({"StringNotEquals|aws:SourceVpc|vpc-1", "StringNotEquals|aws:SourceVpc|vpc-2"});
  EXPECT_EQ(compared({not_one}, {not_two}), Comparison::Narrower);
  const Box office = with_conditions({"IpAddress|aws:SourceIp|203.0.113.0/24"});
  EXPECT_EQ(compared({office}, {with_conditions({"IpAddress|aws:SourceIp|203.0.112.0/20"})}), Comparison::Wider);
  EXPECT_EQ(compared({with_conditions({"NumericLessThan|s3:max-keys|10"})}, {with_conditions({"NumericLessThan|s3:max-keys|100"})}), Comparison::Wider);
  const PermissionDifference dropped = compare_permissions(document_of({vpc}), document_of({free}));
  EXPECT_TRUE(dropped.condition_dropped);
  EXPECT_EQ(dropped.difference.sentence(),
            "gains s3:GetObject on arn:aws:s3:::a/* without the condition stringequals aws:sourcevpc vpc-1");
}

Value not_statement(std::string_view part, const Words& excluded) {
  Value value = statement({});
  value.entries.erase(value.entries.begin() + (part == "not_actions" ? 1 : 2));
  value.entries.push_back({std::string(part), set_of(excluded), {}});
  return value;
}

TEST(Permissions, EverythingButIsWiderThanWhatItDoesNotMeet) {
  const Value but_delete = document({not_statement("not_actions", {"s3:Delete*"})});
  const Value but_less = document({not_statement("not_actions", {"s3:DeleteObject"})});
  EXPECT_EQ(compared_values(document_of({{}}), but_delete), Comparison::Wider);
  EXPECT_EQ(compared_values(document_of({with_actions({"s3:DeleteBucket"})}), but_delete), Comparison::Both);
  EXPECT_EQ(compared_values(document_of({with_actions({"s3:*"})}), but_delete), Comparison::Both);
  EXPECT_EQ(compared_values(but_delete, but_less), Comparison::Wider);
  EXPECT_EQ(compared_values(but_delete, document_of({with_actions({"*"})})), Comparison::Wider);
}

TEST(Permissions, UnknownPartsThatStayDoNotMatter) {
  const Box before{.actions = {"s3:GetObject"}, .resources = {"$aws_s3_bucket.a.arn"}};
  Box after = before;
  after.actions = {"s3:GetObject", "s3:DeleteObject"};
  EXPECT_EQ(compared({before}, {after}), Comparison::Wider);
  EXPECT_TRUE(compare_permissions(document_of({before}), document_of({after})).difference.certain());
  Box more = before;
  more.resources.push_back("$aws_s3_bucket.b.arn");
  EXPECT_EQ(compared({before}, {more}), Comparison::Wider);
  EXPECT_FALSE(compare_permissions(document_of({before}), document_of({more})).difference.certain());
  Box other = before;
  other.resources = {"$var.bucket"};
  EXPECT_EQ(compared({before}, {other}), Comparison::Unknown);
  Box all = before;
  all.resources = {"*"};
  EXPECT_EQ(compared({before}, {all}), Comparison::Wider);
}

TEST(Permissions, UnknownDocumentsAreEqualOnlyToThemselves) {
  const Value a = unknown_value("data.x.json", "a look-up");
  const Value b = unknown_value("data.y.json", "a look-up");
  EXPECT_EQ(compared_values(a, a), Comparison::Equal);
  EXPECT_EQ(compared_values(a, b), Comparison::Unknown);
  EXPECT_EQ(compared_values(document_of({{}}), a), Comparison::Unknown);
}

TEST(Permissions, SayWhenEveryoneOrEverythingComesIn) {
  Box open;
  open.principals = {"AWS:*"};
  const Value closed = document_of({with_principals({"AWS:111122223333"})});
  EXPECT_TRUE(compare_permissions(closed, document_of({open})).opened_to_anyone);
  EXPECT_FALSE(compare_permissions(document_of({open}), closed).opened_to_anyone);
  open.conditions = {"StringEquals|aws:PrincipalOrgID|o-1"};
  EXPECT_FALSE(compare_permissions(closed, document_of({open})).opened_to_anyone);
  // On what it names, every action is its owner's right.
  Box every = with_actions({"s3:*"});
  EXPECT_FALSE(compare_permissions(document_of({{}}), document_of({every})).every_action);
  every.resources = {"*"};
  EXPECT_TRUE(compare_permissions(document_of({{}}), document_of({every})).every_action);
  every.resources = {"arn:aws:s3:::*"};
  EXPECT_TRUE(compare_permissions(document_of({{}}), document_of({every})).every_action);
  EXPECT_FALSE(compare_permissions(document_of({{}}), document_of({with_actions({"s3:Put*"})})).every_action);
  // Identity policies have no principal at all: that is not everyone.
  EXPECT_FALSE(compare_permissions(document_of({}), document_of({{}})).opened_to_anyone);
}

TEST(Permissions, GiveUpOnHostileInputAndSaySo) {
  Box huge;
  for (int i = 0; i < 3000; ++i) {
    huge.actions.push_back("s3:*a*b*" + std::to_string(i) + "*");
    huge.resources.push_back("*a*b*c" + std::to_string(i) + "*");
  }
  Box other = huge;
  other.resources.push_back("x");
  const PermissionDifference result = compare_permissions(document_of({huge}), document_of({other}));
  EXPECT_EQ(result.difference.outcome(), Comparison::Unknown);
  EXPECT_FALSE(result.difference.gave_up.empty());
}

/// Random documents over a few words, so that boxes often meet.
class Draw {
 public:
  explicit Draw(unsigned seed) : random_(seed) {}

  Box box() {
    Box box{some({"s3:GetObject", "s3:Get*", "s3:PutObject", "s3:*", "*", "$var.action"}),
            some({"a", "a*", "b", "*", "$x.arn"}), {}, {}, pick(4) == 0 ? "Deny" : "Allow"};
    if (pick(2) == 0) box.principals = some({"AWS:111122223333", "AWS:arn:aws:iam::111122223333:role/r", "*", "Service:ec2"});
    if (pick(3) == 0) box.conditions = some({"StringEquals|k|v", "StringLike|k|v*", "Bool|t|true", "$c"});
    return box;
  }
  std::vector<Box> boxes() {
    std::vector<Box> boxes;
    for (unsigned i = pick(4); i > 0; --i) boxes.push_back(box());
    return boxes;
  }
  unsigned pick(unsigned below) { return std::uniform_int_distribution<unsigned>(0, below - 1)(random_); }
  std::mt19937& engine() { return random_; }

 private:
  Words some(Words words) {
    std::shuffle(words.begin(), words.end(), random_);
    words.resize(1 + pick(2));
    return words;
  }
  std::mt19937 random_;
};

TEST(Permissions, HoldTheLawsOfSets) {
  for (unsigned seed = 1; seed <= 400; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Draw draw(seed);
    const std::vector<Box> some = draw.boxes();
    std::vector<Box> more = some;
    Box allowance = draw.box();
    allowance.effect = "Allow";
    more.push_back(allowance);
    const Comparison grown = compared(some, more);
    EXPECT_TRUE(grown == Comparison::Equal || grown == Comparison::Wider) << comparison_name(grown);
    const Comparison shrunk = compared(more, some);
    EXPECT_TRUE(shrunk == Comparison::Equal || shrunk == Comparison::Narrower) << comparison_name(shrunk);
    std::vector<Box> mixed = more;
    std::shuffle(mixed.begin(), mixed.end(), draw.engine());
    mixed.push_back(mixed.front());
    EXPECT_EQ(compared(more, mixed), Comparison::Equal);
    Box denial = draw.box();
    denial.effect = "Deny";
    std::vector<Box> denied = some;
    denied.push_back(denial);
    const Comparison limited = compared(some, denied);
    EXPECT_TRUE(limited == Comparison::Equal || limited == Comparison::Narrower) << comparison_name(limited);
  }
}

TEST(Permissions, SplitIntoSingleStatementsStayEqual) {
  for (unsigned seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const std::vector<Box> whole = Draw(seed).boxes();
    std::vector<Box> split;
    for (const Box& box : whole) {
      for (const std::string& action : box.actions) {
        Box one = box;
        one.actions = {action};
        split.push_back(one);
      }
    }
    EXPECT_EQ(compared(whole, split), Comparison::Equal);
  }
}

}  // namespace
}  // namespace redtag
