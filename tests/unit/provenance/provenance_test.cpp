#include "provenance/provenance.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "base/text.h"
#include "provenance/marker.h"
#include "provenance/message.h"

namespace redtag {
namespace {

std::string file(const std::string& name) {
  std::ifstream in(std::string(REDTAG_SOURCE_DIR) + "/checks/provenance/" + name);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

TEST(Markers, AreSortedUniqueAndCompile) {
  const std::string table = file("markers.tsv");
  const auto markers = read_markers(table);
  ASSERT_TRUE(markers.has_value()) << markers.error().message;
  EXPECT_GE(markers->size(), 90U);
  std::set<std::string_view> ids;
  for (const MarkerView& marker : *markers) {
    EXPECT_TRUE(ids.insert(marker.id()).second) << marker.id();
    EXPECT_TRUE(marker.compiles()) << marker.id();
    EXPECT_FALSE(marker.source().empty()) << marker.id();
  }
  std::vector<std::string_view> lines = split(table, '\n');
  EXPECT_TRUE(std::is_sorted(lines.begin() + 1, lines.end() - 1));
}

TEST(Markers, FitTheirExamplesAndNotTheirCounterexamples) {
  const std::string table = file("markers.tsv");
  const auto markers = read_markers(table).value();
  const std::string examples = file("examples.tsv");
  std::size_t tried = 0;
  for (const std::string_view line : split(examples, '\n')) {
    if (line.empty() || line.front() == '#') continue;
    const auto cells = split(line, '\t');
    ASSERT_EQ(cells.size(), 3U) << line;
    const auto marker =
        std::find_if(markers.begin(), markers.end(), [&](const MarkerView& m) { return m.id() == cells[0]; });
    ASSERT_NE(marker, markers.end()) << line;
    const bool fits = marker->possible_in(lower_ascii(cells[2])) && marker->fits(cells[2]);
    EXPECT_EQ(fits, cells[1] == "matches") << line;
    ++tried;
  }
  EXPECT_GE(tried, 100U);
}

TEST(RequiredLiteral, IsWhatEveryMatchHolds) {
  EXPECT_EQ(required_literal("^Co-authored-by:\\s*[^<]*<cursoragent@cursor\\.com>\\s*$"), "<cursoragent@cursor.com>");
  EXPECT_EQ(required_literal("^(?:\\d+\\+)?copilot\\[bot\\]@users\\.noreply\\.github\\.com$"),
            "copilot[bot]@users.noreply.github.com");
  EXPECT_EQ(required_literal("colou?r"), "colo");
  EXPECT_EQ(required_literal("ab*c+ddde{20}f"), "ddd") << "what is repeated is left out, even if once is sure";
  EXPECT_EQ(required_literal("a{1000}"), "");
  EXPECT_EQ(required_literal("this|that"), "");
  EXPECT_EQ(required_literal("(?:this|that) one"), " one");
  EXPECT_EQ(required_literal("[]x]yz"), "yz");
}

TEST(ReadMessage, TakesTheLastParagraphForTrailersAsGitDoes) {
  const Message message = read_message(
      "Fix it\n\nClaude-Session: abc in prose\nis no trailer.\n\nReviewed-by: A <a@b>\nAssisted-by: X\n  continued\n");
  EXPECT_EQ(message.subject, "Fix it");
  EXPECT_EQ(message.trailers, (std::vector<std::string>{"Reviewed-by: A <a@b>", "Assisted-by: X continued"}));
  EXPECT_TRUE(read_message("Made-with: Cursor\n").trailers.empty()) << "the subject is never a trailer";
  EXPECT_TRUE(read_message("Fix\n\nnote: this is prose\nand goes on here\n").trailers.empty());
  EXPECT_EQ(read_message("Fix\n\nSigned-off-by: A <a@b>\nsome words\n").trailers.size(), 1U);
  EXPECT_EQ(read_message("Fix\r\n\r\nAssisted-by: X\r\n").trailers, (std::vector<std::string>{"Assisted-by: X"}));
  EXPECT_TRUE(read_message("").trailers.empty());
}

CommitRecord commit(std::string message, std::string name = "Jane", std::string email = "jane@example.com") {
  CommitRecord record;
  record.id = "c0ffee";
  record.author_name = record.committer_name = std::move(name);
  record.author_email = record.committer_email = std::move(email);
  record.message = std::move(message);
  return record;
}

Provenance of(std::vector<CommitRecord> commits) {
  ChangeSet changes;
  changes.commits = std::move(commits);
  return detect(changes);
}

TEST(Detect, SaysUnknownWithoutEvidence) {
  EXPECT_EQ(of({}), Provenance{});
  EXPECT_EQ(of({commit("Fix\n\nThanks to Claude for the idea, see chat with Copilot.")}), Provenance{});
  EXPECT_EQ(maker_name(Maker::Unknown), "unknown");
}

TEST(Detect, OneCommitMarksTheWholeChange) {
  const Provenance found =
      of({commit("Fix"), commit("Tidy\n\nCo-Authored-By: Claude <noreply@anthropic.com>"), commit("More")});
  EXPECT_EQ(found.maker, Maker::Assisted);
  EXPECT_EQ(found.agents, (std::vector<std::string>{"claude-code"}));
  ASSERT_FALSE(found.evidence.empty());
  EXPECT_EQ(found.evidence[0].marker, "trailer/claude-code");
  EXPECT_EQ(found.evidence[0].commit, "c0ffee");
}

TEST(Detect, AnAuthorOutranksATrailer) {
  const Provenance found = of({commit("A\n\nCo-Authored-By: Claude <noreply@anthropic.com>"),
                               commit("B", "copilot-swe-agent[bot]", "198982749+Copilot@users.noreply.github.com")});
  EXPECT_EQ(found.maker, Maker::Agent);
  EXPECT_EQ(found.agents, (std::vector<std::string>{"github-copilot-coding-agent"}));
}

TEST(Detect, ABotIsABotOnlyIfItWroteEverything) {
  const CommitRecord bump = commit("Bump x", "dependabot[bot]", "49699333+dependabot[bot]@users.noreply.github.com");
  EXPECT_EQ(of({bump}).maker, Maker::Bot);
  const Provenance mixed = of({bump, commit("and mine")});
  EXPECT_EQ(mixed.maker, Maker::Unknown);
  EXPECT_TRUE(mixed.agents.empty());
  EXPECT_FALSE(mixed.evidence.empty());
}

TEST(Detect, HintsDecideNothing) {
  const Provenance found = of({commit("Fix", "Claude", "claude@monet.fr")});
  EXPECT_EQ(found.maker, Maker::Unknown);
  ASSERT_EQ(found.evidence.size(), 1U);
  EXPECT_EQ(found.evidence[0].strength, MarkerStrength::Hint);
}

TEST(Detect, NeverRepeatsANameOrAnAddress) {
  const Provenance found = of({commit("A\n\nCo-Authored-By: Claude of Jane <noreply@anthropic.com>",
                                      "Jane Secret (aider)", "jane.secret@example.com")});
  EXPECT_EQ(found.maker, Maker::Agent);
  for (const ProvenanceEvidence& item : found.evidence) {
    for (const std::string& text : {item.marker, item.agent, item.commit, item.source}) {
      EXPECT_EQ(lower_ascii(text).find("jane"), std::string::npos) << text;
    }
  }
}

TEST(Detect, ReadsMessagesThatCameWithoutCommits) {
  ChangeSet changes;
  changes.messages = {"Fix\n\nAssisted-by: Claude:opus\n"};
  const Provenance found = detect(changes);
  EXPECT_EQ(found.maker, Maker::Assisted);
  EXPECT_EQ(found.evidence.at(0).commit, "");
}

TEST(Detect, SurvivesHostileMessages) {
  const std::string long_line(1 << 20, 'a');
  EXPECT_EQ(of({commit(long_line), commit("\xff\xfe\n\n\xff: \xff"), commit(std::string("a\0b\n\nc\0: d", 10)),
                commit("\n\n\n: \n:\n")})
                .maker,
            Maker::Unknown);
}

}  // namespace
}  // namespace redtag
