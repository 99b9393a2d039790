// Changes read from repositories of every make.
#include <sys/wait.h>

#include <gtest/gtest.h>

#include "opened_repository.h"

namespace redtag {
namespace {

TEST(Repository, IsFoundFromBelow) {
  const TemporaryRepository repository;
  repository.write("deep/er/f", "1\n");
  repository.commit();
  EXPECT_TRUE(Repository::open(repository.path("deep/er")));
  EXPECT_TRUE(Repository::open(repository.path(".git")));
}

TEST(Repository, SaysWhyItCannotBeOpened) {
  const TemporaryDirectory directory;
  const std::string path = directory.path();
  EXPECT_EQ(error_of(Repository::open(path + "/none")),
            "expected a directory at " + path + "/none: No such file or directory");
  ASSERT_TRUE(write_file(path + "/file", "x"));
  EXPECT_EQ(error_of(Repository::open(path + "/file")), "expected a directory, " + path + "/file is a file");
}

TEST(Range, ComparesTwoTrees) {
  const TemporaryRepository repository;
  repository.write("kept", "1\n");
  repository.write("edited", "1\n2\n3\n");
  repository.write("gone", "g\n");
  const std::string base = repository.commit();
  repository.write("edited", "1\ntwo\n3\n");
  repository.write("new", "n\n");
  repository.git({"rm", "-q", "gone"});
  const std::string head = repository.commit("the second");
  const ChangeSet changes = value(open(repository.path())->range("HEAD~..HEAD"));
  EXPECT_EQ(summary(changes), "M edited 11 [1]\nD gone 10 []\nA new 01 [n]\n");
  EXPECT_EQ(changes.files[0].hunks, (std::vector<Hunk>{{2, 1, 2, 1}}));
  EXPECT_EQ(changes.files[0].id.value, 0U);
  EXPECT_EQ(changes.endpoints.base_commit, base);
  EXPECT_EQ(changes.endpoints.head_commit, head);
  EXPECT_EQ(changes.endpoints.head_tree, repository.id("HEAD^{tree}"));
  EXPECT_EQ(changes.endpoints.origin, Origin::Range);
  ASSERT_EQ(changes.commits.size(), 1U);
  const CommitRecord expected{
      head, "Ada", "ada@example.org", "Bob", "bob@example.org", "the second", {"edited", "gone", "new"}};
  EXPECT_EQ(changes.commits[0], expected);
}

TEST(Range, ListsItsCommitsNewestFirst) {
  const TemporaryRepository repository;
  repository.commit("first");
  repository.write("a", "1\n");
  const std::string second = repository.commit("second\n\nwith a body\n\nSigned-off-by: X <x@example.org>");
  repository.git({"commit", "-q", "--allow-empty", "--allow-empty-message", "-m", ""});
  const std::string third = repository.id("HEAD");
  repository.write("a", "2\n");
  repository.write("sub/line\nbreak", "2\n");
  const std::string fourth = repository.commit("fourth");
  const ChangeSet changes = value(open(repository.path())->range("HEAD~3..HEAD"));
  ASSERT_EQ(changes.commits.size(), 3U);
  EXPECT_EQ(changes.commits[0].id, fourth);
  EXPECT_EQ(changes.commits[0].paths, (std::vector<Path>{"a", "sub/line\nbreak"}));
  EXPECT_EQ(changes.commits[1].id, third);
  EXPECT_EQ(changes.commits[1].message, "");
  EXPECT_EQ(changes.commits[1].paths, std::vector<Path>());
  EXPECT_EQ(changes.commits[2].id, second);
  EXPECT_EQ(changes.commits[2].message, "second\n\nwith a body\n\nSigned-off-by: X <x@example.org>");
}

TEST(Range, StartsAtTheMergeBase) {
  const TemporaryRepository repository;
  repository.write("f", "1\n");
  const std::string fork = repository.commit();
  repository.git({"checkout", "-q", "-b", "side"});
  repository.write("side", "s\n");
  repository.commit("on the side");
  repository.git({"checkout", "-q", "main"});
  repository.write("f", "moved on\n");
  repository.commit();
  const auto opened = open(repository.path());
  const ChangeSet three = value(opened->range("main...side"));
  EXPECT_EQ(summary(three), "A side 01 [s]\n");
  EXPECT_EQ(three.endpoints.merge_base, fork);
  EXPECT_EQ(three.commits.size(), 1U);
  EXPECT_EQ(summary(value(opened->range("main..side"))), "M f 11 [1]\nA side 01 [s]\n");
}

TEST(Range, SeesWhatAMergeCommitSmuggledIn) {
  const TemporaryRepository repository;
  repository.write("f", "1\n");
  repository.commit();
  repository.git({"checkout", "-q", "-b", "side"});
  repository.write("side", "s\n");
  repository.commit();
  repository.git({"checkout", "-q", "main"});
  repository.write("main", "m\n");
  repository.commit();
  repository.git({"merge", "-q", "--no-commit", "side"});
  repository.write("f", "evil\n");
  repository.commit("merge");
  const ChangeSet changes = value(open(repository.path())->range("HEAD^1..HEAD"));
  EXPECT_EQ(summary(changes), "M f 11 [evil]\nA side 01 [s]\n");
  EXPECT_EQ(changes.commits.size(), 2U);
}

TEST(Range, BeginsWithTheFirstCommit) {
  const TemporaryRepository repository;
  repository.write("f", "1\n");
  repository.commit("root");
  const auto opened = open(repository.path());
  for (const std::string_view range : {"--root..HEAD", "4b825dc642cb6eb9a060e54bf8d69288fbee4904..HEAD"}) {
    const ChangeSet changes = value(opened->range(range));
    EXPECT_EQ(summary(changes), "A f 01 [1]\n");
    ASSERT_EQ(changes.commits.size(), 1U);
    EXPECT_EQ(changes.commits[0].message, "root");
  }
}

TEST(Range, ComparesBareTreesWithoutCommits) {
  const TemporaryRepository repository;
  repository.write("f", "1\n");
  repository.commit();
  const std::string before = repository.id("HEAD^{tree}");
  repository.write("f", "2\n");
  repository.commit();
  const ChangeSet changes = value(open(repository.path())->range(before + "..HEAD^{tree}"));
  EXPECT_EQ(summary(changes), "M f 11 [2]\n");
  EXPECT_TRUE(changes.commits.empty());
}

TEST(Range, OfNothingIsEmpty) {
  const TemporaryRepository repository;
  repository.write("f", "1\n");
  repository.commit();
  EXPECT_TRUE(value(open(repository.path())->range("HEAD..HEAD")).files.empty());
}

TEST(Range, NamesWhatIsMissing) {
  const TemporaryRepository repository;
  repository.write("f", "1\n");
  repository.commit();
  const auto opened = open(repository.path());
  EXPECT_EQ(error_of(opened->range("HEAD")), "expected BASE..HEAD or BASE...HEAD, got 'HEAD'");
  EXPECT_EQ(error_of(opened->range("nowhere..HEAD")), "revision 'nowhere' is not in this repository");
  EXPECT_EQ(error_of(opened->range("HEAD..--output=x")), "revision '--output=x' is not in this repository");
  EXPECT_EQ(error_of(opened->range("a\nb..HEAD")), "revision 'a\\x0Ab' is not in this repository");
  EXPECT_EQ(
      error_of(opened->range("1234567890123456789012345678901234567890..HEAD")),
      "revision '1234567890123456789012345678901234567890' is not in this repository; bring it with 'git fetch origin "
      "1234567890123456789012345678901234567890'");
  EXPECT_EQ(error_of(opened->range("HEAD:f..HEAD")),
            "revision 'HEAD:f' is no commit and no tree, or its tree is missing");
}

TEST(Range, KnowsSymlinksSubmodulesAndSizes) {
  const TemporaryRepository repository;
  repository.write("link", "a file\n");
  repository.write("dir/below", "x\n");
  repository.write("large", "1\n");
  repository.write("script", "1\n");
  repository.write("binary", "text\n");
  repository.commit();
  std::filesystem::remove_all(repository.path("link"));
  std::filesystem::create_symlink("/etc/passwd", repository.path("link"));
  std::filesystem::remove_all(repository.path("dir"));
  repository.write("dir", "now a file\n");
  repository.write("large", std::string((std::size_t{16} << 20) + 1, 'x'));
  repository.write("binary", std::string("nul\0", 4));
  chmod(repository.path("script").c_str(), 0755);
  repository.commit();
  repository.git({"update-index", "--add", "--cacheinfo", "160000,1234567890123456789012345678901234567890,module"});
  repository.git({"commit", "-q", "-m", "module"});
  const ChangeSet changes = value(open(repository.path())->range("HEAD~2..HEAD"));
  EXPECT_EQ(summary(changes),
            "M binary 13 []\n"
            "A dir 01 [now a file]\n"
            "D dir/below 10 []\n"
            "M large 17 []\n"
            "T link 14 [/etc/passwd]\n"
            "A module 05 [1234567890123456789012345678901234567890]\n"
            "M script 11 [1]\n");
  EXPECT_EQ(changes.files[6].after.mode, 0100755U);
  EXPECT_EQ(changes.files[4].hunks, (std::vector<Hunk>{{1, 1, 1, 1}}));
  EXPECT_TRUE(changes.files[0].hunks.empty());
}

TEST(Range, WorksInBareAndLinkedAndSha256Repositories) {
  const TemporaryRepository sha256({"--object-format=sha256"});
  sha256.write("f", "1\n");
  sha256.write("moved", "some lines\nthat are\nthe same\n");
  sha256.commit();
  sha256.write("f", "2\n");
  sha256.git({"mv", "moved", "there"});
  sha256.commit();
  const std::string expected = "M f 11 [2]\nR moved > there 11 [some lines]\n";
  const ChangeSet changes = value(open(sha256.path())->range("HEAD~..HEAD"));
  EXPECT_EQ(summary(changes), expected);
  EXPECT_EQ(changes.endpoints.head_tree.size(), 64U);
  EXPECT_EQ(value(open(sha256.path())->tree("HEAD"))->read("there"), "some lines\nthat are\nthe same\n");

  const TemporaryDirectory other;
  sha256.git({"clone", "-q", "--bare", ".", other.path() + "/bare"});
  EXPECT_EQ(summary(value(open(other.path() + "/bare")->range("HEAD~..HEAD"))), expected);
  EXPECT_EQ(error_of(open(other.path() + "/bare")->staged()),
            "a bare repository has no work tree and no index; name a range like BASE..HEAD");

  sha256.git({"worktree", "add", "-q", other.path() + "/linked", "HEAD~"});
  const auto linked = open(other.path() + "/linked");
  EXPECT_EQ(summary(value(linked->range("HEAD..main"))), expected);
  ASSERT_TRUE(write_file(other.path() + "/linked/f", "3\n"));
  EXPECT_EQ(summary(value(linked->worktree())), "M f 11 [3]\n");
}

TEST(Range, ReadsThePastOfARef) {
  const TemporaryRepository repository;
  repository.write("f", "1\n");
  repository.commit();
  repository.write("f", "2\n");
  repository.commit();
  EXPECT_EQ(summary(value(open(repository.path())->range("HEAD@{1}..main@{0}"))), "M f 11 [2]\n");
}

TEST(Range, KnowsTheBranchThatABranchFollows) {
  const TemporaryRepository repository;
  repository.write("f", "1\n");
  repository.commit();
  const TemporaryDirectory other;
  const std::string clone = other.path() + "/clone";
  repository.git({"clone", "-q", repository.path(), clone});
  repository.git({"-C", clone, "commit", "-q", "--allow-empty", "-m", "x"});
  const ChangeSet changes = value(open(clone)->range("@{upstream}..HEAD"));
  EXPECT_EQ(changes.endpoints.base_commit, repository.id("HEAD"));
  EXPECT_EQ(changes.commits.size(), 1U);
}

TEST(Range, SeesWhatAPushHoldsInQuarantine) {
  const TemporaryRepository repository;
  repository.write("f", "1\n");
  const std::string base = repository.commit();
  std::filesystem::copy(repository.path(".git/objects"), repository.path(".git/old"),
                        std::filesystem::copy_options::recursive);
  repository.write("f", "2\n");
  const std::string head = repository.commit();
  std::filesystem::rename(repository.path(".git/objects"), repository.path(".git/held: back"));
  std::filesystem::rename(repository.path(".git/old"), repository.path(".git/objects"));
  const std::string range = base + ".." + head;
  EXPECT_EQ(error_of(open(repository.path())->range(range)),
            "revision '" + head + "' is not in this repository; bring it with 'git fetch origin " + head + "'");
  setenv("GIT_QUARANTINE_PATH", repository.path(".git/held: back").c_str(), 1);
  const auto opened = open(repository.path());
  EXPECT_EQ(summary(value(opened->range(range))), "M f 11 [2]\n");
  EXPECT_EQ(summary(value(opened->merge(base, head))), "M f 11 [2]\n");
  unsetenv("GIT_QUARANTINE_PATH");
}

TEST(Merge, ComparesWithTheTreeThatGitWouldMerge) {
  const TemporaryRepository repository;
  std::string lines;
  for (int i = 0; i < 30; ++i) lines += std::to_string(i) + "\n";
  repository.write("f", lines);
  const std::string fork = repository.commit();
  repository.git({"checkout", "-q", "-b", "side"});
  repository.write("f", "top\n" + lines);
  repository.commit("side's");
  repository.git({"checkout", "-q", "main"});
  repository.write("f", lines + "bottom\n");
  repository.commit();
  const std::string objects_before = repository.git({"count-objects"});
  const auto opened = open(repository.path());
  const ChangeSet changes = value(opened->merge("main", "side"));
  EXPECT_EQ(summary(changes), "M f 11 [top]\n");
  EXPECT_EQ(changes.files[0].after.text, "top\n" + lines + "bottom\n");
  EXPECT_EQ(changes.files[0].hunks, (std::vector<Hunk>{{1, 0, 1, 1}}));
  EXPECT_EQ(changes.endpoints.merge_base, fork);
  EXPECT_EQ(changes.endpoints.origin, Origin::Merge);
  ASSERT_EQ(changes.commits.size(), 1U);
  EXPECT_EQ(changes.commits[0].message, "side's");
  EXPECT_EQ(value(opened->tree(changes.endpoints.head_tree))->read("f"), changes.files[0].after.text);
  EXPECT_EQ(repository.git({"count-objects"}), objects_before);
}

TEST(Merge, RefusesConflicts) {
  const TemporaryRepository repository;
  repository.write("f", "1\n");
  repository.commit();
  repository.git({"checkout", "-q", "-b", "side"});
  repository.write("f", "side\n");
  repository.commit();
  repository.git({"checkout", "-q", "main"});
  repository.write("f", "main\n");
  repository.commit();
  EXPECT_EQ(error_of(open(repository.path())->merge("main", "side")),
            "merging 'side' into 'main' conflicts in f; merge or rebase by hand first");
  repository.git({"checkout", "-q", "--orphan", "other"});
  const std::string other = repository.commit();
  EXPECT_EQ(error_of(open(repository.path())->merge("main", "other")),
            repository.id("main").substr(0, 12) + "… and " + other.substr(0, 12) + "… have no common ancestor");
}

TEST(Clones, ShallowOnesNameTheWayOut) {
  const TemporaryRepository repository;
  for (int i = 0; i < 4; ++i) {
    repository.write("f", std::to_string(i) + "\n");
    repository.commit();
  }
  repository.git({"branch", "old", "HEAD~3"});
  const TemporaryDirectory other;
  const std::string clone = other.path() + "/clone";
  repository.git({"clone", "-q", "--depth=1", "--no-single-branch", "file://" + repository.path(), clone});
  const auto opened = open(clone);
  EXPECT_EQ(
      error_of(opened->range("HEAD~2..HEAD")),
      "revision 'HEAD~2' is not in this repository; this copy is shallow, bring the rest with 'git fetch --unshallow'");
  EXPECT_EQ(summary(value(opened->range("origin/old..HEAD"))), "M f 11 [3]\n");
  const std::string pair = repository.id("old").substr(0, 12) + "… and " + repository.id("main").substr(0, 12) + "…";
  EXPECT_EQ(error_of(opened->range("origin/old...HEAD")),
            "no merge base of " + pair +
                " in this shallow copy; bring it with 'git fetch --deepen=200' or 'git fetch --unshallow'");
}

TEST(Clones, PartialOnesHaveMissingImages) {
  const TemporaryRepository repository;
  repository.git({"config", "uploadpack.allowFilter", "true"});
  repository.write("old", "only in the past\n");
  repository.write("both", "1\n");
  repository.commit();
  repository.git({"rm", "-q", "old"});
  repository.write("both", "2\n");
  repository.write("new", "n\n");
  repository.commit();
  const TemporaryDirectory other;
  const std::string clone = other.path() + "/clone";
  repository.git({"clone", "-q", "--filter=blob:none", "file://" + repository.path(), clone});
  // The checked out blobs are there, those of the past are not; and nothing is fetched to find out.
  std::filesystem::rename(repository.path(".git"), repository.path("hidden"));
  const ChangeSet changes = value(open(clone)->range("HEAD~..HEAD"));
  EXPECT_EQ(summary(changes), "M both 61 [2]\nA new 01 [n]\nD old 60 []\n");
  EXPECT_EQ(changes.commits.size(), 1U);
  std::filesystem::rename(repository.path("hidden"), repository.path(".git"));

  const std::string treeless = other.path() + "/treeless";
  repository.git({"clone", "-q", "--filter=tree:0", "file://" + repository.path(), treeless});
  EXPECT_EQ(
      error_of(open(treeless)->range("HEAD~..HEAD")),
      "the tree of 'HEAD~' is not in this partial copy; bring it with 'git fetch --refetch --filter=blob:none origin'");
}

TEST(Tree, ReadsFilesAndDirectories) {
  const TemporaryRepository repository;
  repository.write("a.b/x", "1\n");
  repository.write("a/deep/line\nbreak", "2\n");
  repository.write("a/z", "3\n");
  std::filesystem::create_symlink("z", repository.path("a/link"));
  repository.write("large", std::string((std::size_t{16} << 20) + 1, 'x'));
  repository.commit();
  const auto opened = open(repository.path());
  const auto tree = value(opened->tree("HEAD"));
  EXPECT_EQ(tree->read("a/deep/line\nbreak"), "2\n");
  EXPECT_EQ(tree->read("a/z"), "3\n");
  for (const std::string_view path : {"a", "a/link", "a/none", "none/x", "large", "", "/", "a/", "../a/z", "a//z"}) {
    EXPECT_EQ(tree->read(path), std::nullopt) << path;
  }
  EXPECT_EQ(tree->read("a/z"), "3\n") << "after a file that was too large to be read to its end";
  const std::vector<TreeEntry> top{{"a", true, 0040000}, {"a.b", true, 0040000}, {"large", false, 0100644}};
  EXPECT_EQ(tree->list(""), top);
  const std::vector<TreeEntry> a{{"deep", true, 0040000}, {"link", false, 0120000}, {"z", false, 0100644}};
  EXPECT_EQ(tree->list("a"), a);
  EXPECT_EQ(tree->list("a/"), a);
  EXPECT_TRUE(tree->list("a/z").empty());
}

TEST(Tree, CanBeAskedFromAForkedCopy) {
  const TemporaryRepository repository;
  repository.write("f", "1\n");
  repository.commit();
  const auto opened = open(repository.path());
  const auto tree = value(opened->tree("HEAD"));
  EXPECT_EQ(tree->list("").size(), 1U);
  const pid_t child = fork();
  if (child == 0) _exit(tree->read("f") == "1\n" ? 0 : 1);
  int status = -1;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(tree->read("f"), "1\n");
}

}  // namespace
}  // namespace redtag
