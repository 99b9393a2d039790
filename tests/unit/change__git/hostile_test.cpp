// A repository whose configuration, attributes, hooks and refs try to run programs and to change what is seen.
#include <gtest/gtest.h>

#include <cstdlib>

#include "change/git/repository.h"
#include "temporary_repository.h"

namespace redtag {
namespace {

/// A repository with history, an edited index and an edited work tree.
class HostileRepository : public testing::Test {
 protected:
  HostileRepository() {
    repository_.write("schema.sql", "CREATE TABLE t (a int);\nCREATE TABLE u (a int);\n");
    repository_.write("moved.tf", "resource \"a\" \"b\" {\n  name = 1\n  size = 2\n}\n");
    repository_.write("crlf.txt", "one\r\ntwo\r\n");
    repository_.write("both.txt", "1\n2\n3\n4\n5\n6\n7\n8\n9\n");
    base_ = repository_.commit("base");
    repository_.git({"checkout", "-q", "-b", "side"});
    repository_.write("both.txt", "1\n2\n3\n4\n5\n6\n7\n8\n9\nside\n");
    repository_.commit("side");
    repository_.git({"checkout", "-q", "main"});
    repository_.write("schema.sql", "CREATE TABLE t (a int);\n");
    repository_.write("both.txt", "main\n1\n2\n3\n4\n5\n6\n7\n8\n9\n");
    repository_.git({"mv", "moved.tf", "there.tf"});
    head_ = repository_.commit("head");
    repository_.write("crlf.txt", "one\r\n2\r\n");
    repository_.git({"add", "crlf.txt"});
    repository_.write("schema.sql", "DROP TABLE t;\r\n$Id$\n");
    repository_.write("untracked.sql", "DROP TABLE u;\n");
  }

  /// Writes a program that leaves a trace when it is run.
  [[nodiscard]] std::string trap(const std::string& name) const {
    const std::string file = repository_.path(".git/" + name);
    std::filesystem::create_directories(std::filesystem::path(file).parent_path());
    EXPECT_TRUE(write_file(file, "#!/bin/sh\necho " + name + " >> '" + trace() + "'\ncat\n"));
    chmod(file.c_str(), 0755);
    return file;
  }
  [[nodiscard]] std::string trace() const { return repository_.path(".git/trace"); }

  void append(const std::string& name, std::string_view text) const {
    const auto old = read_file(repository_.path(name), 1 << 20);
    EXPECT_TRUE(write_file(repository_.path(name), (old ? *old : "") + std::string(text)));
  }

  void set_traps() const {
    std::string config;
    const auto section = [&](std::string_view name, std::string_view body) {
      config += "[" + std::string(name) + "]\n" + std::string(body);
    };
    section(
        "diff",
        "\texternal = " + trap("external") + "\n\torderFile = " + repository_.path(".git/order") +
            "\n\trenames = false\n\talgorithm = patience\n\tnoprefix = true\n\tcontext = 0\n\tinterHunkContext = 9\n"
            "\tsuppressBlankEmpty = true\n\tignoreSubmodules = all\n\trelative = true\n\twsErrorHighlight = all\n");
    section("diff \"evil\"", "\ttextconv = " + trap("textconv") + "\n\tcommand = " + trap("driver") +
                                 "\n\tbinary = true\n\tcachetextconv = true\n\txfuncname = \"(a+)+$\"\n");
    section("filter \"evil\"", "\tclean = " + trap("clean") + "\n\tsmudge = " + trap("smudge") +
                                   "\n\tprocess = " + trap("process") + "\n\trequired = true\n");
    section("merge \"evil\"", "\tdriver = " + trap("merge") + "\n");
    section(
        "core",
        "\tfsmonitor = " + trap("fsmonitor") + "\n\thooksPath = " + repository_.path(".git/hooks") +
            "\n\tpager = " + trap("pager") + "\n\tsshCommand = " + trap("ssh") +
            "\n\tattributesFile = " + repository_.path(".git/global-attributes") +
            "\n\tautocrlf = true\n\tuseReplaceRefs = true\n\tquotePath = false\n\teol = crlf\n\tbigFileThreshold = 1\n"
            "\talternateRefsCommand = " +
            trap("alternate-refs") + "\n\texcludesFile = " + repository_.path(".git/exclude-all") + "\n");
    section("color", "\tui = always\n\tdiff = always\n");
    section("i18n", "\tlogOutputEncoding = UTF-16\n");
    section("log", "\tshowSignature = true\n\tfollow = true\n\tdiffMerges = off\n");
    section("gpg", "\tprogram = " + trap("gpg") + "\n");
    section("uploadpack", "\tpackObjectsHook = " + trap("pack-objects") + "\n");
    section("include", "\tpath = " + repository_.path(".git/more") + "\n");
    append(".git/config", config);
    append(".git/more", "[diff]\n\texternal = " + trap("included") + "\n");
    append(".git/order", "zzz\n*\n");
    append(".git/exclude-all", "*\n");
    const std::string attributes =
        "* filter=evil diff=evil merge=evil text eol=crlf ident working-tree-encoding=UTF-16LE -diff\n*.sql binary\n";
    append(".git/info/attributes", attributes);
    append(".git/global-attributes", attributes);
    append(".gitattributes", attributes);
    for (const std::string hook : {"post-index-change", "pre-commit", "post-checkout", "reference-transaction",
                                   "pre-auto-gc", "post-rewrite", "fsmonitor-watchman"}) {
      EXPECT_FALSE(trap("hooks/" + hook).empty());
    }
  }

