#include "run/lowering.h"

#include <gtest/gtest.h>

#include <csignal>

namespace redtag {
namespace {

/// A front end whose analysis crashes on `crash`, hangs on `hang`, throws on `throw`, and otherwise makes one operation a line.
Model lower_lines(const SourceFileView& file, const LoweringView&) {
  if (file.text.find("crash") != std::string_view::npos) std::raise(SIGSEGV);
  if (file.text.find("throw") != std::string_view::npos) RT_ASSERT(false, "the test says so");
  volatile bool forever = file.text.find("hang") != std::string_view::npos;
  while (forever) {
  }
  Model model;
  std::uint32_t begin = 0;
  for (std::size_t end = file.text.find('\n'); end != std::string_view::npos; end = file.text.find('\n', begin)) {
    Operation operation;
    operation.stack = Stack::Shell;
    operation.verb = Verb::Destroy;
    operation.target = known_string(std::string(file.text.substr(begin, end - begin)));
    operation.region = {file.file, file.side, {file.offset + begin, file.offset + static_cast<std::uint32_t>(end)}};
    model.operations.push_back(operation);
    begin = static_cast<std::uint32_t>(end) + 1;
  }
  return model;
}

std::vector<Path> want_sibling(std::span<const LoweredFile> files, SourceTree& tree) {
  return !files.empty() && tree.read("context.sh") ? std::vector<Path>{"context.sh"} : std::vector<Path>{};
}

const Frontend lines{Stack::Shell, &lower_lines, &want_sibling, nullptr};
const Frontend* only_lines(Stack stack) { return stack == Stack::Shell ? &lines : nullptr; }

FileChange added(const std::string& path, const std::string& text) {
  FileChange file;
  file.status = ChangeStatus::Added;
  file.after_path = path;
  file.after.kind = ImageKind::Whole;
  file.after.text = text;
  return file;
}

ChangeSet change_of(std::vector<FileChange> files) {
  ChangeSet changes;
  changes.files = std::move(files);
  for (std::uint32_t i = 0; i < changes.files.size(); ++i) changes.files[i].id = FileId{i};
  return changes;
}

constexpr unsigned patient = 60;  // seconds: a backstop that no busy machine meets

Analysis lowered(ChangeSet changes, unsigned backstop_seconds = patient) {
  Analysis analysis;
  analysis.changes = std::move(changes);
  MemoryTree before(std::map<Path, std::string>{{"context.sh", "seen\n"}});
  RunOptions options;
  options.workers = 2;
  options.backstop_seconds = backstop_seconds;
  options.frontend_of = &only_lines;
  const FactTables facts = FactTables::empty();
  EXPECT_TRUE(lower_both_sides(analysis, before, facts, options));
  return analysis;
}

std::vector<std::string> subjects(const Model& model) {
  std::vector<std::string> found;
  for (const Operation& operation : model.operations) {
    if (operation.subject) found.push_back(operation.target.text);
  }
  return found;
}

TEST(Lowering, ACrashIsAGapAndLosesNothingElse) {
  const Analysis analysis = lowered(change_of({added("a.sh", "one\n"), added("b.sh", "crash\n"), added("c.sh", "three\n"), added("d.sh", "throw\n")}));
  EXPECT_EQ(subjects(analysis.sides.after), (std::vector<std::string>{"one", "three"}));
  ASSERT_EQ(analysis.sides.after.gaps.size(), 2U);
  EXPECT_EQ(analysis.sides.after.gaps[0].region.file, FileId{1});
  EXPECT_EQ(analysis.sides.after.gaps[0].reason, "the analysis of this file crashed");
  EXPECT_TRUE(analysis.complete);
}

TEST(Lowering, AHangMakesTheRunIncomplete) {
  const Analysis analysis = lowered(change_of({added("a.sh", "hang\n"), added("b.sh", "two\n")}), 1);
  EXPECT_EQ(subjects(analysis.sides.after), std::vector<std::string>{"two"});
  EXPECT_FALSE(analysis.complete);
  ASSERT_EQ(analysis.sides.after.gaps.size(), 1U);
}

TEST(Lowering, ContextIsEvidenceOnBothSidesAndNoSubject) {
  const Analysis analysis = lowered(change_of({added("a.sh", "one\n")}));
  ASSERT_EQ(analysis.changes.files.size(), 2U);
  EXPECT_TRUE(analysis.changes.files[1].is_context());
  ASSERT_EQ(analysis.sides.before.operations.size(), 1U);
  EXPECT_EQ(analysis.sides.before.operations[0].region.side, Side::Before);
  ASSERT_EQ(analysis.sides.after.operations.size(), 2U);
  EXPECT_FALSE(analysis.sides.after.operations[1].subject);
  EXPECT_EQ(analysis.sides.after.operations[1].region.side, Side::After);
}

TEST(Lowering, WindowsOfPartialImagesKeepTheirOffsets) {
  FileChange file = added("a.sh", "\n\none\n\ntwo\n");
  file.status = ChangeStatus::Modified;
  file.after.kind = ImageKind::Partial;
  file.after.known = {{3, 3}, {5, 5}};
  const Analysis analysis = lowered(change_of({file}));
  EXPECT_EQ(subjects(analysis.sides.after), (std::vector<std::string>{"one", "two"}));
  EXPECT_EQ(analysis.sides.after.operations[1].region.bytes, (ByteRange{7, 10}));
}

TEST(Lowering, UnknownFilesAreListedAndMissingOnesAreGaps) {
  FileChange missing = added("b.sh", "");
  missing.after.kind = ImageKind::Missing;
  const Analysis analysis = lowered(change_of({added("a.txt", "x\n"), missing}));
  EXPECT_EQ(analysis.unknown_files, std::vector<Path>{"a.txt"});
  ASSERT_EQ(analysis.sides.after.gaps.size(), 1U);
}

}  // namespace
}  // namespace redtag
