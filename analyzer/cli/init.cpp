// redtag init: a commented policy that fits the repository.
#include <unistd.h>

#include <fmt/format.h>

#include <map>
#include <set>

#include "base/text.h"
#include "change/git/sealed_directory.h"
#include "cli/source.h"
#include "judge/policy_change.h"
#include "stack/stack.h"
#include "trait/environment.h"

namespace redtag::cli {
namespace {

constexpr std::size_t most_entries = 50'000;  ///< of a tree that are looked at
constexpr std::size_t most_globs = 8;         ///< of one environment that are written

/// What the tree says of itself.
struct Survey {
  std::map<Stack, std::size_t> stacks;
  std::map<Environment, std::set<std::string>> environments;  ///< globs of directories
  bool complete = true;
};

bool names_environment(Environment environment) {
  return environment != Environment::Unknown && environment != Environment::Shared;
}

Survey survey(SourceTree& tree) {
  Survey found;
  std::size_t entries = 0;
  std::vector<std::string> open{""};
  while (!open.empty()) {
    const std::string directory = std::move(open.back());
    open.pop_back();
    for (const TreeEntry& entry : tree.list(directory)) {
      if (++entries > most_entries) {
        found.complete = false;
        return found;
      }
      const std::string path = directory.empty() ? entry.name : directory + "/" + entry.name;
      if (!entry.directory) {
        const Stack stack = detect_stack(path, {});
        if (stack != Stack::None && stack != Stack::Redtag) ++found.stacks[stack];
        continue;
      }
      if (entry.name == ".git" || entry.name == "node_modules" || entry.name == "vendor") continue;
      const Environment environment = environment_in(entry.name);
      // Below a directory that names one, everything is it.
      if (names_environment(environment) && !is_test_path(path + "/x")) {
        found.environments[environment].insert(path + "/*");
        // `live/dev` says more than `live`, which only holds it.
        for (auto& [other, globs] : found.environments) globs.erase(directory + "/*");
      }
      open.push_back(path);
    }
  }
  return found;
}

/// The branch that the clone's origin calls its own, or the one that is checked out.
std::string default_branch(const RepositoryPlaces& places) {
  for (const std::string& name :
       {places.common_directory + "/refs/remotes/origin/HEAD", places.git_directory + "/HEAD"}) {
    const auto text = read_file(name);
    if (!text || !text->starts_with("ref: ")) continue;
    const std::string_view ref = trim(std::string_view(*text).substr(5));
    for (const std::string_view prefix : {"refs/remotes/origin/", "refs/heads/"}) {
      if (ref.starts_with(prefix)) return printable(ref.substr(prefix.size()));
    }
  }
  return "main";
}

std::string quoted_list(const std::set<std::string>& globs) {
  std::string text;
  for (const std::string& glob : globs) {
    std::string escaped;
    for (const char c : printable(glob)) escaped += c == '\'' ? std::string("''") : std::string(1, c);
    text += (text.empty() ? "'" : ", '") + escaped + "'";
  }
  return "[" + text + "]";
}

std::string environment_lines(const Survey& found) {
  std::string out =
      "# Which files are which environment. What is declared here is part of a finding's fingerprint. Low environments "
      "cap\n"
      "# severity at medium, so they stay commented out until somebody has looked.\n";
  std::string live, low;
  for (const auto& [environment, globs] : found.environments) {
    const bool some = globs.size() > most_globs;
    std::set<std::string> first;
    for (const std::string& glob : globs) {
      if (first.size() < most_globs) first.insert(glob);
    }
    const std::string line = fmt::format("  {}: {{paths: {}}}{}\n", environment_name(environment), quoted_list(first),
                                         some ? fmt::format("  # and {} more", globs.size() - most_globs) : "");
    (low_environment(environment) ? low : live) += (low_environment(environment) ? "#" : "") + line;
  }
  if (live.empty()) live = "#  production: {paths: ['live/*'], evidence: ['*prod*']}\n";
  if (live.front() == '#') return out + "#environments:\n" + live + low;
  return out + "environments:\n" + live + low;
}

std::string policy_text(const Survey& found, const std::string& branch) {
  std::string stacks;
  for (const auto& [stack, count] : found.stacks)
    stacks += fmt::format("{}{} ({} files)", stacks.empty() ? "" : ", ", stack_name(stack), count);
  return fmt::format(
             "# The policy of redtag. It is read from the tip of the branch that a change is merged into (here: {}), "
             "never from the change.\n"
             "# `redtag policy check` says in words what it means. Lists extend the defaults; what is commented out is "
             "a default or an example.\n"
             "# Found here: {}{}.\n\n"
             "# advise only notes (for the first weeks); standard holds high and critical; strict holds medium too.\n"
             "profile: standard\n\n",
             branch, stacks.empty() ? "nothing that redtag reads" : stacks,
             found.complete ? "" : ", and more than was looked at") +
         environment_lines(found) +
         "\n# Checks of your own (`redtag new NAME --in .redtag/checks/control-plane`), and tables of in-house modules "
         "that hold data.\n"
         "#packs: [.redtag/checks]\n"
         "#facts: [.redtag/facts.tsv]\n\n"
         "# What holds beyond the profile, and what need not.\n"
         "#thresholds:\n"
         "#  - {category: control-plane, severity: medium, environment: production}\n"
         "#  - {score: 80}\n"
         "#  - {verdict: note, category: missing-rollback, environment: shared, reason: restored from the vendor's "
         "side}\n\n"
         "# A place where redtag should know better: with a reason, until a day. What destroys must name the entity.\n"
         "#excludes:\n"
         "#  - rule: terraform/remove-resource\n"
         "#    entity: 'scratch:*'\n"
         "#    reason: rebuilt every night from seeds\n"
         "#    until: 2030-06-30\n\n"
         "# What a change with evidence of an assistant may do; `redtag policy lanes` prints the table.\n"
         "#lanes:\n"
         "#  senior_required: [deletion, re-creation, production-data, identity]\n"
         "#  draft_only: [network]\n\n"
         "# Who may clear what. Persons and their keys stand in .redtag/people.yaml and .redtag/allowed_signers.\n"
         "#roles:\n"
         "#  senior: {}\n"
         "#  dba: {categories: [destructive, missing-rollback], paths: ['db/*']}\n"
         "#two_person:\n"
         "#  extreme: {score: 90}\n"
         "#clearance: {lifetime_days: 30}\n"
         "#break_glass: {signers: 2, hours: 24, shown_days: 30}\n";
}

Expected<void> write_policy(const InitOptions& options) {
  RT_TRY(const RepositoryPlaces places, find_repository(options.repository.empty() ? "." : options.repository));
  if (places.work_tree.empty())
    return fail(ErrorCode::Usage, "a bare repository has no work tree to write .redtag.yaml into");
  const std::string file = places.work_tree + "/.redtag.yaml";
  if (!options.force && ::access(file.c_str(), F_OK) == 0) {
    return fail(ErrorCode::Usage,
                ".redtag.yaml is there already; `redtag policy check` says what it means, --force writes over it");
  }
  const std::unique_ptr<SourceTree> tree = disk_tree(places.work_tree);
  const std::string text = policy_text(survey(*tree), default_branch(places));
  RT_TRY(const Policy policy, read_policy(text, ".redtag.yaml"));
  RT_TRY(write_file(file, text));
  return print_out("Wrote .redtag.yaml. What it means:\n\n" + policy_words(policy) +
                   "\nIt counts once it stands on the branch that changes are merged into.\n");
}

}  // namespace

int init(const InitOptions& options) {
  const Expected<void> done = write_policy(options);
  return done ? 0 : complain(done.error());
}

}  // namespace redtag::cli
