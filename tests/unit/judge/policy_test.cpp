#include "judge/policy.h"

#include <gtest/gtest.h>

#include "base/hash.h"
#include "judge/defaults.h"
#include "judge/grammar.h"

namespace redtag {
namespace {

std::string error_of(std::string_view text) {
  const auto policy = read_policy(text, ".redtag.yaml");
  return policy ? "no error" : policy.error().message;
}

TEST(Policy, ReadsEveryKey) {
  const std::string text = R"(profile: strict
minimum_version: 0.2
packs: [.redtag/checks, more]
facts: [.redtag/facts/acme.tsv]
environments:
  production: {paths: [live/*], evidence: '*.prod', branches: main}
thresholds:
  - {verdict: note, category: [advice, control-plane], severity: medium, score: 30, environment: staging, reason: known}
  - {provenance: [agent, assisted], rule: sql/*}
excludes:
  - {rule: sql/*, paths: a/*, entity: orders.*, reason: why, until: 2031-02-28}
lanes: {draft_only: identity, senior_required: [network], act_at_low_risk: [configuration]}
roles:
  dba: {categories: destructive, paths: db/*}
two_person:
  extreme: {score: 80}
  live: {environment: production, category: destructive}
clearance: {lifetime_days: 7, witnesses: [SHA256:abc]}
break_glass: {signers: 3, hours: 4, shown_days: 90, roles: senior}
unset: [roles.senior, lanes.senior_required.identity]
)";
  const auto policy = read_policy(text, ".redtag.yaml");
  ASSERT_TRUE(policy.has_value()) << policy.error().message;
  EXPECT_EQ(policy->profile, Profile::Strict);
  EXPECT_EQ(policy->minimum_version, "0.2");
  EXPECT_EQ(policy->packs, (std::vector<std::string>{".redtag/checks", "more"}));
  EXPECT_EQ(policy->facts, std::vector<std::string>{".redtag/facts/acme.tsv"});
  EXPECT_EQ(policy->environments,
            (std::vector<EnvironmentDeclaration>{{Environment::Production, {"live/*"}, {"*.prod"}, {"main"}}}));
  const Threshold note{
      Verdict::Note, {}, {Category::Advice, Category::ControlPlane}, Severity::Medium, 30, {Environment::Staging}, {},
      "known",       8};
  const Threshold hold{Verdict::Hold, {"sql/*"}, {}, {}, {}, {}, {Maker::Agent, Maker::Assisted}, "", 9};
  EXPECT_EQ(policy->thresholds, (std::vector<Threshold>{note, hold}));
  EXPECT_EQ(policy->excludes, (std::vector<Exclude>{{"sql/*", {"a/*"}, "orders.*", "why", "2031-02-28", 11}}));
  EXPECT_EQ(policy->lanes.draft_only, std::vector<ActionClass>{ActionClass::Identity});
  EXPECT_EQ(policy->lanes.senior_required,
            (std::vector<ActionClass>{ActionClass::Deletion, ActionClass::Recreation, ActionClass::ProductionData,
                                      ActionClass::Network}));
  EXPECT_EQ(policy->roles, (std::vector<Role>{{"dba", {Category::Destructive}, {"db/*"}}}));
  EXPECT_EQ(policy->two_person,
            (std::vector<TwoPersonBand>{{"extreme", 80, {}, {}},
                                        {"live", 0, {Category::Destructive}, {Environment::Production}}}));
  EXPECT_EQ(policy->clearance, (ClearanceTerms{7, {"SHA256:abc"}}));
  EXPECT_EQ(policy->break_glass, (BreakGlass{3, 4, 90, {"senior"}}));
  EXPECT_EQ(policy->origin, ".redtag.yaml");
  EXPECT_EQ(policy->digest, sha256_hex(text));
}

TEST(Policy, IsStandardWhenNothingIsSaid) {
  for (const std::string_view text : {"", "# nothing yet\n", "{}\n"}) {
    const auto policy = read_policy(text, ".redtag.yaml");
    ASSERT_TRUE(policy.has_value()) << policy.error().message;
    EXPECT_EQ(policy->profile, Profile::Standard);
    EXPECT_TRUE(policy->packs.empty());
    EXPECT_EQ(policy->lanes, Policy().lanes);
    EXPECT_EQ(policy->roles, Policy().roles);
  }
}

TEST(Policy, ListsExtendTheDefaults) {
  const auto policy =
      read_policy("lanes: {senior_required: [network]}\nroles: {dba: }\ntwo_person: {live: {score: 50}}\n", "p");
  ASSERT_TRUE(policy.has_value()) << policy.error().message;
  for (const ActionClass action : Policy().lanes.senior_required) {
    EXPECT_NE(std::find(policy->lanes.senior_required.begin(), policy->lanes.senior_required.end(), action),
              policy->lanes.senior_required.end());
  }
  EXPECT_EQ(policy->roles.size(), 2U);
  EXPECT_EQ(policy->two_person.size(), 2U);
}

TEST(Policy, EveryDefaultCanBeUnsetByItsNameAndNothingElseCan) {
  for (const std::string& entry : default_entries()) {
    EXPECT_TRUE(read_policy("unset: [" + entry + "]\n", "p").has_value()) << entry;
  }
  EXPECT_EQ(
      error_of("profile: standard\nunset: [lanes.senior_required.network]\n"),
      ".redtag.yaml:2: `unset` names 'lanes.senior_required.network', which is no entry of the defaults; they are "
      "lanes.senior_required.deletion, lanes.senior_required.identity, lanes.senior_required.production-data, "
      "lanes.senior_required.re-creation, roles.senior, two_person.extreme");
}

TEST(Policy, ErrorsNameLineAndExpectation) {
  EXPECT_EQ(error_of("profile: standard\nclearance: {lifetime: 3}\n"),
            ".redtag.yaml:2: unknown key 'lifetime'; expected `lifetime_days` and `witnesses`");
  EXPECT_EQ(error_of("profile: lenient\n"),
            ".redtag.yaml:1: `profile` must be advise, standard or strict, not 'lenient'");
  EXPECT_EQ(
      error_of("packs: .redtag/checks\n"),
      ".redtag.yaml:1: `packs` must be a list of paths of the repository, like [.redtag/checks], not '.redtag/checks'");
  EXPECT_EQ(error_of("packs:\n  - ok\n  - /etc\n"),
            ".redtag.yaml:3: `packs` entries must be a path of the repository, like .redtag/checks, not '/etc'");
  EXPECT_EQ(error_of("packs:\n  - a/../../b\n"),
            ".redtag.yaml:2: `packs` entries must be a path of the repository, like .redtag/checks, not 'a/../../b'");
  EXPECT_EQ(error_of("- profile\n"), ".redtag.yaml:1: a policy must be a mapping, like `profile: standard`");
  EXPECT_EQ(error_of("break_glass:\n  signers: 1\n"),
            ".redtag.yaml:2: `signers` must be a whole number from 2 to 10, not '1'");
  EXPECT_EQ(error_of("excludes:\n  - {rule: a/b, reason: c}\n"),
            ".redtag.yaml:2: `until` is missing: the last day on which it counts");
  EXPECT_EQ(error_of("excludes:\n  - {rule: a/b, reason: c, until: 2031-02-29}\n"),
            ".redtag.yaml:2: `until` must be a date like 2030-01-31, not '2031-02-29'");
  EXPECT_EQ(error_of("excludes:\n  - {rule: a/b, reason: ' ', until: 2031-02-28}\n"),
            ".redtag.yaml:2: `reason` must be a text that says something, not ' '");
  EXPECT_EQ(error_of("thresholds:\n  - {}\n"),
            ".redtag.yaml:2: a threshold must ask for something: a rule, category, severity, score, environment or "
            "provenance");
  EXPECT_EQ(error_of("thresholds:\n  - {verdict: note, score: 10}\n"),
            ".redtag.yaml:2: a threshold that notes needs a `reason`");
  EXPECT_EQ(error_of("thresholds:\n  - {verdict: note, provenance: bot, reason: trusted}\n"),
            ".redtag.yaml:2: a threshold that notes cannot ask for `provenance`: no marker opens a lane");
  EXPECT_EQ(error_of("roles: [senior]\n"), ".redtag.yaml:1: `roles` must be a mapping of names, not a list");
}

TEST(Terms, ARoleClearsWhatItCovers) {
  const auto policy = read_policy("roles: {dba: {categories: destructive, paths: db/*}}\n", "p").value();
  Finding finding;
  finding.category = Category::Destructive;
  EXPECT_TRUE(may_clear(policy, "senior", finding, {"x"}));
  EXPECT_TRUE(may_clear(policy, "dba", finding, {"db/a.sql"}));
  EXPECT_FALSE(may_clear(policy, "dba", finding, {"db/a.sql", "x/a.sql"}));
  EXPECT_FALSE(may_clear(policy, "dba", finding, {}));
  EXPECT_FALSE(may_clear(policy, "nobody", finding, {"db/a.sql"}));
  finding.category = Category::ControlPlane;
  EXPECT_FALSE(may_clear(policy, "dba", finding, {"db/a.sql"}));
}

TEST(Terms, TwoPersonsFromABandUp) {
  const Policy policy;
  EXPECT_EQ(persons_needed(policy, {}, 89), 1);
  EXPECT_EQ(persons_needed(policy, {}, 90), 2);
  const auto more = read_policy("two_person: {live: {score: 60, environment: production}}\n", "p").value();
  Finding finding;
  EXPECT_EQ(persons_needed(more, finding, 60), 1);
  finding.environment = Environment::Production;
  EXPECT_EQ(persons_needed(more, finding, 60), 2);
  EXPECT_EQ(persons_needed(more, finding, 59), 1);
}

TEST(Policy, RefusesAVersionThatAsksForNothing) {
  for (const char* version :
       {"v99.0", ">=99", "latest", "99-rc", "99999999999999999999.0", "1..2", "1.2.3.4.5", "1."}) {
    EXPECT_EQ(
        error_of("profile: strict\nminimum_version: \"" + std::string(version) + "\"\n"),
        ".redtag.yaml:2: `minimum_version` must be a version like 0.2 or 1.10.3, not '" + std::string(version) + "'");
  }
  EXPECT_EQ(error_of("minimum_version: 0.2\n"), "no error");
  EXPECT_EQ(error_of("minimum_version: '1.10.3'\n"), "no error");
}

TEST(Policy, RefusesANumberThatIsTooLarge) {
  EXPECT_EQ(error_of("two_person: {a: {score: 99999999999999999999}}\n"),
            ".redtag.yaml:1: `score` must be a whole number from 0 to 100, not '99999999999999999999'");
}

TEST(Policy, RefusesMergeKeys) {
  for (const char* text :
       {"roles:\n  a: &x {paths: [a/*]}\n  b:\n    <<: *x\n", "roles:\n  a: &x {paths: [a/*]}\n\n  b: {<< : *x}\n",
        "roles:\n  a: &x {paths: [a/*]}\n  b:\n    \"<<\": *x\n"}) {
    EXPECT_NE(error_of(text).find(":4: "), std::string::npos) << error_of(text);
  }
  EXPECT_EQ(error_of("excludes: [{rule: a/b, entity: e, reason: 'cat << EOF', until: 2031-01-01}]  # <<: x\n"),
            "no error");
}

}  // namespace
}  // namespace redtag
