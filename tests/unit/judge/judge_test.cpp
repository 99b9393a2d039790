#include "judge/judge.h"

#include <gtest/gtest.h>

#include "base/hash.h"

namespace redtag {
namespace {

Finding with(Severity severity, Environment environment = Environment::Unknown, bool proven = false) {
  Finding finding;
  finding.rule = "terraform/remove-resource";
  finding.stack = Stack::Terraform;
  finding.entity = "aws_db_instance.orders";
  finding.severity = severity;
  finding.environment = environment;
  finding.environment_proven = proven;
  return finding;
}

Policy policy_of(std::string_view text) {
  auto policy = read_policy(text, ".redtag.yaml");
  EXPECT_TRUE(policy.has_value()) << policy.error().message;
  return policy ? *policy : Policy();
}

Provenance made_by(Maker maker) {
  Provenance provenance;
  provenance.maker = maker;
  return provenance;
}

/// One change with one file at `path`, and the judgement of findings in it.
struct Bench {
  Policy policy;
  Provenance provenance;
  ChangeSet changes;
  std::vector<std::string> remarks;
  std::string today = "2030-06-15";

  explicit Bench(std::string_view text, Maker maker = Maker::Unknown)
      : policy(policy_of(text)), provenance(made_by(maker)) {}

  void file(std::optional<Path> before, std::optional<Path> after) {
    FileChange change;
    change.id = FileId{0};
    change.before_path = std::move(before);
    change.after_path = std::move(after);
    changes.files = {change};
  }

