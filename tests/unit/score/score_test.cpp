#include "score/score.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "score/weights.h"

namespace redtag {
namespace {

constexpr int rounds = 3000;

/// Findings of every kind from one printed seed. std::mt19937 is the same everywhere; the distributions are not, hence `% n`.
class Generator {
 public:
  explicit Generator(std::uint32_t seed) : random_(seed) {}

  std::uint32_t below(std::uint32_t limit) { return static_cast<std::uint32_t>(random_()) % limit; }
  std::uint32_t count() { return below(2) == 0 ? below(5) : static_cast<std::uint32_t>(random_()) >> below(32); }
  template <class Enum>
  Enum any(Enum last) {
    return static_cast<Enum>(below(static_cast<std::uint32_t>(last) + 1));
  }
  Finding finding() {
    const std::vector<std::string> classes{"",    "database", "storage", "identity", "dns",     "network",
                                           "key", "compute",  "queue",   "other",    "made-up", "organization"};
    Finding made;
    made.action = any(Action::Unguard);
    made.entity_class = classes[below(static_cast<std::uint32_t>(classes.size()))];
    made.environment = any(Environment::Sandbox);
    made.environment_proven = below(2) == 0;
    made.undo = any(Undo::Automatic);
    made.state = any(State::Data);
    made.reach = any(Reach::Global);
    made.instances = count();
    made.dependents = count();
    made.indirect_dependents = count();
    made.trigger = any(Trigger::Test);
    made.pace = any(Pace::AtOnce);
    made.guarded = any(Coverage::None);
    return made;
  }

