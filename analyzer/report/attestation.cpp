#include "report/attestation.h"

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "report/report.h"
#include "report/words.h"

namespace redtag {
namespace {

using Json = nlohmann::json;

Json findings_json(const Review& review) {
  Json list = Json::array();
  for (const JudgedFinding& judged : review.findings) {
    Json one{{"fingerprint", judged.finding.fingerprint},
             {"rule", printable(judged.finding.rule)},
             {"severity", severity_name(judged.finding.severity)},
             {"verdict", verdict_name(judged.verdict)},
             {"blastRadius", judged.blast.score},
             {"cleared", judged.cleared.has_value()},
             {"excluded", judged.excluded.has_value()}};
    if (judged.cleared) {
      one["clearedUntil"] = judged.cleared->until;
      one["clearances"] = judged.cleared->clearances;
    }
    list.push_back(std::move(one));
  }
  return list;
}

/// A bare patch leads to no tree: it has no subject that anybody could compare.
Json subjects(const Endpoints& ends) {
  Json list = Json::array();
  if (!ends.head_tree.empty()) list.push_back({{"name", "merge-tree"}, {"digest", {{"gitTree", ends.head_tree}}}});
  if (!ends.head_commit.empty()) list.push_back({{"name", "head"}, {"digest", {{"gitCommit", ends.head_commit}}}});
  return list;
}

}  // namespace

std::string write_attestation(const Review& review) {
  const Endpoints& ends = review.changes.endpoints;
  const Tally tally = tally_of(review);
  Json predicate{{"verdict", review_verdict_name(review)},
                 {"complete", review.complete},
                 {"held", review.held()},
                 {"blastRadius", review.score},
                 {"holds", tally.holds},
                 {"notes", tally.notes},
                 {"notAnalysed", review.gaps.size()},
                 {"origin", origin_name(ends.origin)},
                 {"baseCommit", ends.base_commit},
                 {"baseTree", ends.base_tree},
                 {"mergeBase", ends.merge_base},
                 {"profile", profile_name(review.policy.profile)},
                 {"policyDigest", review.policy.digest},
                 {"rulesetDigest", review.ruleset_digest},
                 {"redtagVersion", review.version},
                 {"program", review.program},
                 {"provenance", maker_name(review.provenance.maker)},
                 {"findings", findings_json(review)}};
  const Json statement{{"_type", "https://in-toto.io/Statement/v1"},
                       {"subject", subjects(ends)},
                       {"predicateType", verdict_predicate},
                       {"predicate", std::move(predicate)}};
  return statement.dump(-1, ' ', true, Json::error_handler_t::replace) + "\n";
}

}  // namespace redtag
