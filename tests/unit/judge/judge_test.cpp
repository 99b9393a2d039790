#include <gtest/gtest.h>

#include "base/hash.h"
#include "judge/policy.h"
#include "judge/review.h"

namespace redtag {
namespace {

Finding with(Severity severity, Environment environment = Environment::Unknown, bool proven = false) {
  Finding finding;
  finding.severity = severity;
  finding.environment = environment;
  finding.environment_proven = proven;
  return finding;
}

Policy profile(Profile profile) {
  Policy policy;
  policy.profile = profile;
  return policy;
}

TEST(Judge, StandardHoldsHighAndCritical) {
  const Policy policy = profile(Profile::Standard);
  EXPECT_EQ(judge(with(Severity::Critical), policy), Verdict::Hold);
  EXPECT_EQ(judge(with(Severity::High), policy), Verdict::Hold);
  EXPECT_EQ(judge(with(Severity::Medium), policy), Verdict::Note);
  EXPECT_EQ(judge(with(Severity::Low), policy), Verdict::Note);
}

TEST(Judge, ALowEnvironmentCapsOnlyWhereTheBaseProvesIt) {
  for (const Profile used : {Profile::Standard, Profile::Strict}) {
    const Policy policy = profile(used);
    for (const Environment low :
         {Environment::Development, Environment::Test, Environment::Sandbox, Environment::Staging}) {
      EXPECT_EQ(judge(with(Severity::Critical, low, true), policy), Verdict::Note) << environment_name(low);
      EXPECT_EQ(judge(with(Severity::Critical, low, false), policy), Verdict::Hold) << environment_name(low);
    }
    for (const Environment other : {Environment::Unknown, Environment::Shared, Environment::Production}) {
      EXPECT_EQ(judge(with(Severity::High, other, true), policy), Verdict::Hold) << environment_name(other);
    }
  }
}

TEST(Judge, StrictHoldsMediumOutsideLowEnvironments) {
  const Policy policy = profile(Profile::Strict);
  EXPECT_EQ(judge(with(Severity::Medium), policy), Verdict::Hold);
  EXPECT_EQ(judge(with(Severity::Medium, Environment::Development, false), policy), Verdict::Hold);
  EXPECT_EQ(judge(with(Severity::Medium, Environment::Development, true), policy), Verdict::Note);
  EXPECT_EQ(judge(with(Severity::Low), policy), Verdict::Note);
}

TEST(Judge, AdviseOnlyNotes) {
  EXPECT_EQ(judge(with(Severity::Critical, Environment::Production, true), profile(Profile::Advise)), Verdict::Note);
}

TEST(Review, IsHeldByOneHold) {
  Review review;
  EXPECT_FALSE(review.held());
  review.findings.emplace_back();
  EXPECT_FALSE(review.held());
  review.findings.emplace_back().verdict = Verdict::Hold;
  EXPECT_TRUE(review.held());
}

std::string error_of(std::string_view text) {
  const auto policy = read_policy(text, ".redtag.yaml");
  return policy ? "no error" : policy.error().message;
}

TEST(Policy, ReadsProfileAndPacks) {
  const std::string text = "profile: strict\npacks:\n  - .redtag/checks\n  - more\n";
  const auto policy = read_policy(text, ".redtag.yaml");
  ASSERT_TRUE(policy.has_value()) << policy.error().message;
  EXPECT_EQ(policy->profile, Profile::Strict);
  EXPECT_EQ(policy->packs, (std::vector<std::string>{".redtag/checks", "more"}));
  EXPECT_EQ(policy->origin, ".redtag.yaml");
  EXPECT_EQ(policy->digest, sha256_hex(text));
}

TEST(Policy, IsStandardWhenNothingIsSaid) {
  for (const std::string_view text : {"", "# nothing yet\n", "{}\n"}) {
    const auto policy = read_policy(text, ".redtag.yaml");
    ASSERT_TRUE(policy.has_value()) << policy.error().message;
    EXPECT_EQ(policy->profile, Profile::Standard);
    EXPECT_TRUE(policy->packs.empty());
  }
}

TEST(Policy, ErrorsNameLineAndExpectation) {
  EXPECT_EQ(error_of("profile: standard\nprofil: strict\n"),
            ".redtag.yaml:2: unknown key 'profil'; a policy has the keys `profile` and `packs`");
  EXPECT_EQ(error_of("profile: lenient\n"),
            ".redtag.yaml:1: `profile` must be advise, standard or strict, not 'lenient'");
  const std::string packs = "`packs` must be a list of directories of the repository, like [.redtag/checks]";
  EXPECT_EQ(error_of("packs: .redtag/checks\n"), ".redtag.yaml:1: " + packs);
  EXPECT_EQ(error_of("packs:\n  - ok\n  - /etc\n"), ".redtag.yaml:3: " + packs);
  EXPECT_EQ(error_of("packs:\n  - a/../../b\n"), ".redtag.yaml:2: " + packs);
  EXPECT_EQ(error_of("- profile\n"), ".redtag.yaml:1: a policy must be a mapping with the keys `profile` and `packs`");
}

}  // namespace
}  // namespace redtag
