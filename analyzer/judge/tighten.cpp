// The policy that an organisation's and a repository's make together.
#include <fmt/format.h>

#include <algorithm>

#include "base/hash.h"
#include "base/text.h"
#include "judge/policy_change.h"

namespace redtag {
namespace {

template <class T>
void add_missing(std::vector<T>& into, const std::vector<T>& from) {
  for (const T& value : from) {
    if (std::find(into.begin(), into.end(), value) == into.end()) into.push_back(value);
  }
}

bool delegated(const Policy& organisation, std::string_view key) {
  return std::find(organisation.delegates.begin(), organisation.delegates.end(), key) != organisation.delegates.end();
}

/// True if a glob matches all that another one matches. `?` may take a `*` for a byte, so it proves nothing there.
bool contains(std::string_view wide, std::string_view narrow) {
  const bool told = wide.find('?') == std::string_view::npos || narrow.find('*') == std::string_view::npos;
  return wide == narrow || (told && glob_match(wide, narrow));
}

/// Globs of what both lists match. Where two overlap and neither contains the other, what they share is left out: that lets less pass.
std::vector<std::string> common_globs(const std::vector<std::string>& some, const std::vector<std::string>& others) {
  std::vector<std::string> common;
  for (const std::string& one : some) {
    for (const std::string& other : others) {
      if (contains(one, other)) {
        common.push_back(other);
      } else if (contains(other, one)) {
        common.push_back(one);
      }
    }
  }
  return common;
}

/// Both must allow a role; where both limit it, what both let it clear.
std::vector<Role> common_roles(const std::vector<Role>& ours, const std::vector<Role>& theirs) {
  std::vector<Role> roles;
  for (const Role& role : ours) {
    const auto other =
        std::find_if(theirs.begin(), theirs.end(), [&](const Role& one) { return one.name == role.name; });
    if (other == theirs.end()) continue;
    Role both = role;
    if (both.categories.empty()) {
      both.categories = other->categories;
    } else if (!other->categories.empty()) {
      std::erase_if(both.categories, [&](Category category) {
        return std::find(other->categories.begin(), other->categories.end(), category) == other->categories.end();
      });
      if (both.categories.empty()) continue;  // an empty list would mean everything
    }
    if (both.paths.empty()) {
      both.paths = other->paths;
    } else if (!other->paths.empty()) {
      both.paths = common_globs(both.paths, other->paths);
      if (both.paths.empty()) continue;
    }
    roles.push_back(std::move(both));
  }
  return roles;
}

void tighten_lanes(Policy& policy, const Policy& repository) {
  add_missing(policy.lanes.draft_only, repository.lanes.draft_only);
  add_missing(policy.lanes.senior_required, repository.lanes.senior_required);
  std::sort(policy.lanes.draft_only.begin(), policy.lanes.draft_only.end());
  std::sort(policy.lanes.senior_required.begin(), policy.lanes.senior_required.end());
}

/// Thresholds that hold and environments that are not low only add; what lowers must have been delegated.
void tighten_rules(Policy& policy, const Policy& organisation, const Policy& repository) {
  for (const Threshold& threshold : repository.thresholds) {
    if (threshold.verdict == Verdict::Hold || delegated(organisation, "thresholds"))
      policy.thresholds.push_back(threshold);
  }
  for (const EnvironmentDeclaration& declared : repository.environments) {
    if (!low_environment(declared.environment) || delegated(organisation, "environments"))
      policy.environments.push_back(declared);
  }
  if (delegated(organisation, "excludes")) add_missing(policy.excludes, repository.excludes);
  // A house's own checks and rows can only add findings, but a company may want to know all that decides.
  add_missing(policy.packs, repository.packs);
  add_missing(policy.facts, repository.facts);
}

void tighten_terms(Policy& policy, const Policy& repository) {
  policy.clearance.lifetime_days = std::min(policy.clearance.lifetime_days, repository.clearance.lifetime_days);
  std::erase_if(policy.clearance.witnesses, [&](const std::string& key) {
    return std::find(repository.clearance.witnesses.begin(), repository.clearance.witnesses.end(), key) ==
           repository.clearance.witnesses.end();
  });
  policy.break_glass.signers = std::max(policy.break_glass.signers, repository.break_glass.signers);
  policy.break_glass.hours = std::min(policy.break_glass.hours, repository.break_glass.hours);
  policy.break_glass.shown_days = std::max(policy.break_glass.shown_days, repository.break_glass.shown_days);
  if (policy.break_glass.roles.empty()) policy.break_glass.roles = repository.break_glass.roles;
}

}  // namespace

Policy tighten(const Policy& organisation, const Policy& repository) {
  Policy policy = organisation;
  policy.profile = std::max(organisation.profile, repository.profile);
  if (compare_versions(policy.minimum_version, repository.minimum_version) < 0)
    policy.minimum_version = repository.minimum_version;
  tighten_rules(policy, organisation, repository);
  tighten_lanes(policy, repository);
  // A repository without a file says nothing about roles; one with a file names those of the organisation's that it knows.
  if (!repository.origin.empty()) policy.roles = common_roles(organisation.roles, repository.roles);
  add_missing(policy.two_person, repository.two_person);
  if (!repository.origin.empty()) tighten_terms(policy, repository);
  policy.digest = repository.digest.empty() ? organisation.digest : sha256_hex(organisation.digest + repository.digest);
  if (!repository.origin.empty()) policy.origin = organisation.origin + " over " + repository.origin;
  if (repository.origin.empty()) return policy;
  for (const PolicyChange& change : compare(repository, policy)) {
    if (change.move != PolicyMove::Stronger) continue;
    policy.remarks.push_back(
        fmt::format("the organisation's policy overrules the repository's ({}): {}", change.key, change.sentence));
  }
  return policy;
}

}  // namespace redtag
