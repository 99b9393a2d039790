// A repository that a test makes and fills, gone at its end. git runs without anybody's configuration.
#pragma once

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/process.h"
#include "change/read_file.h"

namespace redtag {

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string pattern = testing::TempDir() + "redtag-test-XXXXXX";
    path_ = mkdtemp(pattern.data());
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

class TemporaryRepository {
 public:
  /// Runs `git init` with these options.
  explicit TemporaryRepository(std::vector<std::string> options = {}) {
    options.insert(options.begin(), {"init", "-q", "-b", "main"});
    options.push_back(".");
    git(options);
  }

  [[nodiscard]] std::string path(std::string_view name = "") const {
    return directory_.path() + (name.empty() ? "" : "/" + std::string(name));
  }

  /// Standard output of a git command that must succeed.
  std::string git(const std::vector<std::string>& arguments, std::string_view input = "") const {
    const ProcessResult result = try_git(arguments, input);
    EXPECT_EQ(result.status, 0) << "git " << (arguments.empty() ? "" : arguments[0]) << ": " << result.errors;
    return result.output;
  }

  [[nodiscard]] ProcessResult try_git(const std::vector<std::string>& arguments, std::string_view input = "") const {
    Command command;
    command.program = find_program("git", "/usr/local/bin:/usr/bin:/bin");
    command.arguments = arguments;
    command.directory = directory_.path();
    command.environment = {"PATH=/usr/local/bin:/usr/bin:/bin",
                           "LC_ALL=C",
                           "TZ=UTC",
                           "HOME=" + directory_.path(),
                           "GIT_CONFIG_NOSYSTEM=1",
                           "GIT_CONFIG_GLOBAL=/dev/null",
                           "GIT_AUTHOR_NAME=Ada",
                           "GIT_AUTHOR_EMAIL=ada@example.org",
                           "GIT_COMMITTER_NAME=Bob",
                           "GIT_COMMITTER_EMAIL=bob@example.org",
                           "GIT_AUTHOR_DATE=1700000000 +0000",
                           "GIT_COMMITTER_DATE=1700000000 +0000",
                           "GIT_CEILING_DIRECTORIES=/"};
    auto result = run_process(command, input, std::size_t{1} << 31);
    EXPECT_TRUE(result) << result.error().message;
    return result ? std::move(*result) : ProcessResult();
  }

  void write(std::string_view name, std::string_view content) const {
    const std::string file = path(name);
    std::filesystem::create_directories(std::filesystem::path(file).parent_path());
    EXPECT_TRUE(write_file(file, content));
    chmod(file.c_str(), 0644);
  }

  /// Commits everything in the work tree; the commit's id.
  std::string commit(std::string_view message = "a message") const {
    git({"add", "-A"});
    git({"commit", "-q", "--allow-empty", "-m", std::string(message)});
    return id("HEAD");
  }

  [[nodiscard]] std::string id(const std::string& revision) const {
    std::string text = git({"rev-parse", "--verify", revision});
    while (text.ends_with('\n')) text.pop_back();
    return text;
  }

 private:
  TemporaryDirectory directory_;
};

}  // namespace redtag
