#include <gtest/gtest.h>

#include <set>

#include "base/hash.h"
#include "finding/finding.h"

namespace redtag {
namespace {

Finding drop_users() {
  Finding finding;
  finding.rule = "sql/drop-table";
  finding.entity = "public.users";
  finding.change = "introduced";
  finding.before_text = "";
  finding.after_text = "drop table \"users\"";
  finding.region = {FileId{0}, Side::After, {10, 20}};
  return finding;
}

std::string fingerprint_of(Finding finding, const std::string& environment = "") {
  std::vector<Finding> findings{std::move(finding)};
  fingerprint(findings, {environment});
  return findings[0].fingerprint;
}

TEST(Fingerprint, IsTheDigestOfCanonicalJson) {
  // Written out by hand: whoever changes this text makes every clearance in the world void.
  EXPECT_EQ(fingerprint_of(drop_users()),
            "redtag/v1:" + sha256_hex(R"({"after":"drop table \"users\"","before":"","change":"introduced",)"
                                      R"("entity":"public.users","ordinal":0,"rule":"sql/drop-table"})"));
  EXPECT_EQ(fingerprint_of(drop_users(), "live"),
            "redtag/v1:" +
                sha256_hex(R"({"after":"drop table \"users\"","before":"","change":"introduced",)"
                           R"("entity":"public.users","environment":"live","ordinal":0,"rule":"sql/drop-table"})"));
}

TEST(Fingerprint, DiesWhenTheDangerousThingChanges) {
  std::set<std::string> seen{fingerprint_of(drop_users())};
  const auto differs = [&](auto change) {
    Finding finding = drop_users();
    change(finding);
    EXPECT_TRUE(seen.insert(fingerprint_of(finding)).second);
  };
  differs([](Finding& f) { f.rule = "sql/drop-column"; });
  differs([](Finding& f) { f.entity = "public.user"; });
  differs([](Finding& f) { f.change = "reaimed"; });
  differs([](Finding& f) { f.before_text = "x"; });
  differs([](Finding& f) { f.after_text = "drop table users cascade"; });
  EXPECT_TRUE(seen.insert(fingerprint_of(drop_users(), "production")).second);
}

TEST(Fingerprint, SurvivesWhatDoesNotMatter) {
  const std::string before = fingerprint_of(drop_users());
  const auto same = [&](auto change) {
    Finding finding = drop_users();
    change(finding);
    EXPECT_EQ(fingerprint_of(finding), before);
  };
  same([](Finding& f) { f.region = {FileId{7}, Side::Before, {900, 950}}; });
  same([](Finding& f) { f.severity = Severity::Critical; });
  same([](Finding& f) { f.certainty = Certainty::Partial; });
  same([](Finding& f) { f.environment = Environment::Production; });
  same([](Finding& f) { f.says = "other words"; });
  same([](Finding& f) { f.dependents = 12; });
  same([](Finding& f) { f.undo = Undo::Present; });
}

TEST(Fingerprint, NumbersEqualsInOrderOfTheirPlace) {
  Finding early = drop_users();
  Finding late = drop_users();
  late.region.bytes = {500, 510};
  std::vector<Finding> forward{early, late};
  std::vector<Finding> backward{late, early};
  fingerprint(forward, {"", ""});
  fingerprint(backward, {"", ""});
  EXPECT_NE(forward[0].fingerprint, forward[1].fingerprint);
  EXPECT_EQ(forward[0].fingerprint, backward[1].fingerprint);
  EXPECT_EQ(forward[1].fingerprint, backward[0].fingerprint);
  // One of two is not one alone: when its equal goes, no clearance of either counts for the one that stays.
  EXPECT_NE(forward[0].fingerprint, fingerprint_of(early));
  EXPECT_NE(forward[1].fingerprint, fingerprint_of(late));
}

TEST(Fingerprint, TellsHostileNamesApart) {
  std::set<std::string> seen;
  const std::vector<std::string> names{"a\"b",
                                       "a\\\"b",
                                       "a\\u0022b",
                                       "a\nb",
                                       "a\\nb",
                                       std::string("a\0b", 3),
                                       "a\\u0000b",
                                       "\xff",
                                       "\xfe",
                                       "ff",
                                       "{\"bytes\":\"ff\"}",
                                       "\xc3\xa4",
                                       "\xe4",
                                       ""};
  for (const std::string& name : names) {
    Finding finding = drop_users();
    finding.entity = name;
    EXPECT_TRUE(seen.insert(fingerprint_of(finding)).second) << name;
  }
  // Neighbouring fields cannot borrow from one another.
  Finding left = drop_users();
  left.before_text = "x\",\"change\":\"y";
  Finding right = drop_users();
  right.before_text = "x";
  right.change = "y\",\"change\":\"introduced";
  EXPECT_NE(fingerprint_of(left), fingerprint_of(right));
}

}  // namespace
}  // namespace redtag
