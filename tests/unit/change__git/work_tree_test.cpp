// The index and the work tree against HEAD.
#include <fcntl.h>
#include <sys/wait.h>

#include <gtest/gtest.h>

#include "opened_repository.h"

namespace redtag {
namespace {

TEST(Staged, IsTheIndexAgainstHead) {
  const TemporaryRepository repository;
  repository.write("f", "1\n");
  repository.write("both", "1\n");
  repository.commit();
  repository.write("f", "only on disk\n");
  repository.write("both", "in the index\n");
  repository.write("new", "n\n");
  repository.git({"add", "both", "new"});
  repository.write("both", "on disk\n");
  const ChangeSet changes = value(open(repository.path())->staged());
  EXPECT_EQ(summary(changes), "M both 11 [in the index]\nA new 01 [n]\n");
  EXPECT_EQ(changes.endpoints.base_commit, repository.id("HEAD"));
  EXPECT_EQ(changes.endpoints.origin, Origin::Staged);
}

TEST(Staged, StartsFromNothingBeforeTheFirstCommit) {
  const TemporaryRepository repository;
  EXPECT_TRUE(value(open(repository.path())->staged()).files.empty());
  repository.write("f", "1\n");
  repository.git({"add", "f"});
  repository.write("untracked", "u\n");
  const auto opened = open(repository.path());
  EXPECT_EQ(summary(value(opened->staged())), "A f 01 [1]\n");
  EXPECT_EQ(summary(value(opened->worktree())), "A f 01 [1]\nA untracked 01 [u]\n");
  EXPECT_TRUE(value(opened->tree("HEAD"))->list("").empty());
}

TEST(Staged, RefusesUnresolvedConflicts) {
  const TemporaryRepository repository;
  repository.write("f", "1\n");
  repository.commit();
  repository.git({"checkout", "-q", "-b", "side"});
  repository.write("f", "side\n");
  repository.commit();
  repository.git({"checkout", "-q", "main"});
  repository.write("f", "main\n");
  repository.commit();
  EXPECT_NE(repository.try_git({"merge", "-q", "side"}).status, 0);
  EXPECT_EQ(error_of(open(repository.path())->staged()), "f has a merge conflict in the index; resolve it first");
}

TEST(Worktree, TakesTheBytesOfTheDisk) {
  const TemporaryRepository repository;
  repository.write(".gitignore", "ignored\n");
  repository.write(".gitattributes", "*.txt text eol=crlf ident\n*.bin binary\n*.bin working-tree-encoding=UTF-16\n");
  repository.write("moved", "some lines\nthat are\nthe same\n");
  repository.write("gone", "x\n");
  repository.git({"-c", "core.attributesFile=/dev/null", "add", "-A"});
  repository.git({"commit", "-q", "-m", "x"});
  repository.write("crlf.txt", "$Id$ a\r\nb\r\n");
  repository.write("text.bin", "a text all the same\n");
  repository.write("ignored", "i\n");
  repository.write("sub/with\nbreak", "b\n");
  std::filesystem::create_symlink("/etc/passwd", repository.path("link"));
  std::filesystem::rename(repository.path("moved"), repository.path("there"));
  std::filesystem::remove(repository.path("gone"));
  const std::string index_before = value(read_file(repository.path(".git/index"), 1 << 20));
  const std::string objects_before = repository.git({"count-objects"});
  const ChangeSet changes = value(open(repository.path())->worktree());
  EXPECT_EQ(repository.git({"count-objects"}), objects_before);
  EXPECT_EQ(summary(changes),
            "A crlf.txt 01 [$Id$ a\r]\n"
            "D gone 10 []\n"
            "A link 04 [/etc/passwd]\n"
            "A sub/with\nbreak 01 [b]\n"
            "A text.bin 01 [a text all the same]\n"
            "R moved > there 11 [some lines]\n");
  EXPECT_EQ(value(read_file(repository.path(".git/index"), 1 << 20)), index_before);
  EXPECT_EQ(changes.files[0].after.text, "$Id$ a\r\nb\r\n");
}

TEST(Worktree, SeesAChangeThatKeepsSizeAndTime) {
  const TemporaryRepository repository;
  repository.write("f", "one\n");
  repository.commit();
  repository.write("f", "two\n");  // in the same moment as the index was written, if the machine is quick
  EXPECT_EQ(summary(value(open(repository.path())->worktree())), "M f 11 [two]\n");
  // Touched, not changed; with a neighbour behind it that is.
  repository.write("f", "one\n");
  const timespec times[2] = {{1, 0}, {1, 0}};
  ASSERT_EQ(utimensat(AT_FDCWD, repository.path("f").c_str(), times, 0), 0);
  EXPECT_EQ(summary(value(open(repository.path())->worktree())), "");
  repository.write("g", "new\n");
  EXPECT_EQ(summary(value(open(repository.path())->worktree())), "A g 01 [new]\n");
}

TEST(Worktree, ReadsASplitIndex) {
  const TemporaryRepository repository;
  for (int i = 0; i < 20; ++i) repository.write("f" + std::to_string(i), "1\n");
  repository.commit();
  repository.git({"update-index", "--split-index"});
  repository.write("f3", "2\n");
  EXPECT_EQ(summary(value(open(repository.path())->worktree())), "M f3 11 [2]\n");
}

TEST(Worktree, LooksIntoNoOtherRepository) {
  const TemporaryRepository repository;
  repository.write("f", "1\n");
  repository.commit();
  std::filesystem::create_directories(repository.path("inner"));
  repository.git({"init", "-q", "inner"});
  repository.write("inner/g", "1\n");
  EXPECT_EQ(summary(value(open(repository.path())->worktree())), "");
}

/// What worktree() says to somebody who is not root, and so cannot read everything.
std::string error_for_nobody(const TemporaryRepository& repository) {
  int ends[2];
  EXPECT_EQ(pipe(ends), 0);
  const pid_t child = fork();
  if (child == 0) {
    constexpr uid_t nobody = 65534;
    const bool changed = geteuid() != 0 || (setgid(nobody) == 0 && setuid(nobody) == 0);
    const auto opened = Repository::open(repository.path());
    const std::string text = !changed ? "still root"
                             : opened ? error_of((*opened)->worktree())
                                      : opened.error().message;
    const bool written = write(ends[1], text.data(), text.size()) == static_cast<ssize_t>(text.size());
    _exit(written ? 0 : 1);
  }
  close(ends[1]);
  std::string text(4096, '\0');
  const ssize_t got = read(ends[0], text.data(), text.size());
  close(ends[0]);
  waitpid(child, nullptr, 0);
  return text.substr(0, got < 0 ? 0 : static_cast<std::size_t>(got));
}

TEST(Worktree, NamesAnUnreadableFile) {
  const TemporaryRepository repository;
  chmod(repository.path().c_str(), 0755);
  repository.write("secret", "1\n");
  chmod(repository.path("secret").c_str(), 0);
  EXPECT_EQ(error_for_nobody(repository), "cannot compare the work tree: open(\"secret\"): Permission denied");
  repository.write("dir/x", "1\n");
  chmod(repository.path("dir").c_str(), 0);
  EXPECT_EQ(error_for_nobody(repository),
            "cannot list the untracked files: could not open directory 'dir/': Permission denied");
  chmod(repository.path("dir").c_str(), 0755);
}

}  // namespace
}  // namespace redtag
