// Environments that a policy declares.
#include <algorithm>
#include <optional>

#include "base/text.h"
#include "judge/judge.h"
#include "trait/environment.h"

namespace redtag {
namespace {

bool any_glob(const std::vector<std::string>& globs, std::string_view text) {
  return std::any_of(globs.begin(), globs.end(), [&](const std::string& glob) { return glob_match(glob, text); });
}

std::optional<Environment> worse_of(std::optional<Environment> a, std::optional<Environment> b) {
  if (!a || !b) return a ? a : b;
  return worse(*a, *b);
}

std::optional<Environment> declared_path(const Policy& policy, std::string_view path) {
  std::optional<Environment> found;
  for (const EnvironmentDeclaration& declared : policy.environments) {
    if (any_glob(declared.paths, path)) found = worse_of(found, declared.environment);
  }
  return found;
}

std::optional<Environment> declared_entity(const Policy& policy, std::string_view entity) {
  std::optional<Environment> found;
  for (const EnvironmentDeclaration& declared : policy.environments) {
    if (any_glob(declared.evidence, entity)) found = worse_of(found, declared.environment);
  }
  return found;
}

/// Did the file's directory stand before the change? One that comes with it proves nothing.
bool stood_before(const FileChange& file, SourceTree* before) {
  if (file.before_path) return true;
  const auto slash = file.after_path->rfind('/');
  return before != nullptr && slash != std::string::npos && !before->list(file.after_path->substr(0, slash)).empty();
}

std::optional<Environment> declared_file(const FileChange& file, SourceTree* before, const Policy& policy) {
  std::optional<Environment> found;
  bool everywhere = true;
  for (const auto& path : {file.before_path, file.after_path}) {
    if (!path) continue;
    const auto here = declared_path(policy, *path);
    everywhere = everywhere && here.has_value();
    found = worse_of(found, here);
  }
  if (found && low_environment(*found) && (!everywhere || !stood_before(file, before))) return std::nullopt;
  return found;
}

/// `prod` of `refs/heads/prod` and `origin/prod`: what a policy's globs and a reader call it.
std::string_view branch_name(std::string_view target) {
  for (const std::string_view prefix : {"refs/heads/", "refs/remotes/", "origin/", "upstream/"}) {
    if (target.starts_with(prefix)) target.remove_prefix(prefix.size());
  }
  return target;
}

std::optional<Environment> declared_branch(const Policy& policy, std::string_view branch) {
  std::optional<Environment> found;
  for (const EnvironmentDeclaration& declared : policy.environments) {
    if (!branch.empty() && any_glob(declared.branches, branch)) found = worse_of(found, declared.environment);
  }
  return found;
}

void add_branch(Finding& finding, Environment environment, std::string_view branch) {
  finding.environment = environment;
  finding.environment_proven = true;
  finding.evidence.push_back({{}, "the change is for the branch " + shortened(printable(branch), 80)});
}

}  // namespace

std::vector<std::string> declare_environments(std::vector<Finding>& findings, const ChangeSet& changes,
                                              SourceTree* before, const Policy& policy, std::string_view target) {
  std::vector<std::string> names(findings.size());
  const std::string_view branch = branch_name(target);
  const std::optional<Environment> by_policy = declared_branch(policy, branch);
  const Environment by_name = environment_in(branch);
  for (std::size_t i = 0; i < findings.size(); ++i) {
    Finding& finding = findings[i];
    std::optional<Environment> declared = declared_entity(policy, finding.entity);
    if (finding.region.valid()) {
      declared = worse_of(declared, declared_file(changes.file(finding.region.file), before, policy));
    }
    if (declared) {
      finding.environment = *declared;
      finding.environment_proven = true;
      names[i] = environment_name(*declared);
    } else if (finding.environment == Environment::Unknown && by_policy) {
      add_branch(finding, *by_policy, branch);  // not part of the name: a clearance is for its branch anyhow
    } else if (finding.environment == Environment::Unknown && !low_environment(by_name) &&
               by_name != Environment::Unknown) {
      add_branch(finding, by_name, branch);
    }
  }
  return names;
}

}  // namespace redtag
