// The reader against git itself: what is read from `git diff` text is what is read from the objects, and the hunks of both turn
// the pre-image into the post-image byte for byte.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <memory>

#include "base/text.h"
#include "change/git/repository.h"
#include "change/load.h"
#include "generated_tree.h"
#include "temporary_repository.h"

namespace redtag {
namespace {

constexpr int steps = 5;
constexpr int changes_in_a_step = 520;

std::uint32_t seed() {
  const char* given = std::getenv("REDTAG_SEED");
  return given == nullptr ? 20251120U : static_cast<std::uint32_t>(std::strtoul(given, nullptr, 10));
}

/// Lines with their ends.
std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return lines;
}

/// The pre-image with each hunk's lines replaced by those of the post-image. Written apart from the analyzer's own.
std::string with_hunks_applied(const FileChange& file) {
  const auto before = lines_of(file.before.text);
  const auto after = lines_of(file.after.text);
  std::string result;
  std::size_t next = 0;
  for (const Hunk& hunk : file.hunks) {
    for (; next < hunk.before_first - 1; ++next) result += before.at(next);
    next += hunk.before_count;
    for (std::size_t i = 0; i < hunk.after_count; ++i) result += after.at(hunk.after_first - 1 + i);
  }
  for (; next < before.size(); ++next) result += before[next];
  return result;
}

bool has_text(const Image& image) { return image.kind == ImageKind::Whole || image.kind == ImageKind::Symlink; }

class AgainstGit : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    std::printf("seed %u (REDTAG_SEED sets another)\n", seed());
    repository_ = std::make_unique<TemporaryRepository>();
    GeneratedTree tree(seed());
    for (int i = 0; i < 900; ++i) tree.add_file();
    trees_.push_back(tree.files());
    std::string commits = tree.fast_import_commit();
    for (int step = 0; step < steps; ++step) {
      for (int i = 0; i < changes_in_a_step; ++i) tree.change();
      trees_.push_back(tree.files());
      commits += tree.fast_import_commit();
    }
    repository_->git({"fast-import", "--quiet"}, commits);
    auto opened = Repository::open(repository_->path());
    ASSERT_TRUE(opened) << opened.error().message;
    opened_ = std::move(*opened);
    for (int step = 0; step < steps; ++step) {
      auto changes = opened_->range(before(step) + ".." + after(step));
      ASSERT_TRUE(changes) << changes.error().message;
      from_objects_.push_back(std::move(*changes));
    }
  }
  static void TearDownTestSuite() {
    opened_.reset();
    repository_.reset();
    trees_.clear();
    from_objects_.clear();
  }

  static std::string before(int step) { return "main~" + std::to_string(steps - step); }
  static std::string after(int step) { return "main~" + std::to_string(steps - step - 1); }

  /// The patch of a step as git prints it with these options.
  static std::string patch(int step, std::vector<std::string> options) {
    options.push_back(before(step));
    options.push_back(after(step));
    return repository_->git(options);
  }

  static ChangeSet read(const std::string& text) {
    auto changes = read_patch(text, "git diff", Images::AsProven);
    EXPECT_TRUE(changes) << changes.error().message;
    return changes ? std::move(*changes) : ChangeSet();
  }

  /// All that a patch says is true of the trees, and its hunks carry the one into the other.
  static void expect_leads(ChangeSet changes, int step, Side to = Side::After) {
    const auto& from_tree = trees_[static_cast<std::size_t>(to == Side::After ? step : step + 1)];
    auto tree = trees_[static_cast<std::size_t>(to == Side::After ? step + 1 : step)];
    auto base = opened_->tree(to == Side::After ? before(step) : after(step));
    ASSERT_TRUE(base) << base.error().message;
    std::vector<Path> unapplied;
    ASSERT_TRUE(complete_images(changes, **base, unapplied));
    EXPECT_EQ(unapplied, std::vector<Path>());
    auto rest = from_tree;
    for (const FileChange& file : changes.files) {
      if (file.before_path && file.status != ChangeStatus::Copied) rest.erase(*file.before_path);
    }
    for (const FileChange& file : changes.files) {
      if (!file.after_path) continue;
      const auto expected = tree.find(*file.after_path);
      ASSERT_NE(expected, tree.end()) << printable(*file.after_path);
      if (has_text(file.after) && !(file.after.kind == ImageKind::Symlink && file.after.text.empty())) {
        EXPECT_EQ(file.after.text, expected->second.content) << printable(*file.after_path);
      }
      if (file.after.kind == ImageKind::Submodule && !file.after.text.empty()) {
        EXPECT_EQ(file.after.text, expected->second.content);
      }
      // Shown as text by force, its pre-image has a NUL: then there is nothing to put the hunks into.
      if (file.before.kind != ImageKind::Binary) {
        EXPECT_NE(file.after.kind, ImageKind::Partial) << printable(*file.after_path);
      }
      if (file.after.mode != 0) {
        EXPECT_EQ(file.after.mode, expected->second.mode) << printable(*file.after_path);
      }
      rest[*file.after_path] = expected->second;
    }
    // What the patch does not name is the same on both sides.
    ASSERT_EQ(rest.size(), tree.size());
    for (const auto& [path, file] : tree) {
      ASSERT_TRUE(rest.count(path)) << printable(path);
      EXPECT_EQ(rest[path].content, file.content) << printable(path);
    }
  }

  /// What a partial image shows stands in the whole one.
  static void expect_shown(const Image& partial, const Image& whole, const Path& path) {
    const auto all = lines_of(whole.text);
    const auto shown = lines_of(partial.text);
    for (const LineRange& range : partial.known) {
      for (std::uint32_t line = range.first; line <= range.last; ++line) {
        ASSERT_LE(line, all.size()) << printable(path);
        EXPECT_EQ(shown.at(line - 1), all[line - 1]) << printable(path) << ":" << line;
      }
    }
  }

  enum class Hunks { Same, OtherPlaces };

  static void expect_same_image(const Image& read, const Image& object, const Path& path) {
    EXPECT_TRUE(object.blob.starts_with(read.blob)) << printable(path);
    if (read.kind == ImageKind::Partial) {
      // A file that was only moved could be of any kind: the patch shows nothing of it.
      if (!read.known.empty()) {
        EXPECT_EQ(object.kind, ImageKind::Whole) << printable(path);
      }
      expect_shown(read, object, path);
    } else if (read.kind == ImageKind::Binary) {
      EXPECT_TRUE(object.kind == ImageKind::Binary || object.kind == ImageKind::Whole) << printable(path);
    } else {
      EXPECT_EQ(read.kind, object.kind) << printable(path);
      const bool unknown_target = read.kind == ImageKind::Symlink && read.text.empty();
      if (!unknown_target) {
        EXPECT_EQ(read.text, object.text) << printable(path);
      }
    }
    if (read.mode != 0) {
      EXPECT_EQ(read.mode, object.mode) << printable(path);
    }
  }

  static void expect_same(const ChangeSet& read, const ChangeSet& objects, Hunks hunks) {
    ASSERT_EQ(read.files.size(), objects.files.size());
    for (std::size_t i = 0; i < read.files.size(); ++i) {
      const FileChange& a = read.files[i];
      const FileChange& b = objects.files[i];
      ASSERT_EQ(a.shown_path(), b.shown_path());
      EXPECT_EQ(a.before_path, b.before_path);
      EXPECT_EQ(a.after_path, b.after_path);
      EXPECT_EQ(a.status, b.status) << printable(a.shown_path());
      expect_same_image(a.before, b.before, a.shown_path());
      expect_same_image(a.after, b.after, a.shown_path());
      if (hunks == Hunks::Same) {
        EXPECT_EQ(a.hunks, b.hunks) << printable(a.shown_path());
      }
    }
  }

  static void expect_equal_with(const std::vector<std::string>& options, Hunks hunks = Hunks::Same) {
    for (int step = 0; step < steps; ++step) {
      ChangeSet changes = read(patch(step, options));
      expect_same(changes, from_objects_[static_cast<std::size_t>(step)], hunks);
      expect_leads(std::move(changes), step);
      if (HasFailure()) return;
    }
  }

  static void expect_leads_with(const std::vector<std::string>& options) {
    for (int step = 0; step < steps; ++step) {
      expect_leads(read(patch(step, options)), step);
      if (HasFailure()) return;
    }
  }

  static std::unique_ptr<TemporaryRepository> repository_;
  static std::unique_ptr<Repository> opened_;
  static std::vector<std::map<std::string, GeneratedFile>> trees_;
  static std::vector<ChangeSet> from_objects_;
};

