#include "delta/attributes.h"

#include <gtest/gtest.h>

#include "delta/effects.h"
#include "models.h"

namespace redtag {
namespace {

using testing::attribute;
using testing::block;
using testing::list;

std::vector<std::string> places(const std::vector<Entry>& before, const std::vector<Entry>& after) {
  std::vector<std::string> found;
  for (const AttributeChange& change : compare_attributes(before, after)) {
    found.push_back(change.place + " " + std::string(movement_name(change.movement)));
  }
  return found;
}
using Places = std::vector<std::string>;

TEST(Attributes, OrderOfAttributesIsNoChange) {
  const Entry a = attribute("a", known_number("1")), b = attribute("b", known_number("2"));
  EXPECT_EQ(places({a, b}, {b, a}), Places{});
}

TEST(Attributes, MovementsFollowTheShape) {
  EXPECT_EQ(places({attribute("n", known_number("5"))}, {attribute("n", known_number("7"))}), Places{"n increased"});
  EXPECT_EQ(places({attribute("n", known_number("5"))}, {}), Places{"n vanished"});
  EXPECT_EQ(places({attribute("l", list({"a", "b"}))}, {attribute("l", list({"a"}))}), Places{"l narrower"});
  EXPECT_EQ(places({attribute("l", list({"a"}))}, {attribute("l", list({"b"}))}), Places{"l both"});
  EXPECT_EQ(places({attribute("l", list({"a", "b"}))}, {attribute("l", list({"b", "a"}))}), Places{"l reordered"});
  EXPECT_EQ(places({attribute("v", known_string("x"))}, {attribute("v", unknown_value("var.x", ""))}), Places{"v unknown"});
}

TEST(Attributes, InsertingARepeatedBlockChangesNoOther) {
  const auto rule = [](const char* port) { return attribute("ingress", block({attribute("port", known_number(port))})); };
  EXPECT_EQ(places({rule("80"), rule("443")}, {rule("22"), rule("80"), rule("443")}),
            (Places{"ingress[0] appeared", "ingress[0].port appeared"}));
}

TEST(Attributes, NestedBlocksAreComparedInside) {
  const auto settings = [](bool on) {
    return attribute("settings", block({attribute("backup", block({attribute("enabled", known_bool(on))}))}));
  };
  EXPECT_EQ(places({settings(true)}, {settings(false)}), Places{"settings.backup.enabled different"});
}

std::vector<std::string> effects(const std::string& rows, std::vector<Entry> before, std::vector<Entry> after) {
  const FactTables facts = testing::table(rows);
  ResourceChange change;
  change.attributes = compare_attributes(before, after);
  add_effects(change, Stack::Terraform, "t", facts);
  std::vector<std::string> found;
  for (const AttributeChange& one : change.attributes) {
    for (const EffectHit& hit : one.effects) found.push_back(one.path + " " + std::string(effect_name(hit.effect)));
  }
  return found;
}
using Hits = std::vector<std::string>;

TEST(Effects, AGuardIsDroppedByAnotherValueOrByItsLine) {
  const std::string row = "terraform\tt\tprotect\tguards\ttrue\t\tdatabase\ttest\n";
  EXPECT_EQ(effects(row, {attribute("protect", known_bool(true))}, {attribute("protect", known_bool(false))}), Hits{"protect guard-dropped"});
  EXPECT_EQ(effects(row, {attribute("protect", known_bool(true))}, {}), Hits{"protect guard-dropped"});
  EXPECT_EQ(effects(row, {attribute("protect", known_bool(false))}, {attribute("protect", known_bool(true))}), Hits{"protect guard-added"});
  EXPECT_EQ(effects(row, {attribute("protect", known_bool(false))}, {}), Hits{});
}

TEST(Effects, AGuardThatIsOnByDefaultStaysWithoutItsLine) {
  const std::string rows =
      "terraform\tt\tprotect\tguarded-by-default\ttrue\t\tdatabase\ttest\n"
      "terraform\tt\tprotect\tguards\ttrue\t\tdatabase\ttest\n";
  EXPECT_EQ(effects(rows, {attribute("protect", known_bool(true))}, {}), Hits{});
  EXPECT_EQ(effects(rows, {}, {attribute("protect", known_bool(false))}), Hits{"protect guard-dropped"});
}

TEST(Effects, ADangerIsArmedOnce) {
  const std::string row = "terraform\tt\tforce\tendangers\ttrue\t\tdatabase\ttest\n";
  EXPECT_EQ(effects(row, {}, {attribute("force", known_bool(true))}), Hits{"force danger-armed"});
  EXPECT_EQ(effects(row, {attribute("force", known_bool(true))}, {attribute("force", known_string("true"))}), Hits{});
  EXPECT_EQ(effects(row, {attribute("force", known_bool(true))}, {}), Hits{"force danger-disarmed"});
}

TEST(Effects, BackupsAreCutByLessAndNotByMore) {
  const std::string row = "terraform\tt\tdays\tbackup\t\t\tdatabase\ttest\n";
  EXPECT_EQ(effects(row, {attribute("days", known_number("30"))}, {attribute("days", known_number("7"))}), Hits{"days backup-cut"});
  EXPECT_EQ(effects(row, {attribute("days", known_number("7"))}, {attribute("days", known_number("30"))}), Hits{});
  EXPECT_EQ(effects(row, {attribute("days", known_number("7"))}, {}), Hits{"days backup-cut"});
  EXPECT_EQ(effects(row, {attribute("days", known_number("0"))}, {}), Hits{});
}

}  // namespace
}  // namespace redtag
