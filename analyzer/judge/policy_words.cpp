// What a policy means, in words.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "judge/policy_change.h"

namespace redtag {
namespace {

std::string shown(std::string_view text) { return shortened(printable(text), 200); }

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : ", ") + shown(text);
  return all;
}

template <class T>
std::string names(const std::vector<T>& values, std::string_view (*name)(T)) {
  std::string all;
  for (const T value : values) all += (all.empty() ? "" : ", ") + std::string(name(value));
  return all;
}

std::string_view profile_words(Profile profile) {
  switch (profile) {
    case Profile::Advise: return "Nothing holds: every finding is a note, and the status is 0.";
    case Profile::Standard: return "Findings of high and critical severity hold; the others are notes.";
    case Profile::Strict:
      return "Findings of medium, high and critical severity hold; so does what a change says is something else.";
  }
  return {};
}

std::string condition_words(const Threshold& threshold) {
  std::string text;
  const auto add = [&](const std::string& part) { text += (text.empty() ? "" : "; ") + part; };
  const bool holds = threshold.verdict == Verdict::Hold;
  if (!threshold.rules.empty()) add("rule " + joined(threshold.rules));
  if (!threshold.categories.empty()) add("category " + names(threshold.categories, &category_name));
  if (threshold.severity)
    add(fmt::format("severity {} {}", severity_name(*threshold.severity), holds ? "or higher" : "or lower"));
  if (threshold.score) add(fmt::format("blast radius {} {}", *threshold.score, holds ? "or more" : "or less"));
  if (!threshold.environments.empty()) add("environment " + names(threshold.environments, &environment_name));
  if (!threshold.makers.empty()) add("provenance " + names(threshold.makers, &maker_name));
  return text;
}

class Words {
 public:
  explicit Words(const Policy& policy) : policy_(policy) {}

  std::string write() {
    line("Profile {}. {}", profile_name(policy_.profile), profile_words(policy_.profile));
    line("An environment that the base side proves as development, test, sandbox or staging counts at most as medium.");
    if (!policy_.minimum_version.empty()) line("Only redtag {} or newer may judge.", shown(policy_.minimum_version));
    for (const std::string& pack : policy_.packs)
      line("The checks in {} count beside the built-in ones, as the target has them.", shown(pack));
    for (const std::string& table : policy_.facts)
      line("The rows of {} count beside the built-in facts.", shown(table));
    environments();
    thresholds();
    excludes();
    line("A change with likely or certain evidence of an assistant: `redtag policy lanes` prints the table.");
    roles();
    terms();
    for (const std::string& entry : policy_.unset) line("The default {} does not count here.", shown(entry));
    if (!policy_.delegates.empty()) line("A repository may set as it likes: {}.", joined(policy_.delegates));
    for (const std::string& remark : policy_.remarks) line("Note: {}.", shown(remark));
    return std::move(out_);
  }

 private:
  template <class... Args>
  void line(fmt::format_string<Args...> text, Args&&... args) {
    out_ += fmt::format(text, std::forward<Args>(args)...) + "\n";
  }

  void environments() {
    for (const EnvironmentDeclaration& declared : policy_.environments) {
      std::string what;
      if (!declared.paths.empty()) what = "files " + joined(declared.paths);
      if (!declared.evidence.empty()) what += (what.empty() ? "" : " and ") + ("entities " + joined(declared.evidence));
      if (!declared.branches.empty())
        what += (what.empty() ? "" : " and ") + ("what is for " + joined(declared.branches));
      if (!what.empty()) line("Environment {}: {}.", environment_name(declared.environment), what);
    }
  }

  void thresholds() {
    for (const Threshold& threshold : policy_.thresholds) {
      line("{} besides: {}.{}", threshold.verdict == Verdict::Hold ? "Holds" : "Is a note only",
           condition_words(threshold), threshold.reason.empty() ? "" : " Reason: " + shown(threshold.reason));
    }
  }

  void excludes() {
    for (const Exclude& exclude : policy_.excludes) {
      std::string where;
      if (!exclude.paths.empty()) where += " in " + joined(exclude.paths);
      if (!exclude.entity.empty()) where += " for " + shown(exclude.entity);
      line("Until {}, {}{} does not hold and is listed. Reason: {}.", exclude.until, shown(exclude.rule),
           where.empty() ? " (what destroys excepted)" : where, shown(exclude.reason));
    }
  }

  void roles() {
    if (policy_.roles.empty()) line("No role may clear anything: what holds can only be made safe.");
    for (const Role& role : policy_.roles) {
      const std::string what =
          role.categories.empty() ? "every finding" : "findings of " + names(role.categories, &category_name);
      line("Persons with the role {} may clear {}{}.", shown(role.name), what,
           role.paths.empty() ? "" : " in " + joined(role.paths));
    }
    for (const TwoPersonBand& band : policy_.two_person) {
      std::string what =
          band.score > 0 ? fmt::format("a blast radius of {} or more", band.score) : std::string("any blast radius");
      if (!band.categories.empty()) what += ", category " + names(band.categories, &category_name);
      if (!band.environments.empty()) what += ", environment " + names(band.environments, &environment_name);
      line("Two persons must clear: {} ({}).", what, shown(band.name));
    }
  }

  void terms() {
    line("A clearance counts for {} days at most.", policy_.clearance.lifetime_days);
    if (policy_.clearance.witnesses.empty()) {
      line("Reviews on the host clear nothing (no witness).");
    } else {
      line("A listed person's review of the exact head on the host counts where one of these keys signs it: {}.",
           joined(policy_.clearance.witnesses));
    }
    const BreakGlass& glass = policy_.break_glass;
    line("In an emergency {} persons{} may break the glass for {} hours; later runs show it for {} days.",
         glass.signers, glass.roles.empty() ? "" : " with the role " + joined(glass.roles), glass.hours,
         glass.shown_days);
  }

  const Policy& policy_;
  std::string out_;
};

}  // namespace

std::string policy_words(const Policy& policy) { return Words(policy).write(); }

std::string lanes_table(const Policy& policy) {
  const auto among = [](const std::vector<ActionClass>& lane, ActionClass action) {
    return std::find(lane.begin(), lane.end(), action) != lane.end();
  };
  std::string out = fmt::format("{:<16} {:<17} {}\n", "action class", "lane", "what it means");
  for (const ActionClass action : all_action_classes()) {
    const std::string_view lane = among(policy.lanes.draft_only, action)        ? "draft only"
                                  : among(policy.lanes.senior_required, action) ? "senior required"
                                  : among(policy.lanes.act_at_low_risk, action) ? "act at low risk"
                                                                                : "as everybody";
    out += fmt::format("{:<16} {:<17} {}\n", action_class_name(action), lane, action_class_sentence(action));
  }
  out +=
      "\nLanes count for changes with likely or certain evidence of an assistant. Draft only: every finding holds. "
      "Senior required: holds "
      "from\nmedium up. The others hold as everybody's change does. No lane lets anything pass that would hold without "
      "evidence.\n";
  return out;
}

}  // namespace redtag