std::unique_ptr<TemporaryRepository> AgainstGit::repository_;
std::unique_ptr<Repository> AgainstGit::opened_;
std::vector<std::map<std::string, GeneratedFile>> AgainstGit::trees_;
std::vector<ChangeSet> AgainstGit::from_objects_;

TEST_F(AgainstGit, ObjectsAreTheTrees) {
  std::size_t files = 0;
  std::map<ChangeStatus, std::size_t> kinds;
  for (int step = 0; step < steps; ++step) {
    const ChangeSet& changes = from_objects_[static_cast<std::size_t>(step)];
    files += changes.files.size();
    for (const FileChange& file : changes.files) {
      ++kinds[file.status];
      if (has_text(file.before)) {
        EXPECT_EQ(file.before.text, trees_[static_cast<std::size_t>(step)].at(*file.before_path).content);
      }
      if (has_text(file.after)) {
        EXPECT_EQ(file.after.text, trees_[static_cast<std::size_t>(step) + 1].at(*file.after_path).content);
      }
      const bool both = file.before.kind == ImageKind::Whole && file.after.kind == ImageKind::Whole;
      if (both) {
        EXPECT_EQ(with_hunks_applied(file), file.after.text) << printable(file.shown_path());
      }
    }
    expect_leads(changes, step);
  }
  EXPECT_GE(files, 2000U);
  for (const ChangeStatus status : {ChangeStatus::Added, ChangeStatus::Deleted, ChangeStatus::Modified,
                                    ChangeStatus::Renamed, ChangeStatus::TypeChanged}) {
    EXPECT_GT(kinds[status], 20U) << "too few of status " << static_cast<int>(status);
  }
}