  /// The change sets of every kind of question.
  [[nodiscard]] std::vector<ChangeSet> all_changes() const {
    std::vector<ChangeSet> all;
    const auto add = [&](Expected<ChangeSet> changes) {
      EXPECT_TRUE(changes) << changes.error().message;
      if (changes) all.push_back(std::move(*changes));
    };
    auto opened = Repository::open(repository_.path());
    EXPECT_TRUE(opened) << opened.error().message;
    if (!opened) return all;
    add((*opened)->range(base_ + ".." + head_));
    add((*opened)->range("side...main"));
    add((*opened)->merge("main", "side"));
    add((*opened)->staged());
    add((*opened)->worktree());
    return all;
  }

  static void expect_same(const std::vector<ChangeSet>& a, const std::vector<ChangeSet>& b) {
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
      EXPECT_EQ(a[i].endpoints, b[i].endpoints);
      EXPECT_EQ(a[i].commits, b[i].commits);
      ASSERT_EQ(a[i].files.size(), b[i].files.size()) << "question " << i;
      for (std::size_t k = 0; k < a[i].files.size(); ++k) {
        const FileChange& x = a[i].files[k];
        const FileChange& y = b[i].files[k];
        EXPECT_EQ(x.shown_path(), y.shown_path());
        EXPECT_EQ(x.status, y.status) << x.shown_path();
        EXPECT_EQ(x.before, y.before) << x.shown_path();
        EXPECT_EQ(x.after, y.after) << x.shown_path();
        EXPECT_EQ(x.hunks, y.hunks) << x.shown_path();
      }
    }
  }

