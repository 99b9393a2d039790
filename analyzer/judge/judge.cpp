#include "judge/judge.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace redtag {
namespace {

template <class T>
bool asks_for(const std::vector<T>& list, const T& value) {
  return list.empty() || std::find(list.begin(), list.end(), value) != list.end();
}

bool any_glob(const std::vector<std::string>& globs, std::string_view text) {
  return std::any_of(globs.begin(), globs.end(), [&](const std::string& glob) { return glob_match(glob, text); });
}

bool meets(const Threshold& threshold, const Finding& finding, int score, Maker maker) {
  const Severity severity = counted_severity(finding);
  const bool holds = threshold.verdict == Verdict::Hold;
  if (!threshold.rules.empty() && !any_glob(threshold.rules, finding.rule)) return false;
  if (!asks_for(threshold.categories, finding.category) || !asks_for(threshold.environments, finding.environment))
    return false;
  if (!asks_for(threshold.makers, maker)) return false;
  if (threshold.severity && (holds ? severity < *threshold.severity : severity > *threshold.severity)) return false;
  return !threshold.score || (holds ? score >= *threshold.score : score <= *threshold.score);
}

/// True for a glob that names something.
bool names_something(std::string_view glob) { return glob.find_first_not_of("*?") != std::string_view::npos; }

class Judge {
 public:
  Judge(JudgedFinding& judged, const CircumstancesView& circumstances, std::vector<std::string>& remarks)
      : judged_(judged),
        finding_(judged.finding),
        all_(circumstances),
        policy_(circumstances.policy),
        remarks_(remarks) {}

  void run() {
    // What is proven low holds under no profile; lanes and thresholds may still want it.
    const bool proven_low = finding_.environment_proven && low_environment(finding_.environment);
    judged_.verdict = proven_low ? Verdict::Note : judge_severity(finding_.severity, policy_);
    thresholds();
    lane();
    intent();
    excludes();
    if (policy_.profile == Profile::Advise) judged_.verdict = Verdict::Note;
  }

 private:
  void hold(std::string reason) {
    judged_.verdict = Verdict::Hold;
    judged_.reasons.push_back(std::move(reason));
  }

  /// Those that note go first: one that holds is never undone by another.
  void thresholds() {
    for (const Threshold& threshold : policy_.thresholds) {
      // No house can have meant the worst that there is when it wrote a line about a category.
      const bool counts = threshold.verdict == Verdict::Note && judged_.verdict == Verdict::Hold &&
                          counted_severity(finding_) < Severity::Critical && finding_.stack != Stack::Redtag;
      if (!counts || !meets(threshold, finding_, judged_.blast.score, all_.provenance.maker)) continue;
      judged_.verdict = Verdict::Note;
      judged_.reasons.push_back(
          fmt::format("a threshold of the policy (line {}) makes it a note: {}", threshold.line, threshold.reason));
    }
    for (const Threshold& threshold : policy_.thresholds) {
      if (threshold.verdict != Verdict::Hold || !meets(threshold, finding_, judged_.blast.score, all_.provenance.maker))
        continue;
      const std::string because = threshold.reason.empty() ? std::string() : ": " + threshold.reason;
      if (judged_.verdict == Verdict::Note)
        hold(fmt::format("a threshold of the policy (line {}) holds it{}", threshold.line, because));
    }
  }

  void lane() {
    if (judged_.verdict == Verdict::Hold || all_.provenance.maker < Maker::Assisted) return;
    const std::string lane = lane_that_holds(judged_.classes, counted_severity(finding_), policy_);
    if (!lane.empty()) hold(fmt::format("provenance is {}, and {}", maker_name(all_.provenance.maker), lane));
  }

  void intent() {
    if (policy_.profile != Profile::Strict || judged_.verdict == Verdict::Hold) return;
    if (judged_.intent == Intent::Contradicted) hold("the change says that it does something else");
  }

  void excludes() {
    for (const Exclude& exclude : policy_.excludes) {
      if (finding_.stack == Stack::Redtag || !fits(exclude) || !may_exclude(exclude)) continue;
      judged_.excluded = Acceptance{fmt::format("{}:{}", policy_.origin, exclude.line), exclude.reason, exclude.until};
      judged_.verdict = Verdict::Note;
      return;
    }
  }

