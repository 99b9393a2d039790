#include <gtest/gtest.h>

#include <random>
#include <string>

#include "base/text.h"
#include "syntax/tree.h"

namespace redtag::syntax {
namespace {

/// Every node of a tree with its kind and bytes: two trees are one if these are.
std::string dump(const Tree& tree) {
  std::string out;
  Cursor at(tree.root());
  unsigned depth = 0;
  for (;;) {
    const NodeView node = at.node();
    out += std::string(depth, ' ') + std::string(node.kind_name()) + " " + std::to_string(node.bytes().begin) + "-" +
           std::to_string(node.bytes().end) + (node.error() ? " error" : "") + "\n";
    if (at.to_first_child()) {
      ++depth;
      continue;
    }
    while (!at.to_next_sibling()) {
      if (!at.to_parent()) return out;
      --depth;
    }
  }
}

using Lines = std::vector<std::string>;

std::string joined(const Lines& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

const Lines& pieces(Grammar grammar) {
  static const Lines hcl{"resource \"a\" \"b\" {",
                         "  x = \"${var.y}-z\"",
                         "}",
                         "locals {",
                         "  text = <<-EOT",
                         "    hello ${name}",
                         "  EOT",
                         "  list = [1, 2, 3]",
                         "# a comment",
                         "",
                         "  f = jsonencode({ a = 1 })",
                         "output \"o\" {",
                         "  value = a.b[0].c"};
  static const Lines bash{"for f in *.log; do",
                          "  gzip \"$f\"",
                          "done",
                          "if [ -d x ]; then",
                          "  rm -rf \"${x:?}/y\"",
                          "fi",
                          "cat <<EOF",
                          "text $x",
                          "EOF",
                          "f() { echo a; }",
                          "a=$(ls | wc -l)",
                          "# a comment",
                          "",
                          "ls -la | grep x && echo 'y'"};
  return grammar == Grammar::Hcl ? hcl : bash;
}

/// A text and an edited one, with the edits between them: whatever comes of lines that hardly fit together.
struct Pair {
  std::string before, after;
  std::vector<LineEdit> edits;
};

Pair generate(std::mt19937& random, Grammar grammar) {
  const auto below = [&](std::size_t limit) { return static_cast<std::size_t>(random()) % limit; };
  const auto any = [&] { return pieces(grammar)[below(pieces(grammar).size())]; };
  Lines before, after;
  Pair pair;
  const auto offset = [](const Lines& lines) { return static_cast<std::uint32_t>(joined(lines).size()); };
  for (std::size_t blocks = below(6) + 1; blocks > 0; --blocks) {
    for (std::size_t same = below(8); same > 0; --same) {
      before.push_back(any());
      after.push_back(before.back());
    }
    if (grammar == Grammar::Hcl && below(2) == 0) {  // mostly well-formed, so that something is reused
      for (const char* line : {"resource \"t\" \"n\" {", "  a = 1", "}"}) {
        before.emplace_back(line);
        after.emplace_back(line);
      }
    }
    LineEdit edit;
    edit.before.begin = offset(before);
    edit.after.begin = offset(after);
    edit.before_row = static_cast<std::uint32_t>(before.size());
    edit.before_rows = static_cast<std::uint32_t>(below(3));
    edit.after_rows = static_cast<std::uint32_t>(below(3));
    for (std::uint32_t i = 0; i < edit.before_rows; ++i) before.push_back(any());
    for (std::uint32_t i = 0; i < edit.after_rows; ++i) after.push_back(any());
    edit.before.end = offset(before);
    edit.after.end = offset(after);
    pair.edits.push_back(edit);
  }
  pair.before = joined(before);
  pair.after = joined(after);
  return pair;
}

TEST(Twin, ParsesWhatAFreshParserWouldSay) {
  std::mt19937 random(1);
  for (int round = 0; round < 800; ++round) {
    const Grammar grammar = round % 2 == 0 ? Grammar::Hcl : Grammar::Bash;
    const Pair pair = generate(random, grammar);
    SCOPED_TRACE("seed 1, round " + std::to_string(round) + "\n" + pair.before + "----\n" + pair.after);
    Twin twin(pair.before, pair.after, pair.edits);
    const auto first = Tree::parse(grammar, pair.before, &twin);
    const auto second = Tree::parse(grammar, pair.after, &twin);
    const auto fresh = Tree::parse(grammar, pair.after);
    ASSERT_EQ(dump(*second), dump(*fresh));
    ASSERT_EQ(dump(*first), dump(*Tree::parse(grammar, pair.before)));
  }
}

TEST(Twin, ReusesNothingWhereTheEditsDoNotLeadOver) {
  const std::string before = "a = 1\nb = 2\n", after = "a = 1\nc = 3\n";
  Twin wrong(before, after, {LineEdit{{0, 6}, {0, 6}, 0, 1, 1}});
  ASSERT_TRUE(Tree::parse(Grammar::Hcl, before, &wrong));
  EXPECT_EQ(dump(*Tree::parse(Grammar::Hcl, after, &wrong)), dump(*Tree::parse(Grammar::Hcl, after)));
  Twin beyond(before, after, {LineEdit{{6, 99}, {6, 12}, 1, 1, 1}});
  EXPECT_EQ(dump(*Tree::parse(Grammar::Hcl, after, &beyond)), dump(*Tree::parse(Grammar::Hcl, after)));
}

}  // namespace
}  // namespace redtag::syntax
