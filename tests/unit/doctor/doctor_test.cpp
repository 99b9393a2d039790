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

TEST(Doctor, SeesWhatRunsBeforeTheCall) {
  const auto before = [](const std::string& step) {
    return ways_of(with(sound, "      - run", "      - " + step + "\n      - run"));
  };
  for (const std::string& step : std::vector<std::string>{
           "run: echo ./bin >> $GITHUB_PATH", "run: cat vars >> \"$GITHUB_ENV\"",
           "run: cp tools/redtag /usr/local/bin/redtag", "run: git update-ref refs/remotes/origin/main \"$HEAD\"",
           "run: git replace a b", "run: export PATH=./bin:$PATH"})
    EXPECT_TRUE(has(before(step), "what runs before redtag", 7)) << step;
  for (const std::string& step :
       std::vector<std::string>{"run: npm ci", "run: ./setup.sh", "run: make", "run: bash ci/x.sh"})
    EXPECT_TRUE(has(before(step), "own code runs before redtag", 7)) << step;
  EXPECT_TRUE(has(before("uses: ./.github/actions/setup"), "an action of the checked-out tree", 7));
  EXPECT_TRUE(
      has(before("run: curl -o /usr/local/bin/redtag https://example.com/redtag"), "not compared with a digest", 7));
  for (const std::string& step : std::vector<std::string>{
           "run: echo \"$RUNNER_TEMP/bin\" >> $GITHUB_PATH", "run: git fetch origin main", "run: echo hello",
           "run: git config user.name x",
           "run: curl -o /opt/redtag https://example.com/redtag && echo \"$SUM /opt/redtag\" | sha256sum --check"})
    EXPECT_TRUE(before(step).empty()) << step << ": " << before(step).front().says;
}

std::vector<WayPast> ways_on(const std::string& file, const std::string& pipeline) {
  MemoryTree tree(std::map<Path, std::string>{{file, pipeline}});
  std::vector<WayPast> ways;
  examine_pipelines(tree, ways);
  return ways;
}

std::size_t count_of(const std::vector<WayPast>& ways, std::string_view words) {
  std::size_t count = 0;
  for (const WayPast& way : ways) count += way.says.find(words) != std::string::npos ? 1 : 0;
  return count;
}

constexpr const char* sound_gitlab =
    "redtag:\n"
    "  stage: test\n"
    "  rules:\n"
    "    - if: $CI_PIPELINE_SOURCE == \"merge_request_event\"\n"
    "  script:\n"
    "    - git fetch origin '+refs/redtag/*:refs/redtag/*'\n"
    "    - redtag check --merge origin/main \"$HEAD\"\n";

TEST(Doctor, ReadsGitLabAsClosely) {
  const auto ways = [](const std::string& text) { return ways_on(".gitlab-ci.yml", text); };
  EXPECT_EQ(ways(sound_gitlab).size(), 1U);  // that the change can edit it
  struct Case {
    std::string from, to, words;
  };
  for (const Case& one :
       std::vector<Case>{{"  stage", "  allow_failure: true\n  stage", "`job/allow_failure` lets a held change pass"},
                         {"  stage", "  allow_failure:\n    exit_codes: 1\n  stage", "lets a held change pass"},
                         {"  stage", "  when: manual\n  stage", "need not run"},
                         {"event\"\n", "event\"\n      changes: [src/*]\n", "skips it for some changes"},
                         {"event\"\n", "event\"\n      when: manual\n", "by hand"},
                         {"event\"\n", "event\"\n      allow_failure: true\n", "lets a held change pass"},
                         {"merge_request_event", "push", "no merge request starts it"},
                         {"  rules:\n    - if: $CI_PIPELINE_SOURCE == \"merge_request_event\"", "  only: [main]",
                          "no merge request starts it"},
                         {"  stage", "  except: [schedules]\n  stage", "skips it for some changes"},
                         {"redtag:\n", "workflow:\n  rules:\n    - if: $CI_COMMIT_BRANCH == \"main\"\nredtag:\n",
                          "no merge request starts it"},
                         {"redtag:\n", "build:\n  only: [tags]\n  script: [make]\nredtag:\n  needs: [build]\n",
                          "it waits for `build`"},
                         {"\"$HEAD\"", "\"$HEAD\" || true", "hides the check's status"},
                         {"\"$HEAD\"", "\"$HEAD\" | tee log", "a pipe"},
                         {"    - redtag", "    - exit 0\n    - redtag", "ends the script"},
                         {"  script", "  before_script:\n    - npm ci\n  script", "own code runs in the job before"},
                         {"  script", "  before_script:\n    - export PATH=$CI_PROJECT_DIR/bin:$PATH\n  script",
                          "what runs before redtag"},
                         {"redtag:\n", ".redtag:\n", "a template that nothing runs"},
                         {"+refs/redtag/*:refs/redtag/*", "main", "does not fetch refs/redtag"},
                         {"    - git fetch origin '+refs/redtag/*:refs/redtag/*'\n", "", "little history"}})
    EXPECT_GE(count_of(ways(with(sound_gitlab, one.from, one.to)), one.words), 1U) << one.to;
}

TEST(Doctor, ReadsWhatAGitLabPipelineIncludes) {
  const auto ways = [](const std::string& text) { return ways_on(".gitlab-ci.yml", text); };
  const std::string pinned =
      "include:\n  - project: acme/ci\n    file: redtag.gitlab-ci.yml\n    ref: " + std::string(40, 'a') + "\n";
  EXPECT_EQ(ways(pinned).size(), 1U);
  EXPECT_EQ(count_of(ways(with(pinned, std::string(40, 'a'), "main")), "can be moved"), 1U);
  EXPECT_EQ(count_of(ways("include:\n  - local: ci/redtag.gitlab-ci.yml\n"), "the change's own tree"), 1U);
  EXPECT_EQ(count_of(ways("include: https://example.com/redtag.gitlab-ci.yml\n"), "whatever that address gives"), 1U);
  EXPECT_EQ(count_of(ways(pinned + "redtag:\n  allow_failure: true\n"), "is written over"), 1U);
}

TEST(Doctor, ReadsOtherHosts) {
  const std::string azure = "steps:\n- script: redtag check --merge origin/main $HEAD\n  continueOnError: true\n";
  EXPECT_GE(count_of(ways_on("azure-pipelines.yml", azure), "refs/redtag"), 1U);
  EXPECT_GE(count_of(ways_on("azure-pipelines.yml", azure), "`continueOnError`"), 1U);
  const std::string circle =
      "jobs:\n  gate:\n    docker: [{image: x}]\n    steps:\n      - run: redtag check --merge origin/main $HEAD || "
      "true\n";
  EXPECT_GE(count_of(ways_on(".circleci/config.yml", circle), "hides the check's status"), 1U);
  EXPECT_GE(
      count_of(ways_on("Jenkinsfile", "catchError { sh 'redtag check --merge origin/main HEAD' }\n"), "catchError"),
      1U);
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