 private:
  std::mt19937 random_;
};

/// Runs `property` on generated findings; the seed stands in every failure.
template <class Property>
void for_findings(std::uint32_t seed, Property property) {
  SCOPED_TRACE("seed " + std::to_string(seed));
  Generator generator(seed);
  for (int i = 0; i < rounds; ++i) {
    property(generator, generator.finding());
    if (testing::Test::HasFailure()) return;
  }
}

TEST(Score, NeverFallsWithMoreDependents) {
  for_findings(1, [](Generator& generator, Finding finding) {
    const int before = score(finding).score;
    Finding direct = finding;
    direct.dependents += std::min(generator.count(), UINT32_MAX - direct.dependents);
    EXPECT_GE(score(direct).score, before) << score(direct).vector;
    Finding indirect = finding;
    indirect.indirect_dependents += std::min(generator.count(), UINT32_MAX - indirect.indirect_dependents);
    EXPECT_GE(score(indirect).score, before) << score(indirect).vector;
  });
}

TEST(Score, NeverFallsWithMoreInstances) {
  for_findings(2, [](Generator& generator, Finding finding) {
    const int before = score(finding).score;
    finding.instances += std::min(generator.count(), UINT32_MAX - finding.instances);
    EXPECT_GE(score(finding).score, before) << score(finding).vector;
  });
}

TEST(Score, NeverFallsWithAWiderScope) {
  for_findings(3, [](Generator&, Finding finding) {
    finding.reach = Reach::Resource;
    int before = score(finding).score;
    for (const Reach wider : {Reach::Service, Reach::Account, Reach::Region, Reach::Global}) {
      finding.reach = wider;
      const int after = score(finding).score;
      EXPECT_GE(after, before) << score(finding).vector;
      before = after;
    }
  });
}

TEST(Score, NeverFallsFromDevelopmentToProduction) {
  for_findings(4, [](Generator&, Finding finding) {
    finding.environment = Environment::Production;
    const int production = score(finding).score;
    finding.environment = Environment::Shared;
    const int shared = score(finding).score;
    finding.environment = Environment::Unknown;
    const int unknown = score(finding).score;
    EXPECT_GE(production, shared);
    EXPECT_GE(shared, unknown);
    for (const Environment low :
         {Environment::Staging, Environment::Development, Environment::Test, Environment::Sandbox}) {
      finding.environment = low;
      EXPECT_GE(unknown, score(finding).score) << score(finding).vector;
    }
  });
}

TEST(Score, NeverRisesWithAWayBackOrASafeguard) {
  for_findings(5, [](Generator&, Finding finding) {
    int before = 100;
    for (const Undo undo : {Undo::None, Undo::Partial, Undo::Present, Undo::Automatic}) {
      finding.undo = undo;
      EXPECT_LE(score(finding).score, before) << score(finding).vector;
      before = score(finding).score;
    }
    before = 100;
    for (const Coverage coverage : {Coverage::None, Coverage::Some, Coverage::All}) {
      finding.guarded = coverage;
      EXPECT_LE(score(finding).score, before) << score(finding).vector;
      before = score(finding).score;
    }
  });
}

TEST(Score, DoesNotLookAtWordsOrPlaces) {
  for_findings(6, [](Generator& generator, Finding finding) {
    const BlastRadius before = score(finding);
    finding.rule = "any/rule" + std::to_string(generator.below(100));
    finding.entity = "prod_important_" + std::to_string(generator.below(100));
    finding.says = finding.because = finding.instead = "production!";
    finding.region = {FileId{generator.below(9)}, Side::Before, {generator.below(100), 200}};
    finding.certainty = Certainty::Partial;
    EXPECT_EQ(score(finding), before);
  });
}

TEST(Score, IsReproducedByItsVectorAlone) {
  for_findings(7, [](Generator&, const Finding& finding) {
    const BlastRadius first = score(finding);
    const auto again = score_of_vector(first.vector);
    ASSERT_TRUE(again.has_value()) << again.error().message;
    EXPECT_EQ(*again, first);
  });
}

TEST(Score, IsTheSumOfItsContributions) {
  for_findings(8, [](Generator&, const Finding& finding) {
    const BlastRadius radius = score(finding);
    double sum = 0;
    for (const Contribution& part : radius.contributions) sum += part.points;
    EXPECT_NEAR(radius.score, 100.0 / (1.0 + std::exp(-sum)), 0.5 + 1e-9) << radius.vector;
    EXPECT_GE(radius.score, 0);
    EXPECT_LE(radius.score, 100);
  });
}

TEST(Combine, IsAtLeastTheLargestAndGrowsWithEachPart) {
  for_findings(9, [](Generator& generator, const Finding& finding) {
    std::vector<BlastRadius> parts{score(finding)};
    int before = combine(parts);
    EXPECT_EQ(before, parts[0].score);
    for (std::uint32_t i = generator.below(12); i > 0; --i) {
      parts.push_back(score(generator.finding()));
      const int after = combine(parts);
      EXPECT_GE(after, before);
      EXPECT_GE(after, parts.back().score);
      EXPECT_LE(after, 100);
      before = after;
    }
    std::reverse(parts.begin(), parts.end());
    EXPECT_EQ(combine(parts), before);
  });
}

TEST(Combine, IsZeroWithoutFindings) { EXPECT_EQ(combine({}), 0); }

TEST(Score, DoesNotTakeUnknownForDevelopment) {
  Finding finding;
  finding.action = Action::Destroy;
  finding.entity_class = "database";
  const int unknown = score(finding).score;
  finding.environment = Environment::Development;
  EXPECT_EQ(score(finding).score, unknown) << "not proven on the base side, so it lowers nothing";
  finding.environment_proven = true;
  EXPECT_LT(score(finding).score, unknown - 10);
}

TEST(Score, IsWhatAReviewerWouldExpect) {
  Finding finding;
  finding.action = Action::Replace;
  finding.entity_class = "database";
  finding.environment = Environment::Production;
  const BlastRadius database = score(finding);
  EXPECT_EQ(database.vector,
            "RT3/A:replace/S:data/P:database/E:production/R:direct=0,indirect=0,instances=1,scope=service/"
            "T:unknown,pace=unknown/U:none/G:none");
  EXPECT_GE(database.score, 90);
  finding.action = Action::Reconfigure;
  finding.entity_class = "observability";
  finding.environment = Environment::Test;
  finding.environment_proven = true;
  EXPECT_LE(score(finding).score, 10);
}

TEST(Vector, RefusesWhatIsNone) {
  const std::string good = score(Finding{}).vector;
  ASSERT_TRUE(score_of_vector(good).has_value());
  const std::vector<std::string> bad{"",
                                     "RT3",
                                     good + "/",
                                     good + " ",
                                     good.substr(1),
                                     "RT1" + good.substr(3),  // of other weights
                                     "RT9" + good.substr(3),
                                     "RT3/A:explode" + good.substr(13),
                                     good.substr(0, good.size() - 1),
                                     std::string(100000, '/')};
  for (const std::string& text : bad) EXPECT_FALSE(score_of_vector(text).has_value()) << text.substr(0, 200);
  std::string zeros = good;
  zeros.replace(zeros.find("direct=0"), 8, "direct=00");
  EXPECT_FALSE(score_of_vector(zeros).has_value());
  std::string huge = good;
  huge.replace(huge.find("direct=0"), 8, "direct=99999999999");
  EXPECT_FALSE(score_of_vector(huge).has_value());
}

TEST(Weights, NameEveryWordOfTheVector) {
  const Weights& weights = Weights::builtin();
  for (int i = 0; i <= static_cast<int>(Action::Unguard); ++i)
    EXPECT_TRUE(weights.has("action", action_name(static_cast<Action>(i))));
  for (int i = 0; i <= static_cast<int>(State::Data); ++i)
    EXPECT_TRUE(weights.has("state", state_name(static_cast<State>(i))));
  for (int i = 0; i <= static_cast<int>(Reach::Global); ++i)
    EXPECT_TRUE(weights.has("scope", reach_name(static_cast<Reach>(i))));
  for (int i = 0; i <= static_cast<int>(Pace::AtOnce); ++i)
    EXPECT_TRUE(weights.has("pace", pace_name(static_cast<Pace>(i))));
  for (int i = 0; i <= static_cast<int>(Undo::Automatic); ++i)
    EXPECT_TRUE(weights.has("undo", undo_name(static_cast<Undo>(i))));
  for (int i = 0; i <= static_cast<int>(Trigger::Test); ++i)
    EXPECT_TRUE(weights.has("trigger", trigger_name(static_cast<Trigger>(i))));
  for (int i = 0; i <= static_cast<int>(Environment::Sandbox); ++i) {
    EXPECT_TRUE(weights.has("environment", environment_name(static_cast<Environment>(i))));
  }
}

TEST(Weights, AreReadWithLineNumbersInErrors) {
  EXPECT_FALSE(Weights::read("", "").has_value());
  EXPECT_EQ(Weights::read("# h\naction\tdestroy\tlots\twhy\n", "").error().message,
            "checks/score/weights.tsv:2: points must be written like 0.25 or -1.00");
  EXPECT_EQ(Weights::read("colour\tred\t0.10\twhy\n", "").error().message,
            "checks/score/weights.tsv:1: 'colour' is no factor of the vector");
  EXPECT_EQ(Weights::read("action\ta\t0.10\twhy\naction\ta\t0.10\twhy\n", "").error().message,
            "checks/score/weights.tsv:2: this factor and value have a row already");
  EXPECT_EQ(Weights::read("action\ta\t-0.10\twhy\n", "").value().points("action", "a"), -10);
}

}  // namespace
}  // namespace redtag
