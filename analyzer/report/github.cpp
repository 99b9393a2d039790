#include <algorithm>

#include "report/anchor.h"
#include "report/sarif.h"

namespace redtag {
namespace {

/// The host keeps this many, by severity of the rule; we choose ourselves, so that no hold is lost among notes.
constexpr std::size_t kept_results = 5000;

}  // namespace

std::string write_github(const Review& review) {
  PlacesView places(review.changes);
  AnchorsView anchors(review.changes, places);
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < review.findings.size(); ++i) order.push_back(i);
  // Review::findings is sorted by severity; only the verdict has to come before it.
  std::stable_partition(order.begin(), order.end(),
                        [&](std::size_t i) { return review.findings[i].verdict == Verdict::Hold; });
  SarifPlan plan;
  plan.reader = SarifReader::Github;
  for (const std::size_t i : order) {
    const Region& region = review.findings[i].finding.region;
    const JudgedFinding& judged = review.findings[i];
    const bool excluded = judged.excluded && judged.finding.category != Category::Destructive;
    if (judged.cleared || excluded) continue;  // the host would show it as open
    const auto anchor = anchors.anchor(region);
    if (!anchor) {
      plan.without_place.push_back(i);
    } else if (plan.results.size() == kept_results) {
      ++plan.left_out;
    } else {
      const Place own = places.own(region);
      const bool inside = own.side == Side::After && own.path == anchor->path &&
                          own.span.first_line <= anchor->span.first_line &&
                          anchor->span.last_line <= own.span.last_line;
      plan.results.push_back({i, *anchor, !inside});
    }
  }
  return print_sarif(review, plan, places);
}

}  // namespace redtag
