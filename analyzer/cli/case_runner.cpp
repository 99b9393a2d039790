#include "cli/case_runner.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "change/load.h"
#include "cli/phases.h"
#include "cli/source.h"
#include "gate/gate.h"
#include "run/gaps.h"
#include "run/run.h"

namespace redtag::cli {

namespace {

std::string parent(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, std::max<std::size_t>(slash, 1));
}

std::string last_part(const std::string& path) { return path.substr(path.rfind('/') + 1); }

/// The tree that the change starts from: the unchanged files, and what the patch shows of the others.
MemoryTree tree_before(const GoldenCase& golden, const ChangeSet& changes) {
  std::map<Path, std::string> files = golden.files;
  for (const FileChange& file : changes.files) {
    if (file.before_path && file.before.kind == ImageKind::Whole)
      files.insert_or_assign(*file.before_path, file.before.text);
  }
  return MemoryTree(std::move(files));
}

std::vector<std::string> split_lines(const std::string& text) {
  std::vector<std::string> lines;
  for (const std::string_view line : split(text, '\n')) lines.emplace_back(line);
  if (!lines.empty() && lines.back().empty()) lines.pop_back();
  return lines;
}

/// Lines that one list has and the other has not, in order, as a diff of sets would show them.
void add_difference(std::vector<std::string>& problems, const std::vector<std::string>& expected,
                    const std::vector<std::string>& actual) {
  std::vector<std::string> missing = expected, extra = actual;
  for (const std::string& line : actual) {
    const auto found = std::find(missing.begin(), missing.end(), line);
    if (found != missing.end()) missing.erase(found);
  }
  for (const std::string& line : expected) {
    const auto found = std::find(extra.begin(), extra.end(), line);
    if (found != extra.end()) extra.erase(found);
  }
  for (const std::string& line : missing) problems.push_back("expected, and not there: " + line);
  for (const std::string& line : extra) problems.push_back("there, and not expected: " + line);
  if (missing.empty() && extra.empty()) problems.push_back("the same lines in another order");
}

/// Whether the folder's check fired: on any stack, or on `stack` only if one is named.
bool fired(const Review& review, const std::string& check, const std::string& stack) {
  return std::any_of(review.findings.begin(), review.findings.end(), [&](const JudgedFinding& judged) {
    const std::string& rule = judged.finding.rule;
    const std::string tail = stack.empty() ? "/" + check : stack + "/" + check;
    return rule == tail || (rule.ends_with(tail) && (stack.empty() || rule[rule.size() - tail.size() - 1] == '/'));
  });
}

void check_promise(const GoldenCase& golden, const CheckFolder& folder, const Review& review,
                   std::vector<std::string>& problems) {
  const CaseName name = read_case_name(golden.path);
  switch (name.promise) {
    case Promise::None:
      problems.push_back("a case of a check is called fires_, silent_, todo_fires_ or todo_silent_, then the stack");
      break;
    case Promise::Fires:
      if (!fired(review, folder.name, name.stack))
        problems.push_back(fmt::format("{}/{} must fire here", name.stack, folder.name));
      break;
    case Promise::Silent:
      if (fired(review, folder.name, {})) problems.push_back(folder.name + " must be silent here");
      break;
    case Promise::TodoFires:
      if (fired(review, folder.name, name.stack)) problems.push_back("fires now: rename the case to fires_");
      break;
    case Promise::TodoSilent:
      if (!fired(review, folder.name, {})) problems.push_back("is silent now: rename the case to silent_");
      break;
  }
  // A case that redtag cannot read proves nothing.
  for (const Gap& gap : review.gaps) {
    if (!gap.region.valid()) continue;  // of the run as a whole: no text went unread
    const FileChange* file = gap.region.valid() ? &review.changes.file(gap.region.file) : nullptr;
    problems.push_back(
        fmt::format("could not be read: {}{}", file == nullptr ? "" : file->shown_path() + ": ", gap.reason));
  }
}

/// What a case's name promises the other way round: a known weakness, which must still be wrong.
constexpr std::string_view todo_prefix = "todo_";

/// Why the review is not what the case wants; empty if it is.
std::string unlike(const Wanted& wanted, const Review& review) {
  switch (wanted.outcome) {
    case Wanted::Outcome::Silence: return review.findings.empty() ? "" : "wanted silence";
    case Wanted::Outcome::NoHold: return review.held() ? "wanted no hold" : "";
    case Wanted::Outcome::Hold: break;
  }
  const auto answers = [&](const JudgedFinding& judged) {
    return judged.holds() && judged.finding.category == wanted.category && judged.finding.severity >= wanted.at_least;
  };
  if (std::any_of(review.findings.begin(), review.findings.end(), answers)) return "";
  return fmt::format("wanted a hold: {}, {} at the least", category_name(wanted.category),
                     severity_name(wanted.at_least));
}

void check_wanted(const GoldenCase& golden, const Review& review, std::vector<std::string>& problems) {
  const std::string why = unlike(*golden.wanted, review);
  if (last_part(golden.path).starts_with(todo_prefix)) {
    if (why.empty()) problems.push_back("is as wanted now: rename the case without todo_");
    return;
  }
  if (why.empty()) return;
  problems.push_back(why);
  for (const std::string& line : finding_lines(review)) problems.push_back("there is: " + line);
}

/// The name of a house's pack that the folder's check belongs to; empty for ours.
std::string pack_of(const CheckSet& checks, const CheckFolder& folder) {
  for (const RuleView& rule : checks.rules()) {
    if (rule.check == folder.name && !rule.pack.empty()) return std::string(rule.pack);
  }
  return {};
}

/// A house's cases speak of its own rules only: a new rule of ours must not break them.
void keep_own(Review& review, const std::string& pack) {
  if (pack.empty()) return;
  std::erase_if(review.findings, [&](const JudgedFinding& judged) {
    return !judged.finding.rule.starts_with(pack + "/") && !judged.finding.rule.starts_with("redtag/");
  });
}

/// Rules that belong to no pack have cases and no check.yaml; their folders lie together.
bool is_own_rule(std::string_view category, std::string_view name) {
  constexpr std::string_view own_category = "gate";
  if (category != own_category) return false;
  const auto named = [&](const RuleView& rule) { return rule.check == name; };
  return named(gap_rule()) || std::any_of(gate_rules().begin(), gate_rules().end(), named);
}

Expected<std::vector<std::string>> staged(const GoldenCase& golden, ChangeSet changes, const CheckSet& checks) {
  if (golden.stage == Stage::Change) return split_lines(print_changes(changes));
  MemoryTree before = tree_before(golden, changes);
  FactTables facts = FactTables::builtin();
  for (const auto& [name, text] : checks.fact_tables()) RT_TRY(facts.add(name, text));
  RT_TRY(const Analysis analysis, analyse(std::move(changes), before, facts, {}));
  return split_lines(golden.stage == Stage::Resources ? print_models(analysis.sides)
                                                      : print(analysis.delta, analysis.sides));
}

}  // namespace

