#include <string>

#include "terraform_fixture.h"

namespace redtag {
namespace {

std::string repeated(std::string_view text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

TEST(TerraformRecovery, LosesOnlyTheBrokenStatement) {
  const std::string text =
      "resource \"a\" \"b\" {\n  x = 1\n  y = = 2\n  z {\n    q = 3\n  }\n}\nresource \"c\" \"d\" {\n  e = 4\n}\n";
  const Model model = lower_terraform(text);
  ASSERT_EQ(model.resources.size(), 2U);
  EXPECT_EQ(show(model.resources[0].attributes[0].value), "1");
  EXPECT_EQ(model.resources[0].attributes[1].key, "y");
  EXPECT_EQ(model.resources[0].attributes[1].value.presence, Presence::Unknown);
  EXPECT_EQ(show(model.resources[0].attributes[2].value), "{q = 3}");
  ASSERT_EQ(model.gaps.size(), 1U);
  EXPECT_EQ(text.substr(model.gaps[0].region.bytes.begin, model.gaps[0].region.bytes.size()), "y = = 2");
  EXPECT_EQ(model.resources[1].address, "c.d");
}

TEST(TerraformRecovery, EndsAnUnclosedBlockWhereTheNextOneOpens) {
  const Model model =
      lower_terraform("resource \"a\" \"b\" {\n  x = {\n    k = 1\n\nresource \"c\" \"d\" {\n  e = 4\n}\n");
  ASSERT_EQ(model.resources.size(), 2U);
  EXPECT_EQ(model.resources[0].address, "a.b");
  EXPECT_EQ(model.resources[1].address, "c.d");
  EXPECT_EQ(show(model.resources[1].attributes[0].value), "4");
  EXPECT_EQ(model.gaps.size(), 1U);
}

TEST(TerraformRecovery, ReadsAWindowThatStartsAndEndsInsideBlocks) {
  const Model model = lower_terraform_window(
      "  deletion_protection = true\n  tags = {\n    a = 1\n  }\n}\n\nresource \"a\" \"b\" {\n  x = 1\n  y = [\n    "
      "\"q\",\n");
  ASSERT_EQ(model.resources.size(), 1U);
  EXPECT_EQ(model.resources[0].address, "a.b");
  ASSERT_EQ(model.resources[0].attributes.size(), 2U);
  EXPECT_EQ(show(model.resources[0].attributes[0].value), "1");
  EXPECT_EQ(model.resources[0].attributes[1].value.presence, Presence::Unknown);
}

TEST(TerraformRecovery, InventsNoResourceForAWindowInsideABlock) {
  EXPECT_TRUE(lower_terraform_window("  x = 1\n  ingress {\n    port = 22\n  }\n").resources.empty());
  EXPECT_TRUE(lower_terraform_window("  k = 1\n", "x.tfvars").resources.empty());
  EXPECT_EQ(lower_terraform_window("k = 1\n", "x.tfvars").resources.size(), 1U);
}

TEST(TerraformRecovery, SeesThatAWindowStartsInAComment) {
  const Model model = lower_terraform_window("resource \"a\" \"b\" {\n}\n*/\nresource \"c\" \"d\" {\n}\n");
  ASSERT_EQ(model.resources.size(), 1U);
  EXPECT_EQ(model.resources[0].address, "c.d");
}

TEST(TerraformRecovery, DoesNotReadBlocksInsideHereDocuments) {
  const Model model = lower_terraform("locals {\n  a = <<EOT\nresource \"x\" \"y\" {\n}\nEOT\n  b = = 1\n}\n");
  ASSERT_EQ(model.resources.size(), 2U);
  EXPECT_EQ(model.resources[0].address, "local.a");
}

TEST(TerraformRecovery, SurvivesDeepNesting) {
  const std::string closed = repeated("a {\n", 100'000) + repeated("}\n", 100'000);
  EXPECT_FALSE(lower_terraform(closed).gaps.empty());
  EXPECT_FALSE(lower_terraform(repeated("a {\n", 100'000)).gaps.empty());
  const Model lists =
      lower_terraform("locals {\n  a = " + std::string(100'000, '[') + std::string(100'000, ']') + "\n}\n");
  EXPECT_FALSE(lists.gaps.empty());
  const Model sum = lower_terraform("locals {\n  a = 1" + repeated(" + 1", 100'000) + "\n}\n");
  EXPECT_EQ(sum.resources.size(), 1U);
  EXPECT_FALSE(lower_terraform("locals {\n  a = \"" + repeated("${\"", 2000) + repeated("\"}", 2000) + "\"\n}\n")
                   .resources.size() > 1);
}

TEST(TerraformRecovery, SurvivesHostileText) {
  const std::string line(1'000'000, 'x');
  EXPECT_EQ(lower_terraform("locals {\n  a = \"" + line + "\"\n}\n").resources.at(0).attributes.at(0).value.text.size(),
            line.size());
  (void)lower_terraform(line);
  (void)lower_terraform(repeated("}\n", 10'000));
  (void)lower_terraform(repeated("a = <<A\n", 20'000));
  (void)lower_terraform(repeated("\"${", 20'000));
  (void)lower_terraform(std::string("a = \0 \xff\xfe {\n", 11));
  (void)lower_terraform("");
  const Model twice = lower_terraform("resource \"a\" \"b\" {\n  x = 1\n  x = 2\n}\n");
  EXPECT_EQ(twice.resources.at(0).attributes.size(), 2U);
}

}  // namespace
}  // namespace redtag
