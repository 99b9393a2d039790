// Who may clear a finding, and how many of them it takes.
#include <algorithm>

#include "base/text.h"
#include "judge/policy.h"

namespace redtag {
namespace {

template <class T>
bool among(const std::vector<T>& list, const T& value) {
  return list.empty() || std::find(list.begin(), list.end(), value) != list.end();
}

bool path_matches(const std::vector<std::string>& globs, std::string_view path) {
  return std::any_of(globs.begin(), globs.end(), [&](const std::string& glob) { return glob_match(glob, path); });
}

bool covers(const Role& role, const Finding& finding, const std::vector<std::string>& paths) {
  if (!among(role.categories, finding.category)) return false;
  if (role.paths.empty()) return true;
  // A file that moved out of a role's reach, or into it, needs somebody who may speak for both places.
  return !paths.empty() && std::all_of(paths.begin(), paths.end(),
                                       [&](const std::string& path) { return path_matches(role.paths, path); });
}

}  // namespace

bool may_clear(const Policy& policy, std::string_view role, const Finding& finding,
               const std::vector<std::string>& paths) {
  return std::any_of(policy.roles.begin(), policy.roles.end(),
                     [&](const Role& known) { return known.name == role && covers(known, finding, paths); });
}

int persons_needed(const Policy& policy, const Finding& finding, int score) {
  const bool two = std::any_of(policy.two_person.begin(), policy.two_person.end(), [&](const TwoPersonBand& band) {
    return score >= band.score && among(band.categories, finding.category) &&
           among(band.environments, finding.environment);
  });
  return two ? 2 : 1;
}

}  // namespace redtag
