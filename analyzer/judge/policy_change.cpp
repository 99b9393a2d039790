#include "judge/policy_change.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace redtag {
namespace {

template <class T>
bool has(const std::vector<T>& list, const T& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

/// True if a condition on `wide` lets through all that one on `narrow` does. An empty list asks for nothing.
template <class T>
bool wider(const std::vector<T>& wide, const std::vector<T>& narrow) {
  if (wide.empty()) return true;
  if (narrow.empty()) return false;
  return std::all_of(narrow.begin(), narrow.end(), [&](const T& value) { return has(wide, value); });
}

/// True if every finding that meets `narrow` meets `wide`.
bool covers(const Threshold& wide, const Threshold& narrow) {
  const bool holds = wide.verdict == Verdict::Hold;
  const auto at = [&](const auto& w, const auto& n) { return !w || (n && (holds ? *w <= *n : *w >= *n)); };
  return wide.verdict == narrow.verdict && wider(wide.rules, narrow.rules) &&
         wider(wide.categories, narrow.categories) && wider(wide.environments, narrow.environments) &&
         wider(wide.makers, narrow.makers) && at(wide.severity, narrow.severity) && at(wide.score, narrow.score);
}

/// True if an exclude's glob of an entity names one, so that it reaches what destroys.
bool names_something(std::string_view glob) { return glob.find_first_not_of("*?") != std::string_view::npos; }

bool covers(const Exclude& wide, const Exclude& narrow) {
  // Only an entry that names an entity reaches what destroys, so one without is no wider there.
  const bool reaches = wide.entity == narrow.entity || (wide.entity.empty() && !names_something(narrow.entity));
  return wide.rule == narrow.rule && reaches && wider(wide.paths, narrow.paths) && wide.until >= narrow.until;
}

bool covers(const TwoPersonBand& wide, const TwoPersonBand& narrow) {
  return wide.score <= narrow.score && wider(wide.categories, narrow.categories) &&
         wider(wide.environments, narrow.environments);
}

bool covers(const Role& wide, const Role& narrow) {
  return wide.name == narrow.name && wider(wide.categories, narrow.categories) && wider(wide.paths, narrow.paths);
}

template <class T>
std::size_t uncovered(const std::vector<T>& list, const std::vector<T>& by) {
  return static_cast<std::size_t>(std::count_if(list.begin(), list.end(), [&](const T& entry) {
    return std::none_of(by.begin(), by.end(), [&](const T& other) { return covers(other, entry); });
  }));
}

std::vector<Threshold> of_verdict(const std::vector<Threshold>& all, Verdict verdict) {
  std::vector<Threshold> some;
  std::copy_if(all.begin(), all.end(), std::back_inserter(some),
               [&](const Threshold& one) { return one.verdict == verdict; });
  return some;
}

/// 0 for what nobody limits; higher is stricter.
int lane_rank(const Lanes& lanes, ActionClass action) {
  return has(lanes.draft_only, action) ? 2 : has(lanes.senior_required, action) ? 1 : 0;
}

class Comparison {
 public:
  Comparison(const Policy& before, const Policy& after) : before_(before), after_(after) {}

  std::vector<PolicyChange> run() {
    if (before_.profile != after_.profile) {
      add(after_.profile < before_.profile, "profile",
          fmt::format("the profile goes from {} to {}", profile_name(before_.profile), profile_name(after_.profile)));
    }
    version();
    list("packs", before_.packs, after_.packs);
    list("facts", before_.facts, after_.facts);
    environments();
    thresholds();
    entries("excludes", before_.excludes, after_.excludes, PolicyMove::Weaker, "excludes");
    lanes();
    entries("roles", before_.roles, after_.roles, PolicyMove::Weaker, "what roles may clear");
    entries("two_person", before_.two_person, after_.two_person, PolicyMove::Stronger, "what two persons must clear");
    clearance();
    break_glass();
    keys("delegates", "delegates", before_.delegates, after_.delegates, PolicyMove::Weaker);
    return std::move(changes_);
  }

 private:
  void add(bool weaker, std::string key, std::string sentence) {
    changes_.push_back({weaker ? PolicyMove::Weaker : PolicyMove::Stronger, std::move(key), std::move(sentence)});
  }

  void version() {
    const int order = compare_versions(before_.minimum_version, after_.minimum_version);
    if (order == 0) return;
    add(order > 0, "minimum_version",
        fmt::format("the oldest redtag that may judge goes from {} to {}", shown(before_.minimum_version),
                    shown(after_.minimum_version)));
  }

  static std::string shown(const std::string& version) {
    return version.empty() ? "any" : shortened(printable(version), 40);
  }

  /// Lists that add checks: more of them is stronger.
  void list(std::string_view key, const std::vector<std::string>& before, const std::vector<std::string>& after) {
    keys(key, key, before, after, PolicyMove::Stronger);
  }

  /// Each value that comes or goes; `coming` is what more of them means.
  void keys(std::string_view key, std::string_view what, const std::vector<std::string>& before,
            const std::vector<std::string>& after, PolicyMove coming) {
    for (const std::string& value : before) {
      if (!has(after, value))
        add(coming == PolicyMove::Stronger, std::string(key),
            fmt::format("{} loses {}", what, shortened(printable(value), 80)));
    }
    for (const std::string& value : after) {
      if (!has(before, value))
        add(coming == PolicyMove::Weaker, std::string(key),
            fmt::format("{} gains {}", what, shortened(printable(value), 80)));
    }
  }

  static std::vector<std::string> globs_of(const Policy& policy, Environment environment,
                                           std::vector<std::string> EnvironmentDeclaration::* member) {
    std::vector<std::string> globs;
    for (const EnvironmentDeclaration& declared : policy.environments) {
      if (declared.environment == environment)
        globs.insert(globs.end(), (declared.*member).begin(), (declared.*member).end());
    }
    return globs;
  }

  void environments() {
    for (const Environment environment : {Environment::Production, Environment::Shared, Environment::Staging,
                                          Environment::Development, Environment::Test, Environment::Sandbox}) {
      for (const auto member :
           {&EnvironmentDeclaration::paths, &EnvironmentDeclaration::evidence, &EnvironmentDeclaration::branches}) {
        keys("environments", environment_name(environment), globs_of(before_, environment, member),
             globs_of(after_, environment, member),
             low_environment(environment) ? PolicyMove::Weaker : PolicyMove::Stronger);
      }
    }
  }

  template <class T>
  void entries(std::string_view key, const std::vector<T>& before, const std::vector<T>& after, PolicyMove coming,
               std::string_view what) {
    const std::size_t lost = uncovered(before, after), gained = uncovered(after, before);
    if (gained > 0)
      add(coming == PolicyMove::Weaker, std::string(key), fmt::format("{}: {} more or wider", what, gained));
    if (lost > 0)
      add(coming == PolicyMove::Stronger, std::string(key), fmt::format("{}: {} fewer or narrower", what, lost));
  }

  void thresholds() {
    entries("thresholds", of_verdict(before_.thresholds, Verdict::Hold), of_verdict(after_.thresholds, Verdict::Hold),
            PolicyMove::Stronger, "thresholds that hold");
    entries("thresholds", of_verdict(before_.thresholds, Verdict::Note), of_verdict(after_.thresholds, Verdict::Note),
            PolicyMove::Weaker, "thresholds that note");
  }

  void lanes() {
    for (const ActionClass action : all_action_classes()) {
      const int before = lane_rank(before_.lanes, action), after = lane_rank(after_.lanes, action);
      if (before == after) continue;
      constexpr std::string_view ranks[] = {"as everybody's change", "with a senior from medium up", "as a draft only"};
      add(after < before, "lanes",
          fmt::format("{} by an assistant goes from {} to {}", action_class_name(action), ranks[before], ranks[after]));
    }
  }

  void number(std::string_view key, std::string_view what, int before, int after, PolicyMove more) {
    if (before == after) return;
    const bool weaker = (after > before) == (more == PolicyMove::Weaker);
    add(weaker, std::string(key), fmt::format("{} goes from {} to {}", what, before, after));
  }

  void clearance() {
    number("clearance", "the longest life of a clearance in days", before_.clearance.lifetime_days,
           after_.clearance.lifetime_days, PolicyMove::Weaker);
    keys("clearance", "witnesses", before_.clearance.witnesses, after_.clearance.witnesses, PolicyMove::Weaker);
  }

  void break_glass() {
    const BreakGlass& before = before_.break_glass;
    const BreakGlass& after = after_.break_glass;
    number("break_glass", "the number of signers to break the glass", before.signers, after.signers,
           PolicyMove::Stronger);
    number("break_glass", "the hours that broken glass counts", before.hours, after.hours, PolicyMove::Weaker);
    number("break_glass", "the days that broken glass is shown", before.shown_days, after.shown_days,
           PolicyMove::Stronger);
    if (!wider(before.roles, after.roles)) add(true, "break_glass", "more roles may break the glass");
    if (!wider(after.roles, before.roles)) add(false, "break_glass", "fewer roles may break the glass");
  }

  const Policy& before_;
  const Policy& after_;
  std::vector<PolicyChange> changes_;
};

}  // namespace

int compare_versions(std::string_view a, std::string_view b) {
  const auto take = [](std::string_view& text) {
    int value = 0;
    const auto dot = text.find('.');
    const std::string_view part = text.substr(0, dot);
    std::from_chars(part.data(), part.data() + part.size(), value);
    text = dot == std::string_view::npos ? std::string_view() : text.substr(dot + 1);
    return value;
  };
  while (!a.empty() || !b.empty()) {
    const int left = take(a), right = take(b);
    if (left != right) return left < right ? -1 : 1;
  }
  return 0;
}

std::vector<PolicyChange> compare(const Policy& before, const Policy& after) { return Comparison(before, after).run(); }

}  // namespace redtag
