#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "report/report.h"
#include "sample.h"

namespace redtag {
namespace {

using Json = nlohmann::json;

TEST(JsonReport, SaysAllThereIsToSay) {
  Review review;
  const FileId file = sample::add(review, sample::file("infra/main.tf", {" a", "-b", "+c"}));
  Finding finding = sample::finding(sample::region(review, file, Side::Before, "b"));
  finding.evidence.push_back({sample::region(review, file, Side::After, "c"), "comes instead"});
  finding.evidence.push_back({{}, "without a place"});
  sample::judge_all(review, {finding});
  review.gaps.push_back({{file, Side::After, {0, 1}}, Stack::Sql, "does not parse"});
  review.unknown_files = {"x y"};
  const Json json = Json::parse(write_report(Format::Json, review, {}));
  EXPECT_EQ(json.at("format"), "redtag-review");
  EXPECT_EQ(json.at("formatVersion"), 1);
  EXPECT_EQ(json.at("verdict"), "hold");
  EXPECT_EQ(json.at("counts"), Json({{"holds", 1}, {"notes", 0}, {"gaps", 1}}));
  const Json& one = json.at("findings").at(0);
  EXPECT_EQ(one.at("fingerprint"), review.findings[0].finding.fingerprint);
  EXPECT_EQ(one.at("place"), Json({{"path", "infra/main.tf"},
                                   {"uri", "infra/main.tf"},
                                   {"side", "old"},
                                   {"startLine", 2},
                                   {"startColumn", 1},
                                   {"endLine", 2},
                                   {"endColumn", 2}}));
  EXPECT_EQ(one.at("shownAt").at("side"), "new");
  EXPECT_EQ(one.at("before"), "\"orders\"");
  EXPECT_EQ(one.at("evidence").size(), 2U);
  EXPECT_FALSE(one.at("evidence").at(1).contains("place"));
  EXPECT_EQ(json.at("gaps").at(0).at("reason"), "does not parse");
  EXPECT_EQ(json.at("unknownFiles").at(0), Json({{"path", "x y"}, {"uri", "x%20y"}}));
}

}  // namespace
}  // namespace redtag
