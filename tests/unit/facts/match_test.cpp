#include "facts/match.h"

#include <gtest/gtest.h>

namespace redtag {
namespace {

FactTables tables(std::string_view rows) {
  FactTables facts = FactTables::empty();
  std::string text;
  for (std::string_view rest = rows; !rest.empty();) {  // `type path effect value` a line
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    std::string cells[4];
    std::size_t cell = 0;
    for (const char c : line) {
      if (c == ' ') ++cell;
      else cells[cell].push_back(c);
    }
    text += "terraform\t" + cells[0] + "\t" + cells[1] + "\t" + cells[2] + "\t" + cells[3] + "\t\t\ttest\n";
  }
  EXPECT_TRUE(facts.add("test", text));
  return facts;
}

std::string matched(const FactTables& facts, std::string_view path, PathChange change = PathChange::Value) {
  std::string text;
  for (const FactMatchView& match : matching_rows(facts, "terraform", "t", path, change)) {
    const char* reach[] = {"exact", "above", "whole", "below"};
    text += std::string(text.empty() ? "" : " ") + std::string(match.row.path) + ":" + reach[static_cast<int>(match.reach)];
  }
  return text;
}

TEST(MatchingRows, CoverExactlyWhatTheySay) {
  const FactTables facts = tables("t a replaces\nt a.b replaces\nt c.* replaces\nt d replaces");
  EXPECT_EQ(matched(facts, "a"), "a:exact");
  EXPECT_EQ(matched(facts, "a.b"), "a.b:exact");
  EXPECT_EQ(matched(facts, "a.b.c"), "");
  EXPECT_EQ(matched(facts, "ab"), "");
  EXPECT_EQ(matched(facts, "c"), "c.*:above");
  EXPECT_EQ(matched(facts, "c.x.y"), "c.*:above");
  EXPECT_EQ(matched(facts, "cx"), "");
}

TEST(MatchingRows, NameWhatStandsInABlockThatComesOrGoes) {
  const FactTables facts = tables("t a replaces\nt a.b replaces\nt ab replaces");
  EXPECT_EQ(matched(facts, "a", PathChange::Block), "a:exact a.b:below");
  EXPECT_EQ(matched(facts, "a", PathChange::Value), "a:exact");
}

TEST(MatchingRows, CoverEverythingButWhatIsExempt) {
  const FactTables facts = tables("t * replaces\nt keep guards true\nt lose endangers true\n* timeouts exempt\n* lifecycle exempt");
  EXPECT_EQ(matched(facts, "anything.below"), "*:whole");
  EXPECT_EQ(matched(facts, "keep"), "keep:exact");
  EXPECT_EQ(matched(facts, "lose"), "lose:exact");
  EXPECT_EQ(matched(facts, "timeouts"), "");
  EXPECT_EQ(matched(facts, "timeouts.create"), "");
  EXPECT_EQ(matched(facts, "lifecycle.prevent_destroy"), "");
  EXPECT_EQ(matched(facts, "timeouts_of_mine"), "*:whole");
}

TEST(MatchingRows, ComeNearestFirst) {
  const FactTables facts = tables("t * replaces\nt a.* steers\nt a.b steers");
  EXPECT_EQ(matched(facts, "a.b"), "a.b:exact a.*:above *:whole");
}

TEST(MatchingRows, KnowTheBuiltInMetaArguments) {
  const FactTables facts = FactTables::builtin();
  const auto replacing = [&](std::string_view path) {
    for (const FactMatchView& match : matching_rows(facts, "terraform", "aws_iam_role_policy_attachment", path, PathChange::Value)) {
      if (match.row.effect == "replaces") return true;
    }
    return false;
  };
  EXPECT_TRUE(replacing("policy_arn"));
  for (const char* path : {"count", "for_each", "depends_on", "provider", "lifecycle.ignore_changes", "timeouts.create", "provisioner", "connection.host"}) {
    EXPECT_FALSE(replacing(path)) << path;
  }
}

TEST(ValueMatches, ReadsAlternativesRangesAndNumbers) {
  EXPECT_TRUE(value_matches("true", "true"));
  EXPECT_FALSE(value_matches("true", "false"));
  EXPECT_FALSE(value_matches("true", ""));
  EXPECT_TRUE(value_matches("*", "x"));
  EXPECT_FALSE(value_matches("*", ""));
  EXPECT_TRUE(value_matches("", ""));
  EXPECT_TRUE(value_matches("", "anything"));
  EXPECT_TRUE(value_matches("PREVENT|ABANDON", "ABANDON"));
  EXPECT_FALSE(value_matches("PREVENT|ABANDON", "DELETE"));
  EXPECT_TRUE(value_matches("7..30", "7"));
  EXPECT_TRUE(value_matches("7..30", "30"));
  EXPECT_FALSE(value_matches("7..30", "31"));
  EXPECT_FALSE(value_matches("7..30", "7 days"));
  EXPECT_TRUE(value_matches("30", "30.0"));
  EXPECT_FALSE(value_matches("0", ""));
  EXPECT_FALSE(value_matches("7..x", "8"));
}

TEST(MatchingRows, FindAPathAtAnyDepth) {
  const FactTables facts = tables("t *.a.b steers\nt *.c.* steers\n* *.d steers\n* e steers");
  EXPECT_EQ(matched(facts, "a.b"), "*.a.b:exact");
  EXPECT_EQ(matched(facts, "x.y.a.b"), "*.a.b:exact");
  EXPECT_EQ(matched(facts, "x.a.b.c"), "*.c.*:exact");
  EXPECT_EQ(matched(facts, "x.c.z"), "*.c.*:above");
  EXPECT_EQ(matched(facts, "xa.b"), "");
  EXPECT_EQ(matched(facts, "x.d"), "*.d:exact");
  EXPECT_EQ(matched(facts, "e"), "");
  EXPECT_EQ(matched(facts, "x.a", PathChange::Block), "*.a.b:below");
}

TEST(MatchingRows, LeaveOutWhatIsExemptFromARejection) {
  const FactTables facts = tables("t s.* rejects\nt s.open exempt\nt s.open.one rejects");
  EXPECT_EQ(matched(facts, "s.closed"), "s.*:above");
  EXPECT_EQ(matched(facts, "s.open"), "");
  EXPECT_EQ(matched(facts, "s.open.one"), "s.open.one:exact");
}

TEST(FactTables, FindAGroupByItsPattern) {
  const FactTables facts = tables("*.example.io/* x steers\nown.example.io/* x steers\nown.example.io/Kind x steers");
  EXPECT_EQ(facts.rows("terraform", "own.example.io/Kind").front().type, "own.example.io/Kind");
  EXPECT_EQ(facts.rows("terraform", "own.example.io/Other").front().type, "own.example.io/*");
  EXPECT_EQ(facts.rows("terraform", "a.b.example.io/Other").front().type, "*.example.io/*");
  EXPECT_TRUE(facts.rows("terraform", "example.io/Other").empty());
  EXPECT_TRUE(facts.rows("terraform", "a.example.org/Other").empty());
}

}  // namespace
}  // namespace redtag