  JudgedFinding judge(Finding finding) {
    if (!changes.files.empty()) finding.region = {FileId{0}, Side::After, {0, 0}};
    return redtag::judge(std::move(finding), {policy, provenance, changes, ChangeWords(changes), today}, remarks);
  }
  Verdict verdict(Finding finding) { return judge(std::move(finding)).verdict; }
};

TEST(Judge, StandardHoldsHighAndCritical) {
  Bench bench("profile: standard\n");
  EXPECT_EQ(bench.verdict(with(Severity::Critical)), Verdict::Hold);
  EXPECT_EQ(bench.verdict(with(Severity::High)), Verdict::Hold);
  EXPECT_EQ(bench.verdict(with(Severity::Medium)), Verdict::Note);
  EXPECT_EQ(bench.verdict(with(Severity::Low)), Verdict::Note);
}

TEST(Judge, ALowEnvironmentCapsOnlyWhereTheBaseProvesIt) {
  Bench bench("profile: standard\n");
  for (const Environment low :
       {Environment::Development, Environment::Test, Environment::Sandbox, Environment::Staging}) {
    EXPECT_EQ(bench.verdict(with(Severity::Critical, low, true)), Verdict::Note) << environment_name(low);
    EXPECT_EQ(bench.verdict(with(Severity::Critical, low, false)), Verdict::Hold) << environment_name(low);
  }
  for (const Environment other : {Environment::Unknown, Environment::Shared, Environment::Production}) {
    EXPECT_EQ(bench.verdict(with(Severity::High, other, true)), Verdict::Hold) << environment_name(other);
  }
}

TEST(Judge, StrictHoldsMediumOutsideLowEnvironments) {
  Bench bench("profile: strict\n");
  EXPECT_EQ(bench.verdict(with(Severity::Medium)), Verdict::Hold);
  EXPECT_EQ(bench.verdict(with(Severity::Medium, Environment::Development, false)), Verdict::Hold);
  EXPECT_EQ(bench.verdict(with(Severity::Medium, Environment::Development, true)), Verdict::Note);
  EXPECT_EQ(bench.verdict(with(Severity::Low)), Verdict::Note);
}

TEST(Judge, AdviseOnlyNotes) {
  Bench bench("profile: advise\nthresholds: [{severity: low}]\n", Maker::Agent);
  Finding worst = with(Severity::Critical, Environment::Production, true);
  worst.action = Action::Destroy;
  EXPECT_EQ(bench.verdict(worst), Verdict::Note);
}

TEST(Judge, AThresholdHoldsWhatItAsksFor) {
  Bench bench("thresholds:\n  - {category: control-plane, severity: medium, environment: [production, unknown]}\n");
  Finding finding = with(Severity::Medium);
  finding.category = Category::ControlPlane;
  const JudgedFinding judged = bench.judge(finding);
  EXPECT_EQ(judged.verdict, Verdict::Hold);
  EXPECT_EQ(judged.reasons, std::vector<std::string>{"a threshold of the policy (line 2) holds it"});
  finding.category = Category::Destructive;
  EXPECT_EQ(bench.verdict(finding), Verdict::Note);
  finding.category = Category::ControlPlane;
  finding.environment = Environment::Shared;
  EXPECT_EQ(bench.verdict(finding), Verdict::Note);
  finding.environment = Environment::Production;
  finding.severity = Severity::Low;
  EXPECT_EQ(bench.verdict(finding), Verdict::Note);
}

TEST(Judge, AScoreHoldsOnlyWhereThePolicyNamesOne) {
  Finding finding = with(Severity::Low);
  finding.action = Action::Destroy;
  finding.entity_class = "database";
  Bench none("profile: standard\n");
  const int score = none.judge(finding).blast.score;
  EXPECT_EQ(none.verdict(finding), Verdict::Note);
  Bench at("thresholds: [{score: " + std::to_string(score) + "}]\n");
  EXPECT_EQ(at.verdict(finding), Verdict::Hold);
  Bench above("thresholds: [{score: " + std::to_string(score + 1) + "}]\n");
  EXPECT_EQ(above.verdict(finding), Verdict::Note);
}

TEST(Judge, AThresholdNotesButNeverWhatIsCriticalOrAnotherHolds) {
  const std::string note = "thresholds:\n  - {verdict: note, category: control-plane, reason: reviewed elsewhere}\n";
  Finding finding = with(Severity::High);
  finding.category = Category::ControlPlane;
  Bench bench(note);
  EXPECT_EQ(bench.verdict(finding), Verdict::Note);
  finding.severity = Severity::Critical;
  EXPECT_EQ(bench.verdict(finding), Verdict::Hold);
  finding.severity = Severity::High;
  Bench both(note + "  - {rule: terraform/*}\n");
  EXPECT_EQ(both.verdict(finding), Verdict::Hold);
}

TEST(Judge, EvidenceOfAnAssistantHoldsExcludedClassesFromMediumUp) {
  Finding finding = with(Severity::Medium);
  finding.action = Action::Destroy;
  for (const Maker maker : {Maker::Assisted, Maker::Agent}) {
    Bench bench("{}\n", maker);
    EXPECT_EQ(bench.verdict(finding), Verdict::Hold);
    Finding low = finding;
    low.severity = Severity::Low;
    EXPECT_EQ(bench.verdict(low), Verdict::Note);
    Finding other = finding;
    other.action = Action::Reconfigure;
    EXPECT_EQ(bench.verdict(other), Verdict::Note);
  }
  for (const Maker maker : {Maker::Unknown, Maker::Bot}) {
    Bench bench("{}\n", maker);
    EXPECT_EQ(bench.verdict(finding), Verdict::Note);
  }
}

TEST(Judge, MarkersOnlyEverRaise) {
  // Every class, severity and lane: with a marker, nothing passes that would hold without one.
  const std::string lanes = "lanes: {act_at_low_risk: [deletion, configuration], draft_only: [network]}\n";
  for (const std::string& text : {std::string("{}\n"), lanes, "unset: [lanes.senior_required.deletion]\n" + lanes}) {
    for (const Action action :
         {Action::Destroy, Action::Replace, Action::Detach, Action::Reconfigure, Action::Unguard}) {
      for (const Severity severity : {Severity::Low, Severity::Medium, Severity::High, Severity::Critical}) {
        Finding finding = with(severity);
        finding.action = action;
        const Verdict plain = Bench(text).verdict(finding);
        for (const Maker maker : {Maker::Bot, Maker::Assisted, Maker::Agent}) {
          EXPECT_GE(Bench(text, maker).verdict(finding), plain) << text << severity_name(severity);
        }
      }
    }
  }
}

TEST(Judge, DraftOnlyHoldsWhateverTheSeverity) {
  Finding finding = with(Severity::Low);
  finding.entity_class = "dns";
  EXPECT_EQ(Bench("lanes: {draft_only: network}\n", Maker::Agent).verdict(finding), Verdict::Hold);
  EXPECT_EQ(Bench("lanes: {draft_only: network}\n").verdict(finding), Verdict::Note);
}

TEST(Judge, ContradictedIntentHoldsOnlyInStrict) {
  Finding finding = with(Severity::Low);
  for (const auto& [text, verdict] :
       {std::pair{"profile: strict\n", Verdict::Hold}, std::pair{"profile: standard\n", Verdict::Note}}) {
    Bench bench(text);
    ChangeSet& changes = bench.changes;
    changes.messages = {"docs: fix a typo\n"};
    EXPECT_EQ(bench.verdict(finding), verdict) << text;
  }
}

constexpr std::string_view exclude =
    "excludes:\n"
    "  - rule: terraform/remove-resource\n"
    "    paths: scratch/*\n"
    "    entity: aws_db_instance.orders\n"
    "    reason: rebuilt every night\n"
    "    until: 2030-06-30\n";

TEST(Exclude, MakesANoteWithItsReasonAndEndsOnItsDay) {
  Bench bench(exclude);
  bench.file("scratch/main.tf", "scratch/main.tf");
  for (const auto& [today, verdict] :
       {std::pair{"2030-06-30", Verdict::Note}, std::pair{"2030-07-01", Verdict::Hold}, std::pair{"", Verdict::Hold}}) {
    bench.today = today;
    const JudgedFinding judged = bench.judge(with(Severity::Critical));
    EXPECT_EQ(judged.verdict, verdict) << today;
    if (verdict != Verdict::Note) continue;
    EXPECT_EQ(judged.excluded, (Acceptance{".redtag.yaml:2", "rebuilt every night", "2030-06-30"}));
  }
  EXPECT_EQ(bench.remarks,
            std::vector<std::string>{"the exclude at .redtag.yaml:2 ended on 2030-06-30 and no longer counts"});
}

TEST(Exclude, NeedsBothNamesOfARenamedFile) {
  Bench bench(exclude);
  bench.file("prod/main.tf", "scratch/main.tf");
  EXPECT_EQ(bench.verdict(with(Severity::Critical)), Verdict::Hold);
  bench.file("scratch/main.tf", "prod/main.tf");
  EXPECT_EQ(bench.verdict(with(Severity::Critical)), Verdict::Hold);
}

TEST(Exclude, OfWhatDestroysMustNameTheEntity) {
  for (const std::string_view entity : {"", "    entity: '*'\n"}) {
    Bench bench("excludes:\n  - rule: terraform/*\n    reason: noisy\n    until: 2031-01-01\n" + std::string(entity));
    Finding finding = with(Severity::High);
    finding.category = Category::Destructive;
    EXPECT_EQ(bench.verdict(finding), Verdict::Hold);
    EXPECT_EQ(bench.remarks.size(), 1U);
    finding.category = Category::ControlPlane;
    EXPECT_EQ(bench.verdict(finding), Verdict::Note);
  }
}

TEST(Exclude, NeverReachesTheGateItself) {
  EXPECT_FALSE(
      read_policy("excludes: [{rule: redtag/weaken-policy, reason: x, until: 2031-01-01}]\n", "p").has_value());
  EXPECT_FALSE(read_policy("excludes: [{rule: '*', reason: x, until: 2031-01-01}]\n", "p").has_value());
  EXPECT_FALSE(read_policy("excludes: [{rule: '*/remove-resource', reason: x, until: 2031-01-01}]\n", "p").has_value());
}

class Declared : public ::testing::Test {
 protected:
  std::vector<std::string> declare(std::optional<Path> before, std::optional<Path> after, std::string entity = "x") {
    ChangeSet changes;
    FileChange file;
    file.id = FileId{0};
    file.before_path = std::move(before);
    file.after_path = std::move(after);
    changes.files = {file};
    Finding finding = with(Severity::Critical);
    finding.entity = std::move(entity);
    finding.region = {FileId{0}, Side::After, {0, 0}};
    findings = {finding};
    MemoryTree tree(std::map<Path, std::string>{{"live/dev/old.tf", ""}});
    return declare_environments(findings, changes, &tree, policy, target);
  }

