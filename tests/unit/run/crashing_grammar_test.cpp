// A grammar whose C code dies or hangs on one file costs that file. The grammar is made up for this: the tables are HCL's, and the
// external scanner is ours. It aborts at a `§`, loops for ever at a `¶`, and else finds nothing.
#include <gtest/gtest.h>
#include <tree_sitter/api.h>

extern "C" {
#include <tree_sitter/parser.h>
const TSLanguage* tree_sitter_hcl();
}

#include <cstdlib>

#include "run/run.h"

namespace redtag {
namespace {

bool scan(void*, TSLexer* lexer, const bool*) {
  while (lexer->lookahead == ' ' || lexer->lookahead == '\n') lexer->advance(lexer, true);
  if (lexer->lookahead == U'§') std::abort();
  volatile bool forever = lexer->lookahead == U'¶';
  while (forever) {
  }
  return false;
}
void* create() { return nullptr; }
void destroy(void*) {}
unsigned serialize(void*, char*) { return 0; }
void deserialize(void*, const char*, unsigned) {}

const TSLanguage* brittle_grammar() {
  static const TSLanguage language = [] {
    TSLanguage made = *tree_sitter_hcl();
    made.external_scanner.scan = &scan;
    made.external_scanner.create = &create;
    made.external_scanner.destroy = &destroy;
    made.external_scanner.serialize = &serialize;
    made.external_scanner.deserialize = &deserialize;
    return made;
  }();
  return &language;
}

/// Terraform's front end behind a parse by the brittle grammar, in the child like any other.
Model lower_brittle(const SourceFileView& file, const LoweringView& view) {
  TSParser* parser = ts_parser_new();
  EXPECT_TRUE(ts_parser_set_language(parser, brittle_grammar()));
  TSTree* tree =
      ts_parser_parse_string(parser, nullptr, file.text.data(), static_cast<std::uint32_t>(file.text.size()));
  ts_tree_delete(tree);
  ts_parser_delete(parser);
  return find_frontend(Stack::Terraform)->lower(file, view);
}

const Frontend* brittle_frontend(Stack stack) {
  static const Frontend brittle = [] {
    Frontend made = *find_frontend(Stack::Terraform);
    made.lower = &lower_brittle;
    return made;
  }();
  return stack == Stack::Terraform ? &brittle : find_frontend(stack);
}

constexpr const char* database = "resource \"aws_db_instance\" \"main\" {\n  identifier = \"orders\"\n}\n";

FileChange deleted(std::uint32_t id, const std::string& path, const std::string& text) {
  FileChange file;
  file.id = FileId{id};
  file.status = ChangeStatus::Deleted;
  file.before_path = path;
  file.before.kind = ImageKind::Whole;
  file.before.text = text;
  return file;
}

Review review_of(const std::string& middle, const CheckSet& checks) {
  ChangeSet changes;
  changes.files = {deleted(0, "a/main.tf", database), deleted(1, "b/main.tf", middle),
                   deleted(2, "c/main.tf", database)};
  MemoryTree before({{"a/main.tf", database}, {"b/main.tf", middle}, {"c/main.tf", database}});
  RunOptions options;
  options.workers = 2;
  options.backstop_seconds = 1;
  options.frontend_of = &brittle_frontend;
  auto review = run(std::move(changes), before, checks, Policy(), options);
  EXPECT_TRUE(review) << review.error().message;
  return std::move(*review);
}

/// Rule and path of each finding, in order of place.
std::vector<std::string> found_in(const Review& review) {
  std::vector<std::string> lines;
  for (const JudgedFinding& judged : review.findings)
    lines.push_back(review.changes.file(judged.finding.region.file).shown_path() + " " + judged.finding.rule);
  std::sort(lines.begin(), lines.end());
  return lines;
}

TEST(BrittleGrammar, ReadsWhatHoldsNoTrap) {
  const CheckSet checks = CheckSet::builtin();
  const Review review = review_of(database, checks);
  const std::vector<std::string> lines = found_in(review);
  ASSERT_EQ(lines.size(), 3U) << testing::PrintToString(lines);
  EXPECT_TRUE(review.held());
  EXPECT_TRUE(review.complete);
}

TEST(BrittleGrammar, ACrashIsThatFilesGapAndTheOthersFindingsStand) {
  const CheckSet checks = CheckSet::builtin();
  const std::vector<std::string> whole = found_in(review_of(database, checks));
  const Review review = review_of(std::string(database) + "§\n", checks);
  const std::vector<std::string> lines = found_in(review);
  ASSERT_EQ(lines.size(), 3U) << testing::PrintToString(lines);
  EXPECT_EQ(lines[0], whole[0]);
  EXPECT_EQ(lines[1], "b/main.tf redtag/not-analysed") << "a database could be in it, and nobody read it";
  EXPECT_EQ(lines[2], whole[2]);
  EXPECT_TRUE(review.held());
  EXPECT_TRUE(review.complete);
}

TEST(BrittleGrammar, ACrashOverHarmlessTextIsANotification) {
  const CheckSet checks = CheckSet::builtin();
  const Review review = review_of("locals {\n  greeting = \"§\"\n}\n", checks);
  EXPECT_EQ(review.findings.size(), 2U);
  ASSERT_EQ(review.gaps.size(), 1U);
  EXPECT_EQ(review.changes.file(review.gaps[0].region.file).shown_path(), "b/main.tf");
}

TEST(BrittleGrammar, AHangEndsAtTheBackstopAndTheRunSaysSo) {
  const CheckSet checks = CheckSet::builtin();
  const std::vector<std::string> whole = found_in(review_of(database, checks));
  const Review review = review_of(std::string(database) + "¶\n", checks);
  const std::vector<std::string> lines = found_in(review);
  ASSERT_GE(lines.size(), 2U) << testing::PrintToString(lines);
  EXPECT_EQ(lines.front(), whole.front());
  EXPECT_EQ(lines.back(), whole.back());
  EXPECT_FALSE(review.complete) << "status 2: the clock was needed";
  EXPECT_EQ(review.incomplete_because,
            std::vector<std::string>{"b/main.tf: the analysis did not end within the time limit"});
}

}  // namespace
}  // namespace redtag
