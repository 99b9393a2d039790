#include "lower/cloudformation/conditions.h"

#include <gtest/gtest.h>

#include "lower/cloudformation/cloudformation.h"

namespace redtag {
namespace {

/// `exists_if` of the one resource of a template with these conditions, as its alternatives; "always" or "never" where that is so.
std::string exists_if(const std::string& conditions) {
  const std::string text = "Parameters:\n  Stage: {Type: String}\n  Zone: {Type: String, Default: a}\nConditions:\n" +
                           conditions + "Resources:\n  Table: {Type: AWS::DynamoDB::Table, Condition: C}\n";
  const FactTables facts = FactTables::empty();
  const Model model = cloudformation_frontend.lower({FileId{0}, Side::After, "t.yaml", text, 0, false}, {facts, 0});
  for (const Resource& resource : model.resources) {
    if (resource.name != "Table") continue;
    for (const Entry& entry : resource.attributes) {
      if (entry.key != "exists_if") continue;
      std::string out;
      for (const Value& item : entry.value.items) out += (out.empty() ? "" : " | ") + item.text;
      return out.empty() ? "never" : out;
    }
    return "always";
  }
  return "no resource";
}

TEST(CloudFormationConditions, DecidesConstants) {
  EXPECT_EQ(exists_if("  C: !Equals [a, a]\n"), "always");
  EXPECT_EQ(exists_if("  C: !Equals [a, b]\n"), "never");
  EXPECT_EQ(exists_if("  C: !Not [!Equals [a, b]]\n"), "always");
}

TEST(CloudFormationConditions, LeavesParametersOpen) {
  EXPECT_EQ(exists_if("  C: !Equals [!Ref Stage, prod]\n"), "${Stage} is prod");
  EXPECT_EQ(exists_if("  C: !Equals [prod, {Ref: Stage}]\n"), "${Stage} is prod");
  EXPECT_EQ(exists_if("  C: !Equals [!Ref Zone, a]\n"), "${Zone} is a");
}

TEST(CloudFormationConditions, BringsSpellingsTogether) {
  const std::string either = exists_if("  C: !Or [!Equals [!Ref Stage, a], !Equals [!Ref Stage, b]]\n");
  EXPECT_EQ(either, "${Stage} is a | ${Stage} is b");
  EXPECT_EQ(
      exists_if(
          "  C: !Not [!And [!Not [!Equals [b, !Ref Stage]], !Not [!Condition A]]]\n  A: !Equals [!Ref Stage, a]\n"),
      either);
}

TEST(CloudFormationConditions, SeesWhatCannotBeAndWhatMustBe) {
  EXPECT_EQ(exists_if("  C: !And [!Equals [!Ref Stage, a], !Equals [!Ref Stage, b]]\n"), "never");
  EXPECT_EQ(exists_if("  C: !And [!Equals [!Ref Stage, a], !Not [!Equals [!Ref Stage, a]]]\n"), "never");
  EXPECT_EQ(exists_if("  C: !Or [!Equals [!Ref Stage, a], !Not [!Equals [!Ref Stage, a]]]\n"), "always");
}

TEST(CloudFormationConditions, EndsOnCyclesAndDepth) {
  EXPECT_EQ(exists_if("  C: !Condition D\n  D: !Condition C\n"), "condition C is true");
  std::string deep = "!Equals [!Ref Stage, a]";
  for (int i = 0; i < 60; ++i) deep = "!Not [" + deep + "]";
  EXPECT_NE(exists_if("  C: " + deep + "\n"), "no resource");
  std::string many;
  for (int i = 0; i < 40; ++i)
    many += (i == 0 ? "" : ", ") +
            ("!Or [!Equals [!Ref A" + std::to_string(i) + ", x], !Equals [!Ref B, y" + std::to_string(i) + "]]");
  EXPECT_NE(exists_if("  C: !And [" + many + "]\n"), "no resource");
}

}  // namespace
}  // namespace redtag
