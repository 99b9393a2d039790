// Rules by which a store deletes what it holds after a time, and what they reach.
//
// Such a rule is dangerous in what it aims at rather than in its number of days: `prefix = "tmp/"` that goes, `Disabled` that
// becomes `Enabled`, or a rule that comes without a filter deletes everything that is old enough at the platform's next round.
// Each side's rules are read into scopes (fact rows `deletes-by-rule` and `narrows`), and a rule that no rule of the other side
// covers becomes an attribute change of its own, so that a check sees one rule and its two aims.
#pragma once

#include <vector>

#include "delta/delta.h"

namespace redtag {

/// Adds one attribute change, with the effect `deletes-more`, for each rule of `after` that reaches what no rule of `before` did, or
/// everything ten times sooner. `from` and `to` say the aims in words (`everything`, `prefix tmp/`). What stands in such a rule is
/// no cut of its own any more. `before` may hold several resources: those whose rules the new one takes over.
void add_widened_rules(ResourceChange& change, const std::vector<const Resource*>& before, const Resource& after,
                       const FactTables& facts);

/// Has `after` fewer rules that delete than `before`?
[[nodiscard]] bool rule_goes(const Resource& before, const Resource& after, const FactTables& facts);

/// Does the type delete by rules?
[[nodiscard]] bool deletes_by_rule(const Resource& resource, const FactTables& facts);

}  // namespace redtag
