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

}  // namespace

std::vector<std::string> declare_environments(std::vector<Finding>& findings, const ChangeSet& changes,
                                              SourceTree* before, const Policy& policy) {
  std::vector<std::string> names(findings.size());
  if (policy.environments.empty()) return names;
  for (std::size_t i = 0; i < findings.size(); ++i) {
    Finding& finding = findings[i];
    std::optional<Environment> declared = declared_entity(policy, finding.entity);
    if (finding.region.valid()) {
      declared = worse_of(declared, declared_file(changes.file(finding.region.file), before, policy));
    }
    if (!declared) continue;
    finding.environment = *declared;
    finding.environment_proven = true;
    names[i] = environment_name(*declared);
  }
  return names;
}

}  // namespace redtag
