#include <gtest/gtest.h>

#include <algorithm>

#include "base/limits.h"
#include "change/source_tree.h"
#include "lower/cloudformation/cloudformation.h"
#include "lower/limit_met.h"

namespace redtag {
namespace {

/// What is asked for by a template that brings in so many others.
std::vector<Path> asked_by_parent_of(std::size_t count) {
  std::string parent = "Resources:\n";
  std::map<Path, std::string> texts;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string name = "Part" + std::to_string(10'000 + i);
    parent += "  " + name + ":\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: ./" + name +
              ".yaml\n";
    texts["shop/" + name + ".yaml"] = "Resources:\n  Jobs:\n    Type: AWS::SQS::Queue\n";
  }
  const FactTables facts = FactTables::empty();
  MemoryTree tree(texts);
  std::vector<LoweredFile> files(1);
  files[0].file = FileId{0};
  files[0].path = "shop/all.yaml";
  files[0].model =
      cloudformation_frontend.lower({files[0].file, Side::After, files[0].path, parent, 0, false}, {facts, 0});
  return cloudformation_frontend.wants(files, tree);
}

TEST(CloudFormationContext, AsksForEveryNestedTemplate) {
  const std::vector<Path> asked = asked_by_parent_of(40);
  EXPECT_EQ(asked.size(), 40U);
  EXPECT_EQ(std::count(asked.begin(), asked.end(), Path(limit_met)), 0);
}

TEST(CloudFormationContext, SaysThatSomeAreLeftOut) {
  const std::vector<Path> asked = asked_by_parent_of(limits::context_files + 3);
  EXPECT_EQ(asked.size(), limits::context_files + 1);
  EXPECT_EQ(std::count(asked.begin(), asked.end(), Path(limit_met)), 1);
}

}  // namespace
}  // namespace redtag
