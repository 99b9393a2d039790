#include "judge/policy_change.h"

#include <gtest/gtest.h>

namespace redtag {
namespace {

Policy policy_of(std::string_view text) {
  auto policy = read_policy(text, "p.yaml");
  EXPECT_TRUE(policy.has_value()) << policy.error().message;
  return policy ? *policy : Policy();
}

/// `weaker key` or `stronger key` for each difference.
std::vector<std::string> moves(std::string_view before, std::string_view after) {
  std::vector<std::string> list;
  for (const PolicyChange& change : compare(policy_of(before), policy_of(after))) {
    list.push_back((change.move == PolicyMove::Weaker ? "weaker " : "stronger ") + change.key);
  }
  return list;
}

struct Pair {
  std::string_view key, weak, strong;
};

/// For each key, what lets more pass and what lets less pass.
constexpr Pair pairs[] = {
    {"profile", "profile: advise\n", "profile: standard\n"},
    {"profile", "profile: standard\n", "profile: strict\n"},
    {"minimum_version", "minimum_version: 0.9\n", "minimum_version: 0.10.1\n"},
    {"packs", "{}\n", "packs: [a]\n"},
    {"facts", "{}\n", "facts: [a.tsv]\n"},
    {"environments", "environments: {development: {paths: [a/*]}}\n", "{}\n"},
    {"environments", "{}\n", "environments: {production: {evidence: [a]}}\n"},
    {"environments", "{}\n", "environments: {production: {branches: [a]}}\n"},
    {"thresholds", "{}\n", "thresholds: [{severity: medium}]\n"},
    {"thresholds", "thresholds: [{severity: high, category: advice}]\n",
     "thresholds: [{severity: medium, category: [advice, destructive]}]\n"},
    {"thresholds", "thresholds: [{verdict: note, severity: high, reason: r}]\n",
     "thresholds: [{verdict: note, severity: medium, reason: r}]\n"},
    {"excludes", "excludes: [{rule: a/b, reason: r, until: 2031-01-01}]\n", "{}\n"},
    {"excludes", "excludes: [{rule: a/b, reason: r, until: 2031-01-01}]\n",
     "excludes: [{rule: a/b, paths: a/*, entity: '*', reason: other, until: 2030-01-01}]\n"},
    {"lanes", "{}\n", "lanes: {draft_only: [deletion]}\n"},
    {"lanes", "unset: [lanes.senior_required.identity]\n", "{}\n"},
    {"roles", "roles: {dba: }\n", "{}\n"},
    {"roles", "roles: {dba: }\n", "roles: {dba: {paths: db/*}}\n"},
    {"two_person", "unset: [two_person.extreme]\n", "{}\n"},
    {"two_person", "{}\n", "two_person: {extreme: {score: 50}}\n"},
    {"clearance", "clearance: {lifetime_days: 31}\n", "{}\n"},
    {"clearance", "clearance: {witnesses: [SHA256:a]}\n", "{}\n"},
    {"break_glass", "{}\n", "break_glass: {signers: 3}\n"},
    {"break_glass", "break_glass: {hours: 25}\n", "{}\n"},
    {"break_glass", "{}\n", "break_glass: {roles: senior}\n"},
    {"break_glass", "break_glass: {shown_days: 3}\n", "{}\n"},
    {"delegates", "delegates: excludes\n", "{}\n"},
};

TEST(Compare, KnowsWhichWayEachKeyGoes) {
  for (const auto& [key, weak, strong] : pairs) {
    EXPECT_EQ(moves(strong, weak), std::vector<std::string>{"weaker " + std::string(key)}) << strong << " -> " << weak;
    EXPECT_EQ(moves(weak, strong), std::vector<std::string>{"stronger " + std::string(key)})
        << weak << " -> " << strong;
    EXPECT_TRUE(moves(weak, weak).empty() && moves(strong, strong).empty()) << key;
  }
}

TEST(Compare, SeesThroughOrderAndReasons) {
  EXPECT_TRUE(
      moves("excludes: [{rule: a/b, reason: r, until: 2031-01-01}, {rule: c/d, reason: r, until: 2031-01-01}]\n",
            "excludes: [{rule: c/d, reason: other, until: 2031-01-01}, {rule: a/b, reason: r, until: 2031-01-01}]\n")
          .empty());
}

TEST(Compare, AnEntryRewrittenIsBoth) {
  const auto both = moves("thresholds: [{category: advice}]\n", "thresholds: [{category: destructive}]\n");
  EXPECT_EQ(both, (std::vector<std::string>{"stronger thresholds", "weaker thresholds"}));
}

TEST(Compare, AnExcludeThatNamesAnEntityReachesMore) {
  const std::string narrow = "excludes: [{rule: a/b, entity: 'e*', reason: r, until: 2031-01-01}]\n";
  EXPECT_EQ(moves("excludes: [{rule: a/b, reason: r, until: 2031-01-01}]\n", narrow),
            (std::vector<std::string>{"weaker excludes", "stronger excludes"}));
  EXPECT_EQ(moves("excludes: [{rule: a/b, entity: '*', reason: r, until: 2031-01-01}]\n", narrow),
            (std::vector<std::string>{"weaker excludes", "stronger excludes"}));
}

TEST(Tighten, LetsARoleClearOnlyWhatBothLetIt) {
  const auto together = [](const char* organisation, const char* repository) {
    return tighten(policy_of(organisation), policy_of(repository));
  };
  Finding finding;
  finding.category = Category::Destructive;
  const Policy paths =
      together("roles: {senior: {paths: [infra/*, db/*]}}\n", "roles: {senior: {paths: [db/*, app/*]}}\n");
  EXPECT_TRUE(may_clear(paths, "senior", finding, {"db/1.sql"}));
  EXPECT_FALSE(may_clear(paths, "senior", finding, {"infra/a.tf"}));
  EXPECT_FALSE(may_clear(paths, "senior", finding, {"app/a"}));
  EXPECT_FALSE(may_clear(paths, "senior", finding, {"db/1.sql", "app/1.sql"}));
  const Policy inside =
      together("roles: {senior: {paths: 'infra/*'}}\n", "roles: {senior: {paths: ['infra/prod/*', '*.sql']}}\n");
  EXPECT_TRUE(may_clear(inside, "senior", finding, {"infra/prod/a.tf"}));
  EXPECT_FALSE(may_clear(inside, "senior", finding, {"infra/dev/a.tf"}));
  EXPECT_FALSE(may_clear(together("roles: {senior: {paths: 'a?'}}\n", "roles: {senior: {paths: 'a*'}}\n"), "senior",
                         finding, {"abc"}));
  const char* destructive = "roles: {senior: {categories: destructive}}\n";
  EXPECT_FALSE(may_clear(together(destructive, "roles: {senior: {categories: advice}}\n"), "senior", finding, {"a"}));
  EXPECT_TRUE(may_clear(together(destructive, "roles: {senior: {categories: [advice, destructive]}}\n"), "senior",
                        finding, {"a"}));
}

TEST(Tighten, TakesTheStricterOfEveryKey) {
  for (const auto& [key, weak, strong] : pairs) {
    if (key == "delegates") continue;
    for (const auto& [first, second] : {std::pair{weak, strong}, std::pair{strong, weak}}) {
      const Policy organisation = policy_of(first);
      const Policy together = tighten(organisation, policy_of(second));
      for (const PolicyChange& change : compare(organisation, together)) {
        EXPECT_EQ(change.move, PolicyMove::Stronger) << first << " over " << second << ": " << change.sentence;
      }
    }
  }
}

TEST(Tighten, SaysWhereItOverrules) {
  const Policy together = tighten(policy_of("profile: strict\n"), policy_of("profile: advise\n"));
  EXPECT_EQ(together.profile, Profile::Strict);
  EXPECT_EQ(
      together.remarks,
      std::vector<std::string>{
          "the organisation's policy overrules the repository's (profile): the profile goes from advise to strict"});
  EXPECT_EQ(together.origin, "p.yaml over p.yaml");
}

TEST(Tighten, LeavesToTheRepositoryWhatItDelegates) {
  const std::string exclude = "excludes: [{rule: a/b, reason: r, until: 2031-01-01}]\n";
  EXPECT_TRUE(tighten(policy_of("{}\n"), policy_of(exclude)).excludes.empty());
  EXPECT_EQ(tighten(policy_of("delegates: [excludes]\n"), policy_of(exclude)).excludes.size(), 1U);
}

TEST(Tighten, IsTheOrganisationsWhereTheRepositoryHasNone) {
  const Policy organisation = policy_of("profile: strict\nroles: {dba: }\n");
  const Policy together = tighten(organisation, Policy());
  EXPECT_TRUE(compare(organisation, together).empty());
  EXPECT_EQ(together.digest, organisation.digest);
  EXPECT_NE(tighten(organisation, policy_of("{}\n")).digest, organisation.digest);
}

TEST(Versions, CompareByNumbers) {
  EXPECT_LT(compare_versions("0.9", "0.10"), 0);
  EXPECT_EQ(compare_versions("1", "1.0.0"), 0);
  EXPECT_GT(compare_versions("1.0.1", "1.0"), 0);
  EXPECT_LT(compare_versions("", "0.0.1"), 0);
}

TEST(Words, SayWhatCounts) {
  const std::string words = policy_words(
      policy_of("profile: strict\nexcludes: [{rule: a/b, entity: e, reason: rebuilt nightly, until: 2031-01-01}]\n"));
  EXPECT_NE(words.find("Profile strict."), std::string::npos);
  EXPECT_NE(words.find("Until 2031-01-01, a/b for e does not hold and is listed. Reason: rebuilt nightly."),
            std::string::npos);
  const std::string table = lanes_table(policy_of("lanes: {draft_only: [network]}\n"));
  EXPECT_NE(table.find("deletion         senior required"), std::string::npos);
  EXPECT_NE(table.find("network          draft only"), std::string::npos);
}

}  // namespace
}  // namespace redtag
