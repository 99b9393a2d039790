#include "doctor/doctor.h"

#include <gtest/gtest.h>

#include "doctor/parts.h"
#include "gate/pattern.h"
#include "gate/sound.h"

namespace redtag {
namespace {

std::vector<WayPast> ways_of(const std::string& workflow) {
  MemoryTree tree({{".github/workflows/gate.yml", workflow}});
  std::vector<WayPast> ways;
  examine_pipelines(tree, ways);
  return ways;
}

bool has(const std::vector<WayPast>& ways, std::string_view words, std::uint32_t line) {
  for (const WayPast& way : ways) {
    if (way.says.find(words) != std::string::npos && way.line == line) return true;
  }
  return false;
}

constexpr const char* sound =
    "on:\n"
    "  pull_request_target:\n"
    "  merge_group:\n"
    "jobs:\n"
    "  gate:\n"
    "    steps:\n"
    "      - run: |\n"
    "          git fetch origin '+refs/redtag/*:refs/redtag/*'\n"
    "          redtag check --merge origin/main \"$HEAD\"\n";

std::string with(std::string text, std::string_view from, std::string_view to) {
  return text.replace(text.find(from), from.size(), to);
}

TEST(Doctor, IsContentWithASoundGate) { EXPECT_TRUE(ways_of(sound).empty()); }

TEST(Doctor, SeesWhatSkipsOrMasksTheGate) {
  EXPECT_TRUE(has(ways_of(with(sound, "pull_request_target", "pull_request")), "a change can edit the workflow", 2));
  EXPECT_TRUE(has(ways_of(with(sound, "  merge_group:\n", "")), "the merge queue", 2));
  EXPECT_TRUE(has(ways_of(with(sound, "target:\n", "target:\n    paths: [src]\n")), "`paths` skips it", 3));
  EXPECT_TRUE(
      has(ways_of(with(sound, "    steps", "    continue-on-error: true\n    steps")), "`continue-on-error`", 6));
  EXPECT_TRUE(has(ways_of(with(sound, "    steps", "    if: github.actor != 'x'\n    steps")), "`if` may skip", 6));
  EXPECT_TRUE(has(ways_of(with(sound, "\"$HEAD\"", "\"$HEAD\" || true")), "hides the check's status", 7));
  EXPECT_TRUE(has(ways_of(with(sound, "\"$HEAD\"", "\"$HEAD\" | tee log")), "a pipe", 7));
  EXPECT_TRUE(has(ways_of(with(sound, "\"$HEAD\"", "${{ github.head_ref }}")), "an expression is pasted", 7));
  EXPECT_TRUE(has(ways_of(with(sound, "+refs/redtag/*:refs/redtag/*", "+refs/other/*:refs/other/*")),
                  "does not fetch refs/redtag", 5));
}

TEST(Doctor, SeesACallThatStopsNothing) {
  const auto why = [](const std::string& script) { return unsound_call(script, true); };
  const std::string call = "redtag check --merge origin/main HEAD";
  for (const std::string& script : std::vector<std::string>{
           call, "set -eu\n" + call + "\necho done\n",
           "\"$REDTAG\" check --merge origin/main \"$HEAD\" -o github=a.sarif",
           "status=0\n" + call + " || status=$?\nexit \"$status\"\n", "if ! " + call + "; then\n  exit 1\nfi\n",
           call + " || exit 1", "FOO=bar " + call, "docker run acme/redtag:1 check --merge origin/main HEAD",
           "redtag verify report.json"}) {
    EXPECT_EQ(why(script), "") << script;
  }
  for (const std::string& script : std::vector<std::string>{
           "echo " + call, ": " + call, "false && " + call, call + " || echo exit 1", "(" + call + ") || true",
           "exit 0\n" + call, "trap 'exit 0' EXIT\n" + call, "redtag() { :; }\n" + call,
           "if ! " + call + "; then echo held; fi", call + " &", "redtag check", "redtag check --merge HEAD HEAD",
           "redtag check HEAD~1..HEAD", call + " --policy lax.yaml", call + " --at 2020-01-01",
           "set +e\n" + call + "\necho done"}) {
    EXPECT_NE(why(script), "") << script;
  }
  EXPECT_FALSE(names_judging_call("true # " + call));
  EXPECT_NE(unsound_call(call + "\necho done", false), "");
}

TEST(Doctor, SeesAnActionThatCanMove) {
  const std::string text =
      "on: [pull_request_target, merge_group]\njobs:\n  gate:\n    steps:\n      - uses: acme/redtag@v1\n";
  EXPECT_TRUE(has(ways_of(text), "'v1' can be moved", 5));
  EXPECT_TRUE(ways_of(with(text, "v1", std::string(40, 'a'))).empty());
}

TEST(Doctor, SeesThatNothingRunsIt) {
  EXPECT_TRUE(has(ways_of("on: push\njobs: {}\n"), "every change passes", 0));
  MemoryTree hook(std::map<Path, std::string>{{".pre-commit-config.yaml", "repos: [redtag]"}});
  std::vector<WayPast> ways;
  examine_pipelines(hook, ways);
  EXPECT_TRUE(has(ways, "only a hook", 0));
}

TEST(Owners, AreMatchedAsTheHostDoes) {
  EXPECT_TRUE(owners_pattern_covers("*", ".redtag/people.yaml"));
  EXPECT_TRUE(owners_pattern_covers("/.redtag/", ".redtag/people.yaml"));
  EXPECT_TRUE(owners_pattern_covers(".redtag/", ".redtag/people.yaml"));
  EXPECT_TRUE(owners_pattern_covers(".redtag/**", ".redtag/a/b"));
  EXPECT_TRUE(owners_pattern_covers("*.yaml", ".redtag/people.yaml"));
  EXPECT_TRUE(owners_pattern_covers("/.github/workflows", ".github/workflows/a.yml"));
  EXPECT_TRUE(owners_pattern_covers("docs/*", "docs/a.md"));
  EXPECT_FALSE(owners_pattern_covers("docs/*", "docs/a/b.md"));
  EXPECT_FALSE(owners_pattern_covers("/people.yaml", ".redtag/people.yaml"));
  EXPECT_FALSE(owners_pattern_covers("*.yml", ".redtag/people.yaml"));
  EXPECT_FALSE(owners_pattern_covers("/.red", ".redtag/people.yaml"));
}

TEST(Owners, AreMissedWhereTheLastLineTakesThemAway) {
  MemoryTree tree(std::map<Path, std::string>{{"CODEOWNERS", "* @seniors\n/.redtag/\n"}});
  std::vector<WayPast> ways;
  examine_owners(tree, ways);
  EXPECT_TRUE(has(ways, "this line takes the owners of .redtag/people.yaml away", 2));
  MemoryTree sound_tree({{".github/CODEOWNERS", "* @seniors\n"}, {"CODEOWNERS", "/x @y\n"}});
  ways.clear();
  examine_owners(sound_tree, ways);
  EXPECT_TRUE(ways.empty());
}

}  // namespace
}  // namespace redtag
