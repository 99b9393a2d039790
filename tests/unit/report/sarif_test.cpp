#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "report/report.h"
#include "sample.h"

namespace redtag {
namespace {

using Json = nlohmann::json;

Review one_update() {
  Review review;
  const FileId file = sample::add(review, sample::file("infra/prod/main.tf", {" resource \"aws_db_instance\" \"orders\" {",
                                                                             "-  identifier = \"orders\"",
                                                                             "+  identifier = \"orders-v2\"", " }"}));
  sample::judge_all(review, {sample::finding(sample::region(review, file, Side::After, "identifier = \"orders-v2\""))});
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
  EXPECT_EQ(result.at("partialFingerprints").at("redtag/v1"), review.findings[0].finding.fingerprint);
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
}

}  // namespace
}  // namespace redtag