  /// What the branch alone says of a file whose place says nothing.
  std::string by_branch(std::string_view name) {
    target = name;
    declare("net/a.tf", "net/a.tf");
    const std::string proven = findings[0].environment_proven ? "" : "?";
    return std::string(environment_name(findings[0].environment)) + proven;
  }

  Policy policy = policy_of(
      "environments:\n  production: {paths: live/prod/*, evidence: '*.prod_*'}\n  development: {paths: [live/dev/*, "
      "lab/*]}\n");
  std::vector<Finding> findings;
  std::string target;
};

TEST_F(Declared, ByTheBranchThatItIsFor) {
  EXPECT_EQ(by_branch("origin/production"), "production");
  EXPECT_EQ(findings[0].evidence.back().sentence, "the change is for the branch production");
  EXPECT_EQ(by_branch("refs/heads/main"), "unknown?");
  // A name lowers nothing: what is merged there may go on.
  EXPECT_EQ(by_branch("staging"), "unknown?");
  policy = policy_of(
      "environments:\n  staging: {branches: [staging, 'rc/*']}\n  production: {paths: live/*, branches: main}\n");
  EXPECT_EQ(by_branch("staging"), "staging");
  EXPECT_EQ(by_branch("refs/heads/rc/7"), "staging");
  EXPECT_EQ(by_branch("main"), "production");
  // The place is nearer than the branch.
  target = "staging";
  EXPECT_EQ(declare("live/a.tf", "live/a.tf"), std::vector<std::string>{"production"});
  EXPECT_EQ(findings[0].environment, Environment::Production);
}

TEST_F(Declared, ByPathOnBothSides) {
  EXPECT_EQ(declare("live/prod/a.tf", "live/prod/a.tf"), std::vector<std::string>{"production"});
  EXPECT_EQ(declare("live/dev/a.tf", "live/dev/a.tf"), std::vector<std::string>{"development"});
  EXPECT_TRUE(findings[0].environment_proven);
  EXPECT_EQ(declare("live/dev/a.tf", "live/prod/a.tf"), std::vector<std::string>{"production"});
  EXPECT_EQ(declare("else/a.tf", "live/dev/a.tf"), std::vector<std::string>{""});
  EXPECT_EQ(declare("live/dev/a.tf", std::nullopt), std::vector<std::string>{"development"});
}

TEST_F(Declared, ANewDirectoryProvesNothingLow) {
  EXPECT_EQ(declare(std::nullopt, "live/dev/new.tf"), std::vector<std::string>{"development"});
  EXPECT_EQ(declare(std::nullopt, "lab/new.tf"), std::vector<std::string>{""});
  EXPECT_FALSE(findings[0].environment_proven);
  EXPECT_EQ(declare(std::nullopt, "live/prod/new.tf"), std::vector<std::string>{"production"});
}

TEST_F(Declared, ByEntityAndTheWorseCounts) {
  EXPECT_EQ(declare("live/dev/a.tf", "live/dev/a.tf", "aws_db_instance.prod_orders"),
            std::vector<std::string>{"production"});
}

TEST(Review, IsHeldByOneHoldThatIsNotCleared) {
  Review review;
  EXPECT_FALSE(review.held());
  review.findings.emplace_back();
  EXPECT_FALSE(review.held());
  review.findings.emplace_back().verdict = Verdict::Hold;
  EXPECT_TRUE(review.held());
  review.findings.back().cleared = Acceptance{};
  EXPECT_FALSE(review.held());
}

}  // namespace
}  // namespace redtag