TEST_F(AgainstGit, DefaultPatch) { expect_equal_with({"diff", "-l4000"}); }
TEST_F(AgainstGit, NoContext) { expect_equal_with({"diff", "-l4000", "-U0"}, Hunks::OtherPlaces); }
TEST_F(AgainstGit, FullContextIsWhole) {
  expect_equal_with({"diff", "-l4000", "-U99999", "--full-index"});
  for (int step = 0; step < steps; ++step) {
    for (const FileChange& file : read(patch(step, {"diff", "-l4000", "-U99999", "--full-index"})).files) {
      if (!file.hunks.empty()) {
        EXPECT_NE(file.after.kind, ImageKind::Partial) << printable(file.shown_path());
      }
    }
  }
}
TEST_F(AgainstGit, AbbreviatedIdsProveToo) {
  for (const FileChange& file : read(patch(0, {"diff", "-l4000", "-U99999"})).files) {
    if (!file.hunks.empty()) {
      EXPECT_NE(file.before.kind, ImageKind::Partial) << printable(file.shown_path());
    }
  }
}
TEST_F(AgainstGit, NoPrefix) { expect_equal_with({"diff", "-l4000", "--no-prefix"}); }
TEST_F(AgainstGit, OtherPrefixes) { expect_equal_with({"diff", "-l4000", "--src-prefix=old/", "--dst-prefix=new/"}); }
TEST_F(AgainstGit, ConfiguredPrefixes) {
  expect_equal_with({"-c", "diff.noprefix=true", "diff", "-l4000"});
  expect_equal_with({"-c", "diff.mnemonicPrefix=true", "diff", "-l4000"});
}
TEST_F(AgainstGit, UnquotedNames) { expect_equal_with({"-c", "core.quotePath=false", "diff", "-l4000"}); }
TEST_F(AgainstGit, SuppressedBlanks) { expect_equal_with({"-c", "diff.suppressBlankEmpty=true", "diff", "-l4000"}); }
TEST_F(AgainstGit, BinaryData) { expect_equal_with({"diff", "-l4000", "--binary"}); }
TEST_F(AgainstGit, RawListBefore) { expect_equal_with({"diff", "-l4000", "--raw", "--stat", "--summary", "-p"}); }
TEST_F(AgainstGit, EveryFileAsText) { expect_leads_with({"diff", "-l4000", "--text"}); }
TEST_F(AgainstGit, WithoutRenames) { expect_leads_with({"diff", "--no-renames"}); }
TEST_F(AgainstGit, WithCopies) { expect_leads_with({"diff", "-M", "-C", "-C", "-l4000"}); }
TEST_F(AgainstGit, BrokenRewrites) { expect_leads_with({"diff", "-B", "-M", "-l4000"}); }
TEST_F(AgainstGit, OtherAlgorithms) {
  expect_leads_with({"diff", "--histogram"});
  expect_leads_with({"diff", "--patience", "-W", "--inter-hunk-context=5"});
}
TEST_F(AgainstGit, Reversed) {
  for (int step = 0; step < steps; ++step)
    expect_leads(read(patch(step, {"diff", "-R", "-l4000"})), step, Side::Before);
}
TEST_F(AgainstGit, Mail) {
  for (int step = 0; step < steps; ++step) {
    const ChangeSet changes =
        read(repository_->git({"format-patch", "--stdout", "--no-stat", "-l4000", before(step) + ".." + after(step)}));
    expect_same(changes, from_objects_[static_cast<std::size_t>(step)], Hunks::Same);
    EXPECT_EQ(changes.messages, std::vector<std::string>{"x"});
  }
}
TEST_F(AgainstGit, Log) {
  for (int step = 0; step < steps; ++step) {
    const ChangeSet changes = read(repository_->git({"log", "-p", "-l4000", before(step) + ".." + after(step)}));
    expect_same(changes, from_objects_[static_cast<std::size_t>(step)], Hunks::Same);
    ASSERT_EQ(changes.commits.size(), 1U);
    EXPECT_EQ(changes.commits[0].id, repository_->id(after(step)));
    EXPECT_EQ(changes.commits[0].paths.size(), from_objects_[static_cast<std::size_t>(step)].commits[0].paths.size());
  }
}
TEST_F(AgainstGit, SeveralCommitsInOneText) {
  const std::string all = before(0) + ".." + after(steps - 1);
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"log", "-p", "-l4000", "--full-index", "--binary", all},
        std::vector<std::string>{"log", "-p", "-l4000", "-U9999", "--no-renames", all},
        std::vector<std::string>{"format-patch", "--stdout", "--full-index", "-l4000", all}}) {
    ChangeSet changes = read(repository_->git(command));
    EXPECT_EQ(changes.commits.size(), static_cast<std::size_t>(steps));
    const auto base = opened_->tree(before(0));
    ASSERT_TRUE(base) << base.error().message;
    std::vector<Path> unapplied;
    ASSERT_TRUE(complete_images(changes, **base, unapplied));
    EXPECT_EQ(unapplied, std::vector<Path>());
    auto rest = trees_.front();
    for (const FileChange& file : changes.files) {
      if (file.before_path && file.status != ChangeStatus::Copied) rest.erase(*file.before_path);
    }
    for (const FileChange& file : changes.files) {
      if (!file.after_path) continue;
      const GeneratedFile& expected = trees_.back().at(*file.after_path);
      if (has_text(file.after) && file.after.kind != ImageKind::Symlink) {
        EXPECT_EQ(file.after.text, expected.content) << printable(*file.after_path);
      }
      if (file.before.kind == ImageKind::Whole && file.after.kind == ImageKind::Whole) {
        EXPECT_EQ(with_hunks_applied(file), file.after.text) << printable(*file.after_path);
      }
      EXPECT_TRUE(rest.emplace(*file.after_path, expected).second) << printable(*file.after_path);
    }
    // What the folded patches do not name is the same before the first and after the last.
    EXPECT_EQ(rest.size(), trees_.back().size());
    for (const auto& [path, file] : trees_.back()) {
      ASSERT_TRUE(rest.count(path)) << printable(path);
      EXPECT_EQ(rest[path].content, file.content) << printable(path);
    }
  }
}

}  // namespace
}  // namespace redtag