  TemporaryRepository repository_;
  std::string base_;
  std::string head_;
};

TEST_F(HostileRepository, SeesTheSameAndRunsNothing) {
  repository_.write(".gitattributes", "x\n");
  const std::vector<ChangeSet> before = all_changes();
  ASSERT_EQ(before.size(), 5U);
  EXPECT_EQ(before[0].files.size(), 3U);
  set_traps();
  // The traps are real: git, asked as a person would ask it, steps into them.
  static_cast<void>(repository_.try_git({"-c", "filter.evil.process=", "-c", "filter.evil.smudge=", "-c",
                                         "filter.evil.required=false", "diff", base_, head_}));
  static_cast<void>(repository_.try_git({"status"}));
  const auto trodden = read_file(trace(), 1 << 20);
  ASSERT_TRUE(trodden) << trodden.error().message;
  for (const std::string_view trap_name : {"included\n", "fsmonitor\n", "process\n"})
    EXPECT_NE(trodden->find(trap_name), std::string::npos) << *trodden;
  std::filesystem::remove(trace());

  append(".git/config", "[core]\n\tworktree = /\n");
  repository_.write(".gitattributes", "x\n");
  expect_same(before, all_changes());
  EXPECT_FALSE(std::filesystem::exists(trace())) << *read_file(trace(), 1 << 20);
}

TEST_F(HostileRepository, AttributesOfTheTreeHideNothing) {
  repository_.write(".gitattributes",
                    "*.sql -diff -text filter=evil\nschema.sql binary export-ignore linguist-generated\n");
  const auto opened = Repository::open(repository_.path());
  ASSERT_TRUE(opened);
  const auto changes = (*opened)->worktree();
  ASSERT_TRUE(changes) << changes.error().message;
  ASSERT_EQ(changes->files.size(), 4U);
  EXPECT_EQ(changes->files[2].after.text, "DROP TABLE t;\r\n$Id$\n");
  EXPECT_EQ(changes->files[2].after.kind, ImageKind::Whole);
  EXPECT_EQ(changes->files[3].after.text, "DROP TABLE u;\n");
}

TEST_F(HostileRepository, ReplacedAndGraftedObjectsAreReadAsTheyAre) {
  const std::vector<ChangeSet> before = all_changes();
  const std::string blob = repository_.id("main:schema.sql");
  const std::string other = repository_.id("main~:both.txt");
  append(".git/info/grafts", base_ + " " + repository_.id("side") + "\n");
  repository_.git({"replace", blob, other});
  repository_.git({"replace", head_, base_});
  expect_same(before, all_changes());
}

TEST_F(HostileRepository, TheCallersEnvironmentHasNoEffect) {
  const std::vector<ChangeSet> before = all_changes();
  const std::vector<std::pair<const char*, std::string>> variables{{"GIT_DIR", "/nonexistent"},
                                                                   {"GIT_WORK_TREE", "/"},
                                                                   {"GIT_INDEX_FILE", "/nonexistent"},
                                                                   {"GIT_EXTERNAL_DIFF", trap("env")},
                                                                   {"GIT_OBJECT_DIRECTORY", "/"},
                                                                   {"GIT_DIFF_OPTS", "-u0"},
                                                                   {"GIT_CONFIG_COUNT", "1"},
                                                                   {"GIT_CONFIG_KEY_0", "diff.noprefix"},
                                                                   {"GIT_CONFIG_VALUE_0", "true"},
                                                                   {"GIT_PAGER", trap("env-pager")},
                                                                   {"GIT_TRACE", trace()},
                                                                   {"GIT_LITERAL_PATHSPECS", "1"},
                                                                   {"GIT_REPLACE_REF_BASE", "refs/x/"},
                                                                   {"GIT_GRAFT_FILE", "/x"},
                                                                   {"LC_ALL", "de_DE.UTF-8"}};
  for (const auto& [name, text] : variables) setenv(name, text.c_str(), 1);
  const std::vector<ChangeSet> after = all_changes();
  for (const auto& [name, text] : variables) unsetenv(name);
  expect_same(before, after);
  EXPECT_FALSE(std::filesystem::exists(trace()));
}

TEST_F(HostileRepository, AGitInTheCurrentDirectoryIsNotRun) {
  const std::string old = std::getenv("PATH");
  append("git", "#!/bin/sh\necho git >> '" + trace() + "'\n");
  chmod(repository_.path("git").c_str(), 0755);
  const auto was = std::filesystem::current_path();
  std::filesystem::current_path(repository_.path());
  setenv("PATH", (".::" + old).c_str(), 1);
  EXPECT_EQ(all_changes().size(), 5U);
  setenv("PATH", "relative:.", 1);
  const auto opened = Repository::open(repository_.path());
  EXPECT_FALSE(opened);
  EXPECT_EQ(opened ? "" : opened.error().message, "git is not installed, or not in an absolute directory of PATH");
  setenv("PATH", old.c_str(), 1);
  std::filesystem::current_path(was);
  EXPECT_FALSE(std::filesystem::exists(trace()));
}

}  // namespace
}  // namespace redtag
