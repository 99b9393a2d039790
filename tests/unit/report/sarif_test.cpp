#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "report/encoding.h"
#include "report/report.h"
#include "sample.h"

namespace redtag {
namespace {

using Json = nlohmann::json;

Review one_update() {
  Review review;
  const FileId file = sample::add(
      review,
      sample::file("infra/prod/main.tf", {" resource \"aws_db_instance\" \"orders\" {", "-  identifier = \"orders\"",
                                          "+  identifier = \"orders-v2\"", " }"}));
  sample::judge_all(review, {sample::finding(sample::region(review, file, Side::After, "identifier = \"orders-v2\""))});
  return review;
}

/// A deletion, so that the host has to be given another place, beside an added line.
Review one_removal() {
  Review review;
  const FileId file = sample::add(review, sample::file("main.tf", {" a", "-resource {", "-}", " b", "+c"}));
  sample::judge_all(review, {sample::finding(sample::region(review, file, Side::Before, "resource {"))});
  return review;
}

Json run_of(const Review& review, Format format = Format::Sarif) {
  return Json::parse(write_report(format, review, {})).at("runs").at(0);
}

TEST(Sarif, CarriesTheContract) {
  const Review review = one_update();
  const Json run = run_of(review);
  ASSERT_EQ(run.at("results").size(), 1U);
  const Json& result = run.at("results").at(0);
  EXPECT_EQ(result.at("ruleId"), "terraform/replace-stateful-resource");
  EXPECT_EQ(result.at("level"), "error");
  EXPECT_EQ(result.at("kind"), "fail");
  EXPECT_EQ(result.at("rank"), review.findings[0].blast.score);
  EXPECT_EQ(result.at("partialFingerprints"), Json({{"redtag/v1", review.findings[0].finding.fingerprint}}));
  ASSERT_EQ(result.at("locations").size(), 1U);
  const Json& physical = result.at("locations").at(0).at("physicalLocation");
  EXPECT_EQ(physical.at("artifactLocation").at("uri"), "infra/prod/main.tf");
  EXPECT_EQ(physical.at("region"), Json({{"startLine", 2}, {"startColumn", 3}, {"endLine", 2}, {"endColumn", 27}}));
  const Json& properties = result.at("properties");
  EXPECT_EQ(properties.at("category"), "destructive");
  EXPECT_EQ(properties.at("severity"), "high");
  EXPECT_EQ(properties.at("verdict"), "hold");
  EXPECT_EQ(properties.at("side"), "new");
  EXPECT_EQ(properties.at("entity"), "aws_db_instance.orders");
  EXPECT_EQ(properties.at("environment"), "unknown");
  EXPECT_EQ(properties.at("undo"), "none");
  EXPECT_EQ(properties.at("certainty"), "exact");
  EXPECT_EQ(properties.at("intent"), "unknown");
  EXPECT_EQ(properties.at("blastRadius").at("vector"), review.findings[0].blast.vector);
  EXPECT_FALSE(properties.contains("preImage"));
  EXPECT_EQ(run.at("invocations").at(0).at("executionSuccessful"), true);
  EXPECT_EQ(run.at("invocations").at(0).at("exitCode"), 1);
  EXPECT_EQ(run.at("tool").at("driver").at("rules").at(0).at("id"), "terraform/replace-stateful-resource");
  EXPECT_EQ(run.at("columnKind"), "utf16CodeUnits");
  EXPECT_EQ(run.at("properties").at("verdict"), "hold");
  EXPECT_EQ(run.at("properties").at("provenance").at("class"), "unknown");
}

TEST(Sarif, NamesTheOldPlaceInPreImage) {
  const Json result = run_of(one_removal()).at("results").at(0);
  EXPECT_EQ(result.at("properties").at("side"), "old");
  EXPECT_EQ(result.at("properties").at("preImage"), Json({{"uri", "main.tf"}, {"startLine", 2}, {"endLine", 2}}));
  EXPECT_EQ(result.at("locations").at(0).at("physicalLocation").at("region").at("startLine"), 2);
}

TEST(Sarif, PutsADeletedFileAtItsOldPathLineOne) {
  Review review;
  const FileId file = sample::add(review, sample::deleted("old name.tf", {"-a", "-resource {"}));
  sample::judge_all(review, {sample::finding(sample::region(review, file, Side::Before, "resource {"))});
  const Json result = run_of(review).at("results").at(0);
  EXPECT_EQ(result.at("locations").at(0).at("physicalLocation"),
            Json({{"artifactLocation", {{"uri", "old%20name.tf"}}}, {"region", {{"startLine", 1}, {"endLine", 1}}}}));
  EXPECT_EQ(result.at("properties").at("preImage"), Json({{"uri", "old%20name.tf"}, {"startLine", 2}, {"endLine", 2}}));
}

TEST(Sarif, ReportsGapsAndAnUnfinishedRunAsNotifications) {
  Review review = one_update();
  review.findings.clear();
  review.gaps.push_back({{FileId{0}, Side::After, {0, 3}}, Stack::Terraform, "does not parse as HCL"});
  review.complete = false;
  review.incomplete_because = {"main.tf took longer than 60 seconds"};
  const Json invocation = run_of(review).at("invocations").at(0);
  EXPECT_EQ(invocation.at("executionSuccessful"), false);
  EXPECT_EQ(invocation.at("exitCode"), 2);
  const Json& notes = invocation.at("toolExecutionNotifications");
  ASSERT_EQ(notes.size(), 2U);
  EXPECT_EQ(notes[0].at("level"), "error");
  EXPECT_EQ(notes[1].at("level"), "warning");
  EXPECT_EQ(notes[1].at("message").at("text"), "Not analysed: infra/prod/main.tf: does not parse as HCL.");
  EXPECT_EQ(notes[1].at("locations").at(0).at("physicalLocation").at("artifactLocation").at("uri"),
            "infra/prod/main.tf");
}

TEST(Sarif, IsTheSameEveryTime) {
  for (const Format format : {Format::Text, Format::Sarif, Format::Github, Format::Json}) {
    EXPECT_EQ(write_report(format, one_update(), {}), write_report(format, one_update(), {}));
  }
}

TEST(Github, AnchorsARemovalToAnAddedLineAndSaysWhereItReallyIs) {
  const Review review = one_removal();
  const Json run = run_of(review, Format::Github);
  const Json result = run.at("results").at(0);
  EXPECT_EQ(result.at("locations").at(0).at("physicalLocation").at("region"),
            Json({{"startLine", 3}, {"startColumn", 1}, {"endLine", 3}, {"endColumn", 2}}));
  EXPECT_EQ(result.at("partialFingerprints").at("primaryLocationLineHash"), review.findings[0].finding.fingerprint);
  EXPECT_NE(result.at("message").at("text").get<std::string>().find("\nWhere: main.tf:2 before the change.\n"),
            std::string::npos);
}

TEST(Github, SendsAChangeOfDeletionsToTheJobSummary) {
  Review review;
  const FileId file = sample::add(review, sample::deleted("main.tf", {"-resource {"}));
  sample::judge_all(review, {sample::finding(sample::region(review, file, Side::Before, "resource {"))});
  const Json run = run_of(review, Format::Github);
  EXPECT_TRUE(run.at("results").empty());
  ASSERT_EQ(run.at("properties").at("jobSummary").size(), 1U);
  EXPECT_EQ(run.at("properties").at("jobSummary").at(0).at("fingerprint"), review.findings[0].finding.fingerprint);
  EXPECT_EQ(run.at("invocations").at(0).at("exitCode"), 1) << "what the host cannot show still holds";
}

TEST(Github, CountsExactlyTheHoldsAsHighOrHigher) {
  for (const Severity severity : {Severity::Low, Severity::Medium, Severity::High, Severity::Critical}) {
    for (const Profile profile : {Profile::Advise, Profile::Standard, Profile::Strict}) {
      Review review;
      review.policy.profile = profile;
      const FileId file = sample::add(review, sample::file("main.tf", {"+a"}));
      sample::judge_all(review, {sample::finding({file, Side::After, {0, 1}}, severity)});
      const Json rule = run_of(review, Format::Github).at("tool").at("driver").at("rules").at(0);
      const double number = std::stod(rule.at("properties").at("security-severity").get<std::string>());
      EXPECT_EQ(number >= 7.0, review.held()) << severity_name(severity) << " under " << profile_name(profile);
    }
  }
}

TEST(Github, KeepsHoldsWhenThereAreTooMany) {
  Review review;
  const FileId file = sample::add(review, sample::file("main.tf", {"+a"}));
  std::vector<Finding> findings(5010, sample::finding({file, Side::After, {0, 1}}, Severity::Medium));
  findings.push_back(sample::finding({file, Side::After, {0, 1}}, Severity::Critical));
  sample::judge_all(review, findings);
  const Json run = run_of(review, Format::Github);
  ASSERT_EQ(run.at("results").size(), 5000U);
  EXPECT_EQ(run.at("results").at(0).at("level"), "error");
  EXPECT_EQ(run.at("invocations").at(0).at("toolExecutionNotifications").at(0).at("message").at("text"),
            "11 findings left out: the host takes no more.");
}

/// Visits every string of a document.
template <class Visit>
void each_string(const Json& json, Visit visit) {
  std::vector<const Json*> open{&json};
  while (!open.empty()) {
    const Json* next = open.back();
    open.pop_back();
    if (next->is_string()) visit(next->get<std::string>());
    if (!next->is_structured()) continue;
    for (const auto& item : *next) open.push_back(&item);
  }
}

class HostileNames : public testing::TestWithParam<std::string> {};

Review hostile_review(const std::string& name) {
  Review review;
  const FileId file = sample::add(review, sample::file("dir/" + name, {" " + name, "-gone", "+came"}));
  Finding finding = sample::finding(sample::region(review, file, Side::Before, "gone"));
  finding.entity = finding.says = finding.because = finding.instead = finding.way_back = name;
  finding.before_text = finding.after_text = finding.fact_source = finding.entity_class = finding.change = name;
  finding.evidence.push_back({sample::region(review, file, Side::After, "came"), name});
  sample::judge_all(review, {finding});
  review.gaps.push_back({{file, Side::After, {0, 1}}, Stack::Terraform, name});
  review.unknown_files = {name};
  review.incomplete_because = {name};
  review.policy.origin = name;
  review.changes.endpoints.head_commit = "c0ffee";
  return review;
}

TEST_P(HostileNames, StayDataInEveryFormat) {
  const Review review = hostile_review(GetParam());
  for (const Format format : {Format::Sarif, Format::Github, Format::Json}) {
    const std::string report = write_report(format, review, {});
    for (const char c : report) ASSERT_TRUE(c == '\n' || (c >= 0x20 && c < 0x7f)) << "only ASCII leaves";
    const Json json = Json::parse(report);
    if (format == Format::Json) continue;
    // URIs are no text fields: they are as long as the path needs.
    each_string(json, [](const std::string& text) {
      EXPECT_TRUE(utf16_length(text) <= 1000U || text.find(' ') == std::string::npos);
    });
    for (const auto& result : json.at("runs").at(0).at("results")) {
      EXPECT_LE(utf16_length(result.at("message").at("text").get<std::string>()), 1000U);
      EXPECT_LE(utf16_length(result.at("properties").at("entity").get<std::string>()), 1000U);
    }
    const std::string uri = json.at("runs")
                                .at(0)
                                .at("results")
                                .at(0)
                                .at("locations")
                                .at(0)
                                .at("physicalLocation")
                                .at("artifactLocation")
                                .at("uri");
    EXPECT_EQ(uri.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/%"),
              std::string::npos)
        << uri;
  }
}

TEST_P(HostileNames, CannotSteerATerminalOrALog) {
  const std::string report = write_report(Format::Text, hostile_review(GetParam()), {});
  for (const std::string_view line : split(report, '\n')) {
    EXPECT_EQ(printable(line), line);
    EXPECT_NE(trim(line).substr(0, 2), "::");
    EXPECT_EQ(line.find("##["), std::string_view::npos);
  }
}

INSTANTIATE_TEST_SUITE_P(All, HostileNames,
                         testing::Values("plain", "quo\"te'`", "new\nline", "tab\tcr\r", "per%cent %s %n",
                                         "ha#sh?query", "b[r](0)", "{0} {{1}}", "back\\slash", "\xff\xfe", "\xc3",
                                         "bidi\xE2\x80\xAE"
                                         "abc",
                                         "zero\xE2\x80\x8Bwidth", "::error file=x::boom", "##[error]boom",
                                         "\x1b[2J\x1b]0;title\x07", "<script>alert(1)</script>", "| a | b |",
                                         "@everyone #1 ![x](y)", "file:///etc/passwd", "../../etc/passwd", "-rf",
                                         " leading and trailing ", std::string(5000, 'A'), std::string(3000, '{'),
                                         "\xF0\x9F\x98\x80", std::string("nul\0byte", 8), "e\xCC\x81"));

}  // namespace
}  // namespace redtag
