// A script that is followed with a changed value, and cannot be read with it: the run says so at the value.
#include "run/flows.h"

#include <gtest/gtest.h>

#include <csignal>

namespace redtag {
namespace {

Model lower_nothing(const SourceFileView& file, const LoweringView&) {
  if (file.text.find("CRASH") != std::string_view::npos) std::raise(SIGSEGV);
  RT_ASSERT(file.text.find("THROW") == std::string_view::npos, "the test says so");
  return {};
}

const Frontend broken{Stack::Sql, &lower_nothing, nullptr, nullptr};
const Frontend* broken_sql(Stack stack) { return stack == Stack::Sql ? &broken : find_frontend(stack); }

Image image_of(std::string text) {
  Image image;
  image.kind = ImageKind::Whole;
  image.text = std::move(text);
  return image;
}

/// The gaps of a run in which `MODE` changes, and a script hands `sql` to a database.
std::vector<Gap> gaps_with(const std::string& sql) {
  FileChange file;
  file.id = FileId{0};
  file.status = ChangeStatus::Modified;
  file.before_path = file.after_path = "settings.env";
  file.before = image_of("MODE=report\n");
  file.after = image_of("MODE=apply\n");
  Analysis analysis;
  analysis.changes.files = {file};
  MemoryTree before({{"settings.env", file.before.text},
                     {"job.sh", "#!/bin/sh\n. ./settings.env\n[ \"$MODE\" = apply ] && psql -f clean.sql\n"},
                     {"clean.sql", sql}});
  RunOptions options;
  options.workers = 1;
  options.backstop_seconds = 60;
  options.frontend_of = &broken_sql;
  EXPECT_TRUE(add_flows(analysis, before, FactTables::empty(), options));
  return analysis.sides.after.gaps;
}

TEST(Flows, AScriptThatIsReadLeavesNoGap) { EXPECT_TRUE(gaps_with("SELECT 1;\n").empty()); }

TEST(Flows, AScriptThatCannotBeReadWithTheNewValueIsAGapAtTheValue) {
  for (const char* sql : {"THROW", "CRASH"}) {
    const std::vector<Gap> gaps = gaps_with(sql);
    ASSERT_EQ(gaps.size(), 1U) << sql;
    EXPECT_EQ(gaps[0].reason, "what job.sh does with this value was not read");
    EXPECT_EQ(gaps[0].region.file, FileId{0});
    EXPECT_EQ(gaps[0].region.bytes.begin, 5U);
  }
}

}  // namespace
}  // namespace redtag
