// redtag show: what each phase makes of a change.
#include "check/check.h"
#include "cli/phases.h"
#include "cli/source.h"
#include "run/run.h"

namespace redtag::cli {

namespace {

bool names_change(const ChangeOptions& change) {
  return !change.range.empty() || !change.merge.empty() || change.staged || change.worktree || !change.patch.empty() ||
         !change.plan.empty();
}

std::string lines(const std::vector<std::string>& all) {
  std::string out;
  for (const std::string& line : all) out += line + "\n";
  return out;
}

Expected<std::string> phase(const ShowOptions& options) {
  RT_TRY(Source source, open_source(options.change));
  if (options.what == "change") return print_changes(source.changes);
  RT_TRY(const Policy policy, find_policy(source, {}));
  RT_TRY(const CheckSet checks, find_checks(source, policy, options.packs));
  RunOptions run_options;
  run_options.version = REDTAG_VERSION;
  if (options.what == "findings") {
    RT_TRY(const Review review, review_source(source, options.change, {checks, policy, run_options}));
    return lines(finding_lines(review));
  }
  FactTables facts = FactTables::builtin();
  for (const auto& [name, text] : checks.fact_tables()) RT_TRY(facts.add(name, text));
  RT_TRY(const Analysis analysis, analyse_source(source, options.change, facts, run_options));
  if (options.what == "scope") return print_context(analysis.changes);
  if (options.what == "model") return print_models(analysis.sides);
  if (options.what == "delta") return print(analysis.delta, analysis.sides);
  return print_traits({analysis.changes, analysis.sides, analysis.delta, facts, source.before.get()});
}

Expected<std::string> text_of(const ShowOptions& options) {
  if (options.what == "fields") return print_fields();
  if (options.what == "schema") return check_schema();
  if (options.what == "traits" && !names_change(options.change)) return print_trait_list();
  for (const char* known : {"change", "scope", "model", "delta", "traits", "findings"}) {
    if (options.what == known) return phase(options);
  }
  return fail(ErrorCode::Usage,
              "expected change, scope, model, delta, traits, findings, fields or schema, got '" + options.what + "'");
}

}  // namespace

int show(const ShowOptions& options) {
  const Expected<std::string> text = text_of(options);
  if (!text) return complain(text.error());
  const Expected<void> printed = print_out(*text);
  return printed ? 0 : complain(printed.error());
}

}  // namespace redtag::cli
