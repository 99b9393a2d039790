// What a reviewer is asked to sign.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "clearance/statement.h"
#include "judge/review.h"

namespace redtag::cli {

/// One finding as it is shown before it is signed. Foreign text, not yet escaped.
struct ClearItem {
  std::string fingerprint;
  std::string rule;
  std::string entity;
  std::string severity;
  std::string where;
  std::string says;
  std::string because;
  std::string way_back;
  std::string depends;  ///< who depends on it, in words; empty for nobody known
  std::string vector;
  int score = 0;
  bool holds = false;
};

/// Which change a report judged, and what held it. Nothing else of a report is believed: whoever signs must see what is there.
struct ReportedChange {
  bool merge = false;  ///< it judged what git would merge, not the head's own tree
  std::string base_commit;
  std::string head_commit;
  std::vector<std::string> held;  ///< fingerprints
};

[[nodiscard]] std::vector<ClearItem> items_of(const Review& review);
/// Of a report in the forms `json` or `sarif`. Errors: neither of them.
[[nodiscard]] Expected<ReportedChange> change_of_report(std::string_view text, std::string_view name);

/// Those that `names` (fingerprints, or the first eight or more of their hexadecimal digits) choose, in the items' order; all that hold
/// for no names. Errors name what chooses nothing or several.
[[nodiscard]] Expected<std::vector<ClearItem>> choose(const std::vector<ClearItem>& items,
                                                      const std::vector<std::string>& names);

/// The list under `## Clear it when` of a rule's page, without the heading; empty for none.
[[nodiscard]] std::string clear_it_when(std::string_view help);

/// The findings as a reviewer reads them before signing. `rules` bring the lists of what must have been seen, each said once.
[[nodiscard]] std::string print_items(const std::vector<ClearItem>& items, const std::vector<RuleView>& rules);

/// As the statement has them: sorted, each once.
[[nodiscard]] std::vector<AcceptedFinding> accepted_of(const std::vector<ClearItem>& items);

}  // namespace redtag::cli
