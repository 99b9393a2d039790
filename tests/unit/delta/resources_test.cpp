#include <gtest/gtest.h>

#include "delta/resources.h"
#include "models.h"

namespace redtag {
namespace {

using testing::attribute;
using testing::directive;
using testing::fates;
using testing::resource;
using Fates = std::vector<std::string>;

Fates compared(const Sides& sides, const std::string& rows = "") {
  const FactTables facts = testing::table(rows);
  return fates(compare(sides, facts), sides);
}

Resource database(const std::string& name) {
  return resource("aws_db_instance", name, {attribute("engine", known_string("postgres")), attribute("size", known_number("5"))});
}

TEST(Resources, EqualSidesAreNoChange) {
  EXPECT_EQ(compared({{{database("a")}, {}, {}, {}, {}}, {{database("a")}, {}, {}, {}, {}}}), Fates{});
}

TEST(Resources, AVanishedOneIsRemovedWithItsRoot) {
  Sides sides;
  sides.before.resources = {database("a")};
  const FactTables facts = testing::table("");
  const Delta delta = compare(sides, facts);
  ASSERT_EQ(delta.resources.size(), 1U);
  EXPECT_EQ(delta.resources[0].fate, ResourceFate::Removed);
  EXPECT_TRUE(delta.resources[0].whole_root);
}

TEST(Resources, AnAlikeOneUnderAnotherNameIsRenamed) {
  Sides sides;
  sides.before.resources = {database("a")};
  sides.after.resources = {database("b")};
  EXPECT_EQ(compared(sides), Fates{"aws_db_instance.a renamed"});
}

TEST(Resources, AMovedBlockExplainsTheRename) {
  Sides sides;
  sides.before.resources = {database("a")};
  sides.after.resources = {database("b"), directive(Declares::Moved, {attribute("from", unknown_value("aws_db_instance.a", "")),
                                                                     attribute("to", unknown_value("aws_db_instance.b", ""))})};
  EXPECT_EQ(compared(sides), Fates{"aws_db_instance.a moved"});
}

TEST(Resources, AMovedBlockOfAnotherRootExplainsNothing) {
  Sides sides;
  sides.before.resources = {resource("aws_eip", "a", {}, "prod")};
  sides.after.resources = {resource("aws_eip", "b", {}, "prod"),
                           directive(Declares::Moved, {attribute("from", unknown_value("aws_eip.a", "")),
                                                       attribute("to", unknown_value("aws_eip.b", ""))}, "dev")};
  EXPECT_EQ(compared(sides), Fates{"prod:aws_eip.a renamed"});
}

TEST(Resources, ARemovedBlockForgetsOnlyWithoutDestroy) {
  const auto removed = [](Value destroy) {
    return directive(Declares::Removed, {attribute("from", unknown_value("aws_db_instance.a", "")),
                                         attribute("lifecycle", testing::block({attribute("destroy", std::move(destroy))}))});
  };
  Sides sides;
  sides.before.resources = {database("a")};
  sides.after.resources = {removed(known_bool(false))};
  EXPECT_EQ(compared(sides), Fates{"aws_db_instance.a forgotten"});
  sides.after.resources = {removed(known_bool(true))};
  EXPECT_EQ(compared(sides), Fates{"aws_db_instance.a removed"});
}

TEST(Resources, TheSameDeclarationInAnotherDirectoryMoved) {
  Sides sides;
  sides.before.resources = {resource("aws_eip", "a", {attribute("vpc", known_bool(true))}, "old")};
  sides.after.resources = {resource("aws_eip", "a", {attribute("vpc", known_bool(true))}, "new")};
  EXPECT_EQ(compared(sides), Fates{"old:aws_eip.a moved"});
}

TEST(Resources, AFactRowMakesAnUpdateAReplacement) {
  const std::string row = "terraform\taws_db_instance\tengine\treplaces\t\t\tdatabase\ttest\n";
  Sides sides;
  sides.before.resources = {database("a")};
  sides.after.resources = {database("a")};
  sides.after.resources[0].attributes[0].value = known_string("mysql");
  EXPECT_EQ(compared(sides, row), Fates{"aws_db_instance.a replaced"});
  EXPECT_EQ(compared(sides), Fates{"aws_db_instance.a updated"});
  sides.after.resources[0].attributes.erase(sides.after.resources[0].attributes.begin());
  EXPECT_EQ(compared(sides, row), Fates{"aws_db_instance.a maybe-replaced"});
}

TEST(Resources, IgnoredChangesReplaceNothing) {
  const std::string row = "terraform\taws_db_instance\tengine\treplaces\t\t\tdatabase\ttest\n";
  Sides sides;
  sides.before.resources = sides.after.resources = {database("a")};
  Value ignored;
  ignored.presence = Presence::Known;
  ignored.shape = Shape::List;
  ignored.items = {unknown_value("engine", "")};
  for (Model* side : {&sides.before, &sides.after}) {
    side->resources[0].attributes.push_back(attribute("lifecycle", testing::block({attribute("ignore_changes", ignored)})));
  }
  sides.after.resources[0].attributes[0].value = known_string("mysql");
  EXPECT_EQ(compared(sides, row), Fates{});
}

struct InstanceCase {
  const char* before;
  const char* after;
  const char* fate;
};

TEST(Resources, InstancesThatGoAreSeen) {
  const InstanceCase cases[] = {{"count=3", "count=2", "shrunk"},
                                {"", "count=0", "removed"},
                                {"count=1", "count=0", "removed"},
                                {"each=[\"a\",\"b\"]", "each=[\"a\"]", "shrunk"},
                                {"each=[\"a\"]", "each=[]", "removed"},
                                {"", "each=[\"a\"]", "shrunk"},
                                {"count=2", "each=[\"a\",\"b\"]", "shrunk"},
                                {"each=[\"a\"]", "each=[\"a\",\"b\"]", nullptr},
                                {"", "count=1", nullptr},
                                {"count=1", "", nullptr},
                                {"count=1", "?var.n", nullptr}};
  for (const InstanceCase& one : cases) {
    Sides sides;
    sides.before.resources = sides.after.resources = {database("a")};
    sides.before.resources[0].instances = one.before;
    sides.after.resources[0].instances = one.after;
    const Fates expected = one.fate == nullptr ? Fates{} : Fates{std::string("aws_db_instance.a ") + one.fate};
    EXPECT_EQ(compared(sides), expected) << one.before << " -> " << one.after;
  }
}

TEST(ReadInstances, ReadsCanonicalTexts) {
  EXPECT_EQ(read_instances("").kind, Instances::Kind::Single);
  EXPECT_EQ(read_instances("count=12").count, 12U);
  EXPECT_EQ(read_instances("each=[\"b\",\"a\\\"x\"]").keys, (std::vector<std::string>{"a\"x", "b"}));
  EXPECT_EQ(read_instances("?var.x").kind, Instances::Kind::Unknown);
  EXPECT_EQ(read_instances("count=many").kind, Instances::Kind::Unknown);
}

}  // namespace
}  // namespace redtag
