// redtag explain: one rule, with what a senior should have seen before clearing it.
#include <fmt/format.h>

#include "base/text.h"
#include "cli/source.h"

namespace redtag::cli {

namespace {

Expected<std::string> text_of(const ExplainOptions& options) {
  RT_TRY(const CheckSet checks, find_checks({}, {}, options.packs));
  const std::vector<RuleView> rules = all_rules(checks);
  std::string candidates;
  for (const RuleView& rule : rules) {
    if (rule.id == options.rule) {
      return fmt::format("{}\n{}\n\nCategory {}, severity up to {}, since {}.\n{}{}", rule.id, rule.title,
                         category_name(rule.category), severity_name(rule.severity), rule.since,
                         rule.help.empty() ? "" : "\n", rule.help);
    }
    // Whoever types half of an id means one of these.
    if (rule.check == options.rule || rule.id.find(options.rule) != std::string_view::npos) {
      candidates += (candidates.empty() ? "" : ", ") + std::string(rule.id);
    }
  }
  return fail(ErrorCode::Usage, fmt::format("no rule is called '{}'; {}", printable(options.rule),
                                            candidates.empty() ? "`redtag rules` lists them"
                                                               : "did you mean " + shortened(candidates, 200) + "?"));
}

}  // namespace

int explain(const ExplainOptions& options) {
  const Expected<std::string> text = text_of(options);
  if (!text) return complain(text.error());
  const Expected<void> printed = print_out(*text);
  return printed ? 0 : complain(printed.error());
}

}  // namespace redtag::cli
