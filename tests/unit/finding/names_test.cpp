#include <gtest/gtest.h>

#include "finding/finding.h"

namespace redtag {
namespace {

TEST(Names, AreTheWordsOfTheContract) {
  EXPECT_EQ(category_name(Category::MissingRollback), "missing-rollback");
  EXPECT_EQ(severity_name(Severity::Critical), "critical");
  EXPECT_EQ(environment_name(Environment::Sandbox), "sandbox");
  EXPECT_EQ(undo_name(Undo::Automatic), "automatic");
  EXPECT_EQ(intent_name(Intent::Contradicted), "contradicted");
  EXPECT_EQ(action_name(Action::Unguard), "unguard");
  EXPECT_EQ(state_name(State::Data), "data");
  EXPECT_EQ(reach_name(Reach::Global), "global");
  EXPECT_EQ(pace_name(Pace::AtOnce), "at-once");
}

/// Every enumerator from the first to `last` comes back from its name.
template <class Enum>
void expect_round_trip(Enum last, std::string_view (*name)(Enum), std::optional<Enum> (*from_name)(std::string_view)) {
  for (std::uint8_t i = 0; i <= static_cast<std::uint8_t>(last); ++i) {
    const auto value = static_cast<Enum>(i);
    EXPECT_EQ(from_name(name(value)), value) << name(value);
  }
  EXPECT_EQ(from_name("nonsense"), std::nullopt);
  EXPECT_EQ(from_name(""), std::nullopt);
}

TEST(Names, ComeBackToTheirEnumerators) {
  expect_round_trip(Category::Advice, category_name, category_from_name);
  expect_round_trip(Severity::Critical, severity_name, severity_from_name);
  expect_round_trip(Environment::Sandbox, environment_name, environment_from_name);
  expect_round_trip(Undo::Automatic, undo_name, undo_from_name);
  expect_round_trip(Intent::Contradicted, intent_name, intent_from_name);
  expect_round_trip(Action::Unguard, action_name, action_from_name);
  expect_round_trip(State::Data, state_name, state_from_name);
  expect_round_trip(Reach::Global, reach_name, reach_from_name);
  expect_round_trip(Pace::AtOnce, pace_name, pace_from_name);
}

TEST(Environments, UnknownAndSharedAreNotLow) {
  EXPECT_FALSE(low_environment(Environment::Unknown));
  EXPECT_FALSE(low_environment(Environment::Shared));
  EXPECT_FALSE(low_environment(Environment::Production));
  EXPECT_TRUE(low_environment(Environment::Staging));
  EXPECT_TRUE(low_environment(Environment::Development));
  EXPECT_TRUE(low_environment(Environment::Test));
  EXPECT_TRUE(low_environment(Environment::Sandbox));
}

}  // namespace
}  // namespace redtag
