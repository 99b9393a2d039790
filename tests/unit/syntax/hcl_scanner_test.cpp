// The HCL scanner of grammars/hcl: where literals begin and end, and what is one.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "syntax/tree.h"

namespace redtag::syntax {
namespace {

/// The texts of all nodes of a kind, in order; "ERROR" stands alone if the text does not parse.
std::vector<std::string> texts(std::string_view source, std::string_view kind_name) {
  const auto tree = Tree::parse(Grammar::Hcl, source);
  if (!tree || tree->root().has_error()) return {"ERROR"};
  std::vector<std::string> found;
  std::vector<NodeView> todo = {tree->root()};
  while (!todo.empty()) {
    const NodeView node = todo.back();
    todo.pop_back();
    if (node.kind_name() == kind_name) found.emplace_back(text_of(node, source));
    std::vector<NodeView> children;
    for (NodeView child = node.first_child(); !child.null(); child = child.next()) children.push_back(child);
    todo.insert(todo.end(), children.rbegin(), children.rend());
  }
  return found;
}

using Texts = std::vector<std::string>;

Texts literals(std::string_view source) { return texts(source, "template_literal"); }

TEST(HclScanner, LiteralsOwnTheirBlanks) {
  EXPECT_EQ(literals("a = \" x \"\n"), Texts{" x "});
  EXPECT_EQ(literals("a = \" \"\n"), Texts{" "});
  EXPECT_EQ(literals("a = \"${b} ${c}\"\n"), Texts{" "});
  EXPECT_EQ(literals("a = \"\"\n"), Texts{});
}

TEST(HclScanner, EscapesAreText) {
  EXPECT_EQ(literals("a = \"x\\\"y\\u00e9$${z}%%{z}$$1%\"\n"), Texts{"x\\\"y\\u00e9$${z}%%{z}$$1%"});
  EXPECT_EQ(literals("a = \"$$${z}\"\n"), Texts{"$$"});
  EXPECT_EQ(literals("a = \"\\d\"\n"), Texts{"ERROR"});
}

TEST(HclScanner, HeredocsRunFromTheFirstLineToTheLast) {
  EXPECT_EQ(literals("a = <<EOF\n  x\n\ny \"z\" \\d\nEOF\nb = 1\n"), Texts{"  x\n\ny \"z\" \\d\n"});
  EXPECT_EQ(literals("a = <<-EOF\n  x\n  EOF\n"), Texts{"  x\n"});
  EXPECT_EQ(literals("a = <<EOF\r\nx\r\nEOF\r\n"), Texts{"x\r\n"});
  EXPECT_EQ(literals("a = <<EOF\nEOF\n"), Texts{});
  EXPECT_EQ(literals("a = <<EOF\nx\nEOF"), Texts{"x\n"});
}

TEST(HclScanner, OnlyALineOfItsOwnClosesAHeredoc) {
  EXPECT_EQ(literals("a = <<EOF\nEOFX\nX EOF\nEOF y\nEO\nEOF\n"), Texts{"EOFX\nX EOF\nEOF y\nEO\n"});
  EXPECT_EQ(literals("a = <<EOF\n${x}EOF\nEOF\n"), Texts{"EOF\n"});
  EXPECT_EQ(literals("a = <<EOF\nEO${x}\nEOF\n"), (Texts{"EO", "\n"}));
}

TEST(HclScanner, TemplatesNest) {
  EXPECT_EQ(literals("a = \"x${upper(\"y${z}\")} w\"\n"), (Texts{"x", "y", " w"}));
  EXPECT_EQ(literals("a = \"${ { b = \"}\" } }\"\n"), Texts{"}"});
  EXPECT_EQ(literals("a = <<A\n${ <<B\nb\nB\n}\nA\n"), (Texts{"b\n", "\n"}));
  EXPECT_EQ(literals("a = \"%{ if b ~}\n yes%{ else }no%{ endif }\"\n"), (Texts{"\n yes", "no"}));
}

TEST(HclScanner, DeepNestingIsAnErrorAndNoCrash) {
  std::string deep = "a = ";
  for (int i = 0; i < 5000; ++i) deep += "\"${";
  EXPECT_EQ(literals(deep), Texts{"ERROR"});
  EXPECT_EQ(literals("a = <<" + std::string(5000, 'A') + "\nx\n" + std::string(5000, 'A') + "\n"), Texts{"ERROR"});
  std::string fair = "1";
  for (int i = 0; i < 60; ++i) fair = "\"x${" + fair + "}\"";
  EXPECT_EQ(literals("a = " + fair + "\n").size(), 60U);
}

}  // namespace
}  // namespace redtag::syntax
