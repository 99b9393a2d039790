#include "lower/shell/bound.h"

#include <gtest/gtest.h>

namespace redtag::shell {
namespace {

/// What a script destroys with those variables: program and target of each such operation, in order.
std::string destroys(const Bound& bound, const std::string& script) {
  static const FactTables facts = FactTables::builtin();
  const Model model = lower_bound("ops/run.sh", script, bound, facts);
  std::string out;
  for (const Operation& operation : model.operations) {
    if (operation.verb != Verb::Destroy && operation.verb != Verb::Delete && operation.verb != Verb::Empty) continue;
    out += (out.empty() ? "" : " | ") + operation.program + " " + operation.target.text;
  }
  return out;
}

Bound with(const std::string& name, const std::string& value) {
  Bound bound;
  bound.variables = {{name, value}};
  return bound;
}

TEST(ShellBound, TakesTheBranchThatATestDecides) {
  const std::string script = "if [ \"$X\" = yes ]; then dropdb a; else dropdb b; fi\n";
  EXPECT_EQ(destroys(with("X", "yes"), script), "dropdb a");
  EXPECT_EQ(destroys(with("X", "no"), script), "dropdb b");
  EXPECT_EQ(destroys(with("Y", "yes"), script), "dropdb a | dropdb b");
}

TEST(ShellBound, JoinsTestsOfWhichOneIsUnknown) {
  EXPECT_EQ(destroys(with("X", "1"), "[ \"$X\" = 0 ] && [ -f f ] && dropdb a\n"), "");
  EXPECT_EQ(destroys(with("X", "1"), "[ \"$X\" = 1 ] && [ -f f ] && dropdb a\n"), "dropdb a");
  EXPECT_EQ(destroys(with("X", "1"), "[ \"$X\" = 1 ] || [ -f f ] || dropdb a\n"), "");
  EXPECT_EQ(destroys(with("X", "1"), "if [[ $X == 2 || $Y == 3 ]]; then dropdb a; fi\n"), "dropdb a");
  EXPECT_EQ(destroys(with("X", "1"), "if [[ $X == 2 && $Y == 3 ]]; then dropdb a; fi\n"), "");
  EXPECT_EQ(destroys(with("X", "12"), "if [ \"$X\" -gt 9 ]; then dropdb a; fi\n"), "dropdb a");
  EXPECT_EQ(destroys(with("X", "8"), "if [ \"$X\" -gt 9 ]; then dropdb a; fi\n"), "");
  EXPECT_EQ(destroys(with("X", "true"), "if $X; then dropdb a; fi\n"), "dropdb a");
  EXPECT_EQ(destroys(with("X", "false"), "if ! $X; then dropdb a; fi\n"), "dropdb a");
}

TEST(ShellBound, StopsWhereTheScriptLeaves) {
  const std::string script = "if [ \"$X\" = plan ]; then echo would drop; exit 0; fi\ndropdb a\n";
  EXPECT_EQ(destroys(with("X", "plan"), script), "");
  EXPECT_EQ(destroys(with("X", "go"), script), "dropdb a");
  EXPECT_EQ(destroys(with("X", "no"), "[ \"$X\" = yes ] || exit 1\ndropdb a\n"), "");
  EXPECT_EQ(destroys(with("X", "yes"), "for d in a b; do [ \"$X\" = yes ] && continue; dropdb $d; done\ndropdb c\n"),
            "dropdb c");
  // Whoever is asked may say no.
  EXPECT_EQ(destroys(with("X", "yes"), "if [ \"$ANSWER\" = no ]; then exit 1; fi\ndropdb a\n"), "dropdb a");
}

TEST(ShellBound, TakesTheArmOfACase) {
  const std::string script = "case \"$X\" in\n  a|b*) dropdb one ;;\n  c) dropdb two ;;\n  *) dropdb rest ;;\nesac\n";
  EXPECT_EQ(destroys(with("X", "bee"), script), "dropdb one");
  EXPECT_EQ(destroys(with("X", "c"), script), "dropdb two");
  EXPECT_EQ(destroys(with("X", "z"), script), "dropdb rest");
}

TEST(ShellBound, ReadsArguments) {
  Bound bound;
  bound.arguments = {"--mode", "drop", ""};
  EXPECT_EQ(destroys(bound, "[ \"$2\" = drop ] && dropdb a\n"), "dropdb a");
  EXPECT_EQ(destroys(bound, "mode=${2:-look}\n[ \"$mode\" = look ] && dropdb a\n"), "");
  EXPECT_EQ(destroys(bound, "[ \"$3\" = x ] && dropdb a\n"), "dropdb a");
}

TEST(ShellBound, KnowsWhatNobodySets) {
  Bound bound;
  bound.empty = {"X"};
  EXPECT_EQ(destroys(bound, "dropdb \"${X:?}\"\n"), "");
  EXPECT_EQ(destroys(bound, "if [ -z \"$X\" ]; then exit 1; fi\ndropdb a\n"), "");
  EXPECT_EQ(destroys(bound, "X=${X:-b}\ndropdb \"$X\"\n"), "dropdb b");
}

/// A bound script that reads `lists/names.txt`, to which these entries came.
Bound with_entries(const std::vector<std::string>& entries) {
  Bound bound;
  bound.file = "lists/names.txt";
  for (const std::string& entry : entries) {
    bound.fresh.push_back({"[]", "", "[]", entry, {}});
    bound.values.push_back(bound.fresh.back());
  }
  return bound;
}

TEST(ShellBound, FollowsTheEntriesOfAList) {
  const Bound bound = with_entries({"shop"});
  EXPECT_EQ(destroys(bound, "for d in $(cat lists/names.txt); do dropdb \"$d\"; done\n"), "dropdb shop");
  EXPECT_EQ(destroys(bound, "while read -r d; do dropdb \"$d\"; done < \"$(dirname \"$0\")/../lists/names.txt\"\n"),
            "dropdb shop");
  EXPECT_EQ(destroys(bound, "grep -v '^#' /etc/ops/names.txt | while read -r d; do dropdb \"$d\"; done\n"),
            "dropdb shop");
  EXPECT_EQ(destroys(bound, "xargs -n1 dropdb < lists/names.txt\n"), "dropdb shop");
  EXPECT_EQ(destroys(bound, "cat lists/names.txt | xargs -I{} dropdb {}\n"), "dropdb shop");
  EXPECT_EQ(destroys(bound, "mapfile -t all < lists/names.txt\nfor d in \"${all[@]}\"; do dropdb \"$d\"; done\n"),
            "dropdb shop");
  // Another file.
  EXPECT_EQ(destroys(bound, "for d in $(cat lists/other.txt); do dropdb \"$d\"; done\n"), "dropdb $d");
}

}  // namespace
}  // namespace redtag::shell
