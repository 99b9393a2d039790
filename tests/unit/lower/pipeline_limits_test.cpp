// What a pipeline's condition keeps out, and what it leaves open.
#include <gtest/gtest.h>

#include "lower/ci/limits.h"

namespace redtag::ci {
namespace {

TEST(PipelineLimits, NamesOfBranchesKeepEveryOtherOut) {
  for (const std::string_view condition :
       {"github.ref == 'refs/heads/main'", "'refs/heads/main' == github.ref", "startsWith(github.ref, 'refs/tags/')",
        "(github.ref_name == 'main' || github.ref_name == 'stable') && success()", "$CI_COMMIT_TAG",
        "$CI_COMMIT_BRANCH =~ /^release/", "github.event.pull_request.merged == true", "false"}) {
    EXPECT_EQ(keeps_out(condition, "push"), Keeps::Out) << condition;
  }
}

TEST(PipelineLimits, AnEventKeepsTheOthersOut) {
  EXPECT_EQ(keeps_out("github.event_name == 'push'", "pull_request"), Keeps::Out);
  EXPECT_EQ(keeps_out("github.event_name == 'push'", "push"), Keeps::Nothing);
  EXPECT_EQ(keeps_out("github.event_name != 'pull_request'", "pull_request"), Keeps::Out);
  EXPECT_EQ(keeps_out("github.event_name != 'pull_request'", "push"), Keeps::Nothing);
}

TEST(PipelineLimits, OneOpenWayIsEnough) {
  EXPECT_EQ(keeps_out("github.ref == 'refs/heads/main' || always()", "push"), Keeps::Nothing);
  EXPECT_EQ(keeps_out("github.ref == 'refs/heads/main' || github.event_name == 'push'", "push"), Keeps::Nothing);
  EXPECT_EQ(keeps_out("", "push"), Keeps::Nothing);
  EXPECT_EQ(keeps_out("always()", "push"), Keeps::Nothing);
}

TEST(PipelineLimits, WhatOthersSayIsUnknown) {
  for (const std::string_view condition :
       {"needs.plan.outputs.go == 'true'", "inputs.go", "!(github.ref == 'refs/heads/main')",
        "github.ref != 'refs/heads/main'", "contains(fromJSON(vars.LIST), github.actor)", "'unterminated"}) {
    EXPECT_EQ(keeps_out(condition, "push"), Keeps::Unknown) << condition;
  }
}

TEST(PipelineLimits, DepthAndLengthAreBounded) {
  EXPECT_EQ(keeps_out(std::string(2000, '(') + "github.ref == 'x'" + std::string(2000, ')'), "push"), Keeps::Unknown);
  EXPECT_EQ(keeps_out(std::string(100'000, 'a'), "push"), Keeps::Unknown);
}

TEST(PipelineLimits, AnAnswerIsAnInputThatIsAskedFor) {
  EXPECT_TRUE(asks_for_answer("inputs.confirm == 'yes' && always()"));
  EXPECT_TRUE(asks_for_answer("github.event.inputs.confirm == 'yes'"));
  EXPECT_FALSE(asks_for_answer("inputs.skip != 'true'"));
  EXPECT_FALSE(asks_for_answer("inputs.confirm == 'yes' || always()"));
}

}  // namespace
}  // namespace redtag::ci