  [[nodiscard]] bool fits(const Exclude& exclude) const {
    if (!glob_match(exclude.rule, finding_.rule)) return false;
    if (!exclude.entity.empty() && !glob_match(exclude.entity, finding_.entity)) return false;
    if (exclude.paths.empty()) return true;
    const std::vector<std::string> paths = paths_of(finding_, all_.changes);
    return !paths.empty() && std::all_of(paths.begin(), paths.end(),
                                         [&](const std::string& path) { return any_glob(exclude.paths, path); });
  }

  /// An exclude fits; does it count?
  bool may_exclude(const Exclude& exclude) {
    const std::string place = fmt::format("{}:{}", policy_.origin, exclude.line);
    if (all_.today.empty() || all_.today > exclude.until) {
      remark(fmt::format("the exclude at {} ended on {} and no longer counts", place, exclude.until));
      return false;
    }
    const bool destroys = finding_.category == Category::Destructive;
    if (destroys && !names_something(exclude.entity)) {
      remark(fmt::format("the exclude at {} does not count for what destroys: it must name an `entity`", place));
      return false;
    }
    return true;
  }

  void remark(std::string sentence) {
    if (std::find(remarks_.begin(), remarks_.end(), sentence) == remarks_.end())
      remarks_.push_back(std::move(sentence));
  }

  JudgedFinding& judged_;
  const Finding& finding_;
  const CircumstancesView& all_;
  const Policy& policy_;
  std::vector<std::string>& remarks_;
};

Intent intent_of(Announcement announcement) {
  switch (announcement) {
    case Announcement::NoText: return Intent::Unknown;
    case Announcement::Announced: return Intent::Announced;
    case Announcement::Unannounced: return Intent::Unannounced;
    case Announcement::Contradicted: return Intent::Contradicted;
  }
  return Intent::Unknown;
}

}  // namespace

Verdict judge_severity(Severity severity, const Policy& policy) {
  switch (policy.profile) {
    case Profile::Advise: return Verdict::Note;
    case Profile::Standard: return severity >= Severity::High ? Verdict::Hold : Verdict::Note;
    case Profile::Strict: return severity >= Severity::Medium ? Verdict::Hold : Verdict::Note;
  }
  return Verdict::Hold;
}

Severity counted_severity(const Finding& finding) {
  // Only a role that the base side established may lower anything: a new `dev/` folder is as good as unknown.
  const bool proven_low = finding.environment_proven && low_environment(finding.environment);
  return proven_low ? std::min(finding.severity, Severity::Medium) : finding.severity;
}

std::vector<std::string> paths_of(const Finding& finding, const ChangeSet& changes) {
  std::vector<std::string> paths;
  if (!finding.region.valid() || finding.region.file.value >= changes.files.size()) return paths;
  const FileChange& file = changes.file(finding.region.file);
  for (const auto& path : {file.before_path, file.after_path}) {
    if (path && std::find(paths.begin(), paths.end(), *path) == paths.end()) paths.push_back(*path);
  }
  return paths;
}

JudgedFinding judge(Finding finding, const CircumstancesView& circumstances, std::vector<std::string>& remarks) {
  JudgedFinding judged;
  judged.finding = std::move(finding);
  judged.classes = action_classes(judged.finding);
  const Finding& made = judged.finding;
  const Announcement announced = circumstances.words.announcement(
      {made.entity, made.entity_class, action_name(made.action), paths_of(made, circumstances.changes)});
  judged.intent = intent_of(announced);
  judged.intent_sentence = announcement_sentence(announced);
  BlastVector vector = vector_of(made);
  vector.intent = judged.intent;
  judged.blast = score(vector);
  Judge(judged, circumstances, remarks).run();
  return judged;
}

bool Review::held() const {
  return std::any_of(findings.begin(), findings.end(), [](const JudgedFinding& judged) { return judged.holds(); });
}

}  // namespace redtag
