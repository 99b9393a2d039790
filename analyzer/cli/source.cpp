#include "cli/source.h"

#include "cli/clearances.h"

#include <algorithm>
#include <array>
#include <ctime>

#include "base/text.h"
#include "change/load.h"
#include "gate/gate.h"
#include "judge/policy_change.h"
#include "run/advice.h"
#include "run/gaps.h"
#include "run/plan.h"

namespace redtag::cli {

namespace {

Expected<Source> open_patch(const ChangeOptions& options) {
  Source source;
  RT_TRY(const std::string text, read_file(options.patch));
  const std::string name = options.patch == "-" ? "standard input" : options.patch;
  RT_TRY(source.changes, read_patch(text, name, options.whole ? Images::Whole : Images::AsProven));
  if (options.repository.empty()) {
    source.before = std::make_unique<MemoryTree>(std::map<Path, std::string>());
    return source;
  }
  RT_TRY(source.repository, Repository::open(options.repository));
  const std::string base = options.base.empty() ? "HEAD" : options.base;
  RT_TRY(source.before, source.repository->tree(base));
  RT_TRY(source.target, source.repository->tree(base));
  std::vector<Path> unapplied;
  RT_TRY(complete_images(source.changes, *source.before, unapplied));
  return source;
}

/// A plan, and the tree that was planned if it is at hand.
Expected<Source> open_planned(const ChangeOptions& options) {
  Source source;
  RT_TRY(source.plan, read_file(options.plan));
  if (options.repository.empty()) return source;
  RT_TRY(source.repository, Repository::open(options.repository));
  const std::string base = options.base.empty() ? "HEAD" : options.base;
  RT_TRY(source.before, source.repository->tree(base));
  RT_TRY(source.target, source.repository->tree(base));
  return source;
}

Expected<ChangeSet> read_changes(Repository& repository, const ChangeOptions& options) {
  if (!options.merge.empty()) return repository.merge(options.merge[0], options.merge[1]);
  if (!options.range.empty()) return repository.range(options.range);
  if (options.staged) return repository.staged();
  return repository.worktree();
}

/// A tree to start from; a repository without a commit starts from nothing.
Expected<std::unique_ptr<SourceTree>> tree_or_nothing(Repository& repository, const std::string& revision) {
  if (revision.empty()) return std::make_unique<MemoryTree>(std::map<Path, std::string>());
  return repository.tree(revision);
}

}  // namespace

std::string target_of(const ChangeOptions& options) {
  if (!options.merge.empty()) return options.merge[0];
  const auto dots = options.range.find("..");
  if (dots == std::string::npos) return "HEAD";
  return dots == 0 ? "HEAD" : options.range.substr(0, dots);
}

Expected<Source> open_source(const ChangeOptions& options) {
  const int named = (options.range.empty() ? 0 : 1) + (options.merge.empty() ? 0 : 1) + (options.staged ? 1 : 0) +
                    (options.worktree ? 1 : 0) + (options.patch.empty() ? 0 : 1) + (options.plan.empty() ? 0 : 1);
  if (named > 1)
    return fail(ErrorCode::Usage,
                "name one change: a range, --merge, --staged, --worktree, --patch or --plan, not several");
  if (!options.range.empty() && options.range.find("..") == std::string::npos) {
    return fail(ErrorCode::Usage, "expected BASE..HEAD or BASE...HEAD, got '" + options.range + "'");
  }
  Expected<Source> opened = [&]() -> Expected<Source> {
    if (!options.patch.empty()) return open_patch(options);
    if (!options.plan.empty()) return open_planned(options);
    Source source;
    RT_TRY(source.repository, Repository::open(options.repository.empty() ? "." : options.repository));
    RT_TRY(source.changes, read_changes(*source.repository, options));
    RT_TRY(source.before, tree_or_nothing(*source.repository, source.changes.endpoints.base_tree));
    const bool unborn = source.changes.endpoints.base_commit.empty() && options.range.empty() && options.merge.empty();
    RT_TRY(source.target, tree_or_nothing(*source.repository, unborn ? std::string() : target_of(options)));
    return source;
  }();
  if (opened && !options.message.empty()) {
    RT_TRY(std::string message, read_file(options.message));
    opened->changes.messages.assign(1, std::move(message));
  }
  return opened;
}

namespace {

PlanInput plan_of(const Source& source, const ChangeOptions& named) {
  return {*source.plan, named.plan == "-" ? "standard input" : named.plan, source.before.get(), named.root};
}

}  // namespace

Expected<Review> review_source(Source& source, const ChangeOptions& named, const RunInputsView& inputs) {
  if (source.plan) return run_plan(plan_of(source, named), inputs.checks, inputs.policy, inputs.options);
  return run(std::move(source.changes), *source.before, inputs.checks, inputs.policy, inputs.options);
}

Expected<Analysis> analyse_source(Source& source, const ChangeOptions& named, const FactTables& facts,
                                  const RunOptions& options) {
  if (source.plan) return analyse_plan(plan_of(source, named), facts, options);
  return analyse(std::move(source.changes), *source.before, facts, options);
}

namespace {

/// A file of the host is named by its last part: a report holds no path of the machine.
Expected<Policy> read_policy_file(const std::string& file) {
  RT_TRY(const std::string text, read_file(file));
  return read_policy(text, file.substr(file.rfind('/') + 1));
}

Expected<Policy> repository_policy(const Source& source, const std::string& file) {
  if (!file.empty()) return read_policy_file(file);
  if (source.target != nullptr) {
    if (const auto text = source.target->read(".redtag.yaml")) return read_policy(*text, ".redtag.yaml");
  }
  return Policy();
}

}  // namespace

Expected<Policy> find_policy(const Source& source, const PolicyOptions& options) {
  RT_TRY(Policy policy, repository_policy(source, options.policy));
  if (!options.organisation.empty()) {
    RT_TRY(const Policy organisation, read_policy_file(options.organisation));
    policy = tighten(organisation, policy);
  }
  if (compare_versions(REDTAG_VERSION, policy.minimum_version) < 0) {
    return fail(ErrorCode::Input, "this is redtag " REDTAG_VERSION ", and the policy wants " +
                                      printable(policy.minimum_version) +
                                      " or newer: an older one may miss what it asks for; install a newer one");
  }
  return policy;
}

std::vector<RuleView> all_rules(const CheckSet& checks) {
  std::vector<RuleView> rules = rules_with_the_gate(checks);
  std::sort(rules.begin(), rules.end(), [](const RuleView& a, const RuleView& b) { return a.id < b.id; });
  return rules;
}

Expected<std::string> day_of(const std::string& at) {
  if (!at.empty()) {
    const bool day = at.size() >= 10 && at[4] == '-' && at[7] == '-';
    if (!day)
      return fail(ErrorCode::Usage, "expected --at YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ, got '" + printable(at) + "'");
    return at.substr(0, 10);
  }
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::array<char, 16> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%d", &parts);
  return std::string(text.data());
}

Expected<CheckSet> find_checks(const Source& source, const Policy& policy,
                               const std::vector<std::string>& directories) {
  CheckSet checks = CheckSet::builtin();
  if (source.target != nullptr) {
    for (const std::string& pack : policy.packs) {
      const bool ours = pack == advice_pack && source.target->list(pack).empty();
      if (!ours) RT_TRY(checks.add_pack(pack, *source.target, pack));
    }
    for (const std::string& table : policy.facts) {
      const auto text = source.target->read(table);
      if (!text)
        return fail(ErrorCode::Missing,
                    "the policy names the fact table " + printable(table) + ", which the target does not have");
      checks.add_facts(table, *text);
    }
  }
  for (const std::string& directory : directories) {
    const std::unique_ptr<SourceTree> tree = disk_tree(directory);
    RT_TRY(checks.add_pack_by_hand(directory, *tree, ""));
  }
  return checks;
}

}  // namespace redtag::cli