std::optional<CheckFolder> folder_of(const std::string& path) {
  const std::string folder = parent(path);
  const std::string category = parent(folder);
  if (!disk_tree(folder)->read("check.yaml") && !is_own_rule(last_part(category), last_part(folder)))
    return std::nullopt;
  return CheckFolder{parent(category), last_part(folder)};
}

CaseName read_case_name(const std::string& path) {
  struct Prefix {
    std::string_view text;
    Promise promise;
  };
  constexpr Prefix prefixes[] = {{"fires_", Promise::Fires},
                                 {"silent_", Promise::Silent},
                                 {"todo_fires_", Promise::TodoFires},
                                 {"todo_silent_", Promise::TodoSilent}};
  const std::string file = last_part(path);
  for (const Prefix& prefix : prefixes) {
    if (!file.starts_with(prefix.text)) continue;
    const std::string rest = file.substr(prefix.text.size());
    return {prefix.promise, rest.substr(0, rest.find_first_of("_."))};
  }
  return {};
}

Expected<std::shared_ptr<const CheckSet>> CaseRunner::checks_of(const std::string& pack) {
  const auto found = read_.find(pack);
  if (found != read_.end()) return found->second;
  RT_TRY(CheckSet checks, find_checks({}, {}, packs_));
  if (!pack.empty() && std::find(packs_.begin(), packs_.end(), pack) == packs_.end()) {
    const std::unique_ptr<SourceTree> tree = disk_tree(pack);
    // Our own cases run two thousand times, each in a process of its own: reading the checks again would be most of its time.
    if (!is_builtin_pack(*tree, "")) {
      RT_TRY(checks.add_pack_by_hand(pack, *tree, ""));
    }
  }
  auto shared = std::make_shared<const CheckSet>(std::move(checks));
  read_.emplace(pack, shared);
  return shared;
}

namespace {

Expected<ChangeSet> changes_of(const GoldenCase& golden) {
  RT_TRY(ChangeSet changes, read_patch(golden.patch, golden.path, Images::Whole));
  if (golden.message) changes.messages.assign(1, *golden.message);
  return changes;
}

}  // namespace

Expected<Review> review_case(const GoldenCase& golden, const CheckSet& checks) {
  RT_TRY(ChangeSet changes, changes_of(golden));
  Policy policy;
  if (golden.policy) {
    RT_TRY(policy, read_policy(*golden.policy, ".redtag.yaml"));
  }
  MemoryTree before = tree_before(golden, changes);
  return redtag::run(std::move(changes), before, checks, policy, {});
}

Expected<CaseOutcome> CaseRunner::run(const GoldenCase& golden) {
  const std::optional<CheckFolder> folder = folder_of(golden.path);
  RT_TRY(const std::shared_ptr<const CheckSet> checks, checks_of(folder ? folder->pack : std::string()));
  CaseOutcome outcome;
  if (golden.stage == Stage::Change || golden.stage == Stage::Resources || golden.stage == Stage::Delta) {
    RT_TRY(ChangeSet changes, changes_of(golden));
    RT_TRY(outcome.actual, staged(golden, std::move(changes), *checks));
  } else {
    RT_TRY(Review review, review_case(golden, *checks));
    if (folder) keep_own(review, pack_of(*checks, *folder));
    if (golden.wanted) {
      check_wanted(golden, review, outcome.problems);
      return outcome;
    }
    outcome.actual = golden.stage == Stage::Score ? score_lines(review) : finding_lines(review);
    if (folder) check_promise(golden, *folder, review, outcome.problems);
  }
  if (outcome.actual != golden.expected) add_difference(outcome.problems, golden.expected, outcome.actual);
  return outcome;
}

}  // namespace redtag::cli
