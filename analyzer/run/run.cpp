#include "run/run.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "base/text.h"
#include "gate/gate.h"
#include "judge/judge.h"
#include "model/choice.h"
#include "run/advice.h"
#include "run/context_changes.h"
#include "run/fixes.h"
#include "run/flows.h"
#include "run/gaps.h"
#include "run/lowering.h"
#include "run/reach.h"
#include "run/referrers.h"
#include "stack/stack.h"
#include "trait/environment.h"

namespace redtag {

namespace {

/// One place is reported once for each rule: a block and the attributes in it, the two sides of one edit. The most severe stays.
void drop_repeats(std::vector<Finding>& findings, const FactTables& facts) {
  std::vector<Finding> kept;
  std::map<std::tuple<std::string, std::string, FileId, Side>, std::vector<std::size_t>> by_entity;
  std::set<std::tuple<std::string, Region, std::string>> places;
  std::stable_sort(findings.begin(), findings.end(),
                   [](const Finding& a, const Finding& b) { return a.severity > b.severity; });
  for (Finding& finding : findings) {
    auto& same = by_entity[{finding.rule, finding.entity, finding.region.file, finding.region.side}];
    const ByteRange bytes = finding.region.bytes;
    const bool repeated = std::any_of(same.begin(), same.end(), [&](std::size_t i) {
      const ByteRange other = kept[i].region.bytes;
      return (other.begin <= bytes.begin && bytes.end <= other.end) ||
             (bytes.begin <= other.begin && other.end <= bytes.end);
    });
    // A line or document that decides for several resources is one place, and one thing to clear; what is destroyed is told one by one.
    const bool shared = finding.category == Category::ControlPlane ||
                        !facts.rows(stack_name(finding.stack), "*", "lines-shared").empty();
    const bool alone = finding.change == fate_name(ResourceFate::Removed) && finding.severity >= Severity::High;
    const std::string own = alone ? finding.entity : std::string();
    const bool again = shared && !places.insert({finding.rule, finding.region, own}).second;
    if (repeated || again) continue;
    same.push_back(kept.size());
    kept.push_back(std::move(finding));
  }
  findings = std::move(kept);
}

/// What is told of one choice (`infra[prod]:a.b`) is not told of the declaration for all again: the choice knows more.
void drop_told_of_choices(std::vector<Finding>& findings) {
  std::set<std::tuple<std::string, std::string, FileId, std::string>> told;
  for (const Finding& finding : findings) {
    if (auto plain = without_choice(finding.entity))
      told.insert({finding.rule, finding.change, finding.region.file, std::move(*plain)});
  }
  std::erase_if(findings, [&](const Finding& finding) {
    return told.contains({finding.rule, finding.change, finding.region.file, finding.entity});
  });
}

std::vector<JudgedFinding> judge_all(std::vector<Finding> findings, const CircumstancesView& circumstances,
                                     std::vector<std::string>& remarks) {
  std::vector<JudgedFinding> judged;
  judged.reserve(findings.size());
  for (Finding& finding : findings) judged.push_back(judge(std::move(finding), circumstances, remarks));
  std::stable_sort(judged.begin(), judged.end(), [](const JudgedFinding& a, const JudgedFinding& b) {
    const auto key = [](const JudgedFinding& x) {
      return std::make_tuple(-static_cast<int>(x.verdict), -static_cast<int>(x.finding.severity), -x.blast.score);
    };
    const auto place = [](const JudgedFinding& x) {
      return std::tie(x.finding.region, x.finding.rule, x.finding.entity);
    };
    return key(a) != key(b) ? key(a) < key(b) : place(a) < place(b);
  });
  return judged;
}

int combined_score(const std::vector<JudgedFinding>& findings) {
  std::vector<BlastRadius> parts;
  parts.reserve(findings.size());
  for (const JudgedFinding& judged : findings) parts.push_back(judged.blast);
  return combine(parts);
}

/// Takes out what the built-in pack `advice` says. A house's pack of that category is on where the policy names it.
void drop_advice(std::vector<Finding>& findings, const CheckSet& checks) {
  const auto advises = [](const Finding& finding) { return finding.category == Category::Advice; };
  if (std::none_of(findings.begin(), findings.end(), advises)) return;
  std::set<std::string, std::less<>> own;
  for (const RuleView& rule : checks.rules()) {
    if (rule.pack.empty()) own.emplace(rule.id);
  }
  std::erase_if(findings, [&](const Finding& finding) { return advises(finding) && own.count(finding.rule) > 0; });
}

/// A file that leaves tests, fixtures or examples is new where it arrives: what it does there was never judged, because in tests nothing
/// is. What goes from the tests is of no weight either.
void judge_anew_outside_tests(ChangeSet& changes) {
  for (FileChange& file : changes.files) {
    const bool moved = file.status == ChangeStatus::Renamed && file.after.kind == ImageKind::Whole;
    if (!moved || !is_test_path(*file.before_path) || is_test_path(*file.after_path)) continue;
    const LineIndex lines(file.after.text);
    file.status = ChangeStatus::Added;
    file.before_path.reset();
    file.before = {};
    file.hunks = {{1, 0, 1, lines.count()}};
  }
}

}  // namespace

Expected<Analysis> analyse(ChangeSet changes, SourceTree& before, const FactTables& facts, const RunOptions& options) {
  Analysis analysis;
  analysis.changes = std::move(changes);
  judge_anew_outside_tests(analysis.changes);
  RT_TRY(lower_both_sides(analysis, before, facts, options));
  RT_TRY(add_flows(analysis, before, facts, options));
  analysis.delta = compare(analysis.sides, facts);
  point_at_causes(analysis.delta, analysis.sides, analysis.changes);
  return analysis;
}

Expected<FactTables> fact_tables_of(const CheckSet& checks) {
  FactTables facts = FactTables::builtin();
  for (const auto& [name, text] : checks.fact_tables()) RT_TRY(facts.add(name, text));
  return facts;
}

std::vector<RuleView> rules_with_the_gate(const CheckSet& checks) {
  std::vector<RuleView> rules = checks.rules();
  rules.insert(rules.end(), gate_rules().begin(), gate_rules().end());
  rules.push_back(gap_rule());
  return rules;
}

Expected<Review> run(ChangeSet changes, SourceTree& before, const CheckSet& checks, const Policy& policy,
                     const RunOptions& options) {
  RT_TRY(const FactTables facts, fact_tables_of(checks));
  RT_TRY(Analysis analysis, analyse(std::move(changes), before, facts, options));
  return review(std::move(analysis), {before, facts, checks, policy}, options);
}

Expected<Review> review(Analysis analysis, const ReviewInputsView& inputs, const RunOptions& options) {
  const Policy& policy = inputs.policy;
  Review review;
  ReferrerSearch referrers(analysis, inputs.before, inputs.facts, options);
  const DeltaView view{analysis.changes, analysis.sides, analysis.delta, inputs.facts, &inputs.before, &referrers};
  std::vector<Finding> findings = run_checks(inputs.checks, view);
  RT_TRY(referrers.outcome());
  review.gaps = collect_gaps(analysis.sides.before.gaps, analysis.sides.after.gaps);
  if (!wants_advice(policy)) drop_advice(findings, inputs.checks);
  for (Finding& finding : findings_of_gaps(analysis.changes, review.gaps)) findings.push_back(std::move(finding));
  for (Gap& gap : opaque_files(analysis.changes)) review.gaps.push_back(std::move(gap));
  drop_told_of_choices(findings);
  drop_repeats(findings, inputs.facts);
  RT_TRY(add_reach(findings, analysis, inputs.before, inputs.facts, options));
  for (Finding& finding : gate_findings(analysis.changes, policy, &inputs.before))
    findings.push_back(std::move(finding));
  write_fixes(findings, analysis);
  fingerprint(findings, declare_environments(findings, analysis.changes, &inputs.before, policy, options.target));
  review.provenance = detect(analysis.changes, options.testimony);
  const ChangeWords words(analysis.changes);
  const CircumstancesView circumstances{policy, review.provenance, analysis.changes, words, options.today};
  review.remarks = policy.remarks;
  review.findings = judge_all(std::move(findings), circumstances, review.remarks);
  review.score = combined_score(review.findings);
  review.changes = std::move(analysis.changes);
  review.unknown_files = std::move(analysis.unknown_files);
  // The gate's own files have no front end, and are read all the same.
  std::erase_if(review.unknown_files, [](const Path& path) { return detect_stack(path, {}) == Stack::Redtag; });
  review.policy = policy;
  review.packs = inputs.checks.packs();
  review.rules = rules_with_the_gate(inputs.checks);
  review.ruleset_digest = inputs.checks.digest();
  review.version = options.version;
  review.program = options.program;
  review.complete = analysis.complete;
  review.incomplete_because = std::move(analysis.incomplete_because);
  return review;
}

}  // namespace redtag
