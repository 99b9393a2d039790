#include "base/process.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

namespace redtag {
namespace {

Command shell(const std::string& script) { return {"/bin/sh", {"-c", script}, {"NAME=value"}, ""}; }

ProcessResult run(const std::string& script, std::string_view input = "", std::size_t limit = 1 << 30) {
  auto result = run_process(shell(script), input, limit);
  EXPECT_TRUE(result) << result.error().message;
  return result ? std::move(*result) : ProcessResult();
}

TEST(Process, GivesBackAllThatAProgramLeaves) {
  const ProcessResult result = run("cat; echo wrong >&2; exit 7", "in\n");
  EXPECT_EQ(result.output, "in\n");
  EXPECT_EQ(result.errors, "wrong\n");
  EXPECT_EQ(result.status, 7);
}

TEST(Process, SeesOnlyTheEnvironmentThatItIsGiven) {
  setenv("REDTAG_TEST_LEAK", "x", 1);
  EXPECT_EQ(run("echo \"$NAME$REDTAG_TEST_LEAK\"").output, "value\n");
  unsetenv("REDTAG_TEST_LEAK");
  Command command = shell("pwd");
  command.directory = "/";
  EXPECT_EQ(run_process(command, "", 100)->output, "/\n");
}

TEST(Process, DoesNotDeadlockOnMuchInputAndOutput) {
  const std::string input(20 << 20, 'x');
  EXPECT_EQ(run("cat; cat >&2 </dev/null", input).output.size(), input.size());
  const ProcessResult noisy = run("head -c 3000000 /dev/zero >&2; echo done", input);
  EXPECT_EQ(noisy.output, "done\n");
  EXPECT_EQ(noisy.errors.size(), std::size_t{64} << 10);
}

TEST(Process, SurvivesAProgramThatReadsNothing) {
  const std::string input(20 << 20, 'x');
  EXPECT_EQ(run("exec <&-; echo ended", input).output, "ended\n");
}

TEST(Process, ReportsSignalsAndLimits) {
  EXPECT_EQ(run("kill -9 $$").status, 128 + 9);
  const auto result = run_process(shell("yes"), "", 100'000);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::Limit);
  EXPECT_EQ(result.error().message, "/bin/sh printed more than 100000 bytes");
}

TEST(Process, SaysWhatCouldNotBeStarted) {
  const auto result = run_process({"/nonexistent/git", {}, {}, ""}, "", 100);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message, "cannot start /nonexistent/git: No such file or directory");
}

TEST(Process, LeavesNoZombies) {
  {
    auto child = Child::start(shell("cat"));
    ASSERT_TRUE(child) << child.error().message;
    child->feed("half a conversation");
  }
  EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

TEST(Process, StartsProgramsWithoutOurSignalHandling) {
  signal(SIGPIPE, SIG_IGN);
  sigset_t all, old;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, &old);
  const ProcessResult result = run("kill -PIPE $$; echo survived");
  sigprocmask(SIG_SETMASK, &old, nullptr);
  signal(SIGPIPE, SIG_DFL);
  EXPECT_EQ(result.output, "");
  EXPECT_EQ(result.status, 128 + SIGPIPE);
}

TEST(Process, HoldsAConversation) {
  auto child = Child::start(shell("while read line; do echo \"<$line>\"; done"));
  ASSERT_TRUE(child) << child.error().message;
  for (int i = 0; i < 100; ++i) {
    const std::string word = std::to_string(i);
    child->feed(word + "\n");
    std::string answer;
    while (!answer.ends_with('\n')) ASSERT_TRUE(*child->read(answer));
    EXPECT_EQ(answer, "<" + word + ">\n");
  }
  child->finish_input();
  std::string rest;
  EXPECT_FALSE(*child->read(rest));
  EXPECT_EQ(*child->wait(), 0);
}

TEST(Process, FindsProgramsInAbsoluteDirectoriesOnly) {
  EXPECT_EQ(find_program("sh", "/nonexistent::.:relative:/bin"), "/bin/sh");
  EXPECT_EQ(find_program("sh", "bin:."), "");
}

}  // namespace
}  // namespace redtag
