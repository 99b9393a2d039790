#include "syntax/tree.h"

#include <gtest/gtest.h>

#include <string>

namespace redtag::syntax {
namespace {

TEST(Tree, ParsesEveryGrammar) {
  EXPECT_EQ(Tree::parse(Grammar::Hcl, "a = 1\n")->root().kind_name(), "config_file");
  EXPECT_EQ(Tree::parse(Grammar::Yaml, "a: 1\n")->root().kind_name(), "stream");
  EXPECT_EQ(Tree::parse(Grammar::Bash, "ls\n")->root().kind_name(), "program");
  EXPECT_EQ(Tree::parse(Grammar::Sql, "select 1;\n")->root().kind_name(), "program");
}

TEST(Tree, GivesTheBytesOfNodes) {
  const std::string text = "resource \"x\" \"y\" {}\n";
  const auto tree = Tree::parse(Grammar::Hcl, text);
  const NodeView block = tree->root().first_named().first_named();
  EXPECT_EQ(block.kind(), kind_of(Grammar::Hcl, "block"));
  EXPECT_EQ(text_of(block.first_named(), text), "resource");
}

TEST(Cursor, VisitsChildrenInOrder) {
  const std::string text = "a\nb\nc\n";
  const auto tree = Tree::parse(Grammar::Bash, text);
  std::string seen;
  for (const NodeView& child : named_children(tree->root())) seen += text_of(child, text);
  EXPECT_EQ(seen, "abc");
}

TEST(Tree, MarksWhatItCannotParse) {
  EXPECT_TRUE(Tree::parse(Grammar::Hcl, "resource {{{\n")->root().has_error());
}

TEST(Tree, AnswersNullForWhatIsNotThere) {
  const NodeView none;
  EXPECT_TRUE(none.null());
  EXPECT_TRUE(none.first_child().null());
  EXPECT_EQ(none.child_count(), 0U);
}

TEST(Tree, RefusesATextOverTheLimit) {
  const auto tree = Tree::parse(Grammar::Hcl, std::string((16U << 20U) + 1, ' '));
  ASSERT_FALSE(tree);
  EXPECT_EQ(tree.error().code, ErrorCode::Limit);
}

}  // namespace
}  // namespace redtag::syntax
