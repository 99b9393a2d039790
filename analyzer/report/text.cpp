#include "report/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "report/encoding.h"
#include "report/place.h"
#include "report/terminal.h"
#include "report/words.h"

namespace redtag {
namespace {

constexpr std::size_t body = 4;            ///< indent of what stands below a finding's first line
constexpr std::size_t shown_evidence = 8;  ///< of one finding; what is more is counted
constexpr std::size_t shown_gaps = 20;
constexpr std::size_t shown_lessons = 5;  ///< lines for the policy; one or two are what anybody writes
constexpr std::size_t shown_unknown = 5;
constexpr std::size_t long_text = 30;     ///< bytes from which a repeated explanation is worth a reference
constexpr std::size_t field_bytes = 600;  ///< of one foreign text

Style style_of(const JudgedFinding& judged) {
  if (judged.cleared) return Style::Green;
  if (judged.holds()) return Style::Red;
  return judged.finding.severity >= Severity::Medium ? Style::Yellow : Style::Plain;
}

class TextReport {
 public:
  TextReport(const Review& review, const ReportOptions& options)
      : review_(review), places_(review.changes), out_(options.color) {}

  std::string write() {
    verdict();
    for (const std::size_t index : ordered()) finding(index);
    exits();
    gaps();
    closing();
    return out_.take();
  }

 private:
  void verdict();
  [[nodiscard]] std::vector<std::size_t> ordered() const;
  void finding(std::size_t index);
  void explain(const JudgedFinding& judged);
  void evidence(const Finding& finding);
  void exits();
  void gaps();
  void closing();
  [[nodiscard]] std::string where(const Region& region);

  const Review& review_;
  PlacesView places_;
  Terminal out_;
  std::size_t number_ = 0;
  std::map<std::string, std::size_t> told_;  ///< explanations that stand above already, and at which finding
};

void TextReport::verdict() {
  if (!review_.complete) {
    std::string reasons;
    for (const std::string& reason : review_.incomplete_because) reasons += (reasons.empty() ? "" : "; ") + reason;
    out_.line(0, out_.styled(Style::Red, "INCOMPLETE: the analysis did not finish. "), reasons);
  }
  const bool held = review_.held();
  const Style style = held ? Style::Red : review_.findings.empty() ? Style::Green : Style::Bold;
  out_.line(0, out_.styled(style, verdict_sentence(review_)));
}

std::vector<std::size_t> TextReport::ordered() const {
  std::vector<std::size_t> order(review_.findings.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_partition(order.begin(), order.end(),
                        [&](std::size_t i) { return review_.findings[i].holds(); });
  return order;
}

std::string TextReport::where(const Region& region) {
  const Place place = places_.own(region);
  if (place.path.empty()) return {};
  return fmt::format("{}:{}", place.path, place.span.first_line) +
         (place.side == Side::Before ? " (before the change)" : "");
}

void TextReport::finding(std::size_t index) {
  const JudgedFinding& judged = review_.findings[index];
  const Finding& finding = judged.finding;
  ++number_;
  out_.blank();
  const std::string_view verdict = judged.holds() ? "HOLD" : judged.cleared ? "cleared" : "note";
  const std::string tag = fmt::format("{} {}", verdict, severity_name(finding.severity));
  out_.line(0, fmt::format("{:>3} {}  ", number_, out_.styled(style_of(judged), tag)),
            shortened(finding.entity, field_bytes));
  out_.line(body, "", where(finding.region));
  out_.paragraph(body, sentence(shortened(finding.says, field_bytes)));
  explain(judged);
  out_.line(body, fmt::format("{}{} of 100  {}", out_.styled(Style::Dim, fmt::format("{:<15}", "Blast radius")),
                              judged.blast.score, judged.blast.vector));
  out_.line(body, out_.styled(Style::Dim, fmt::format("{:<15}", "Rule")), finding.rule);
  out_.line(body, out_.styled(Style::Dim, fmt::format("{:<15}", "Fingerprint")), finding.fingerprint);
}

void TextReport::explain(const JudgedFinding& judged) {
  const Finding& finding = judged.finding;
  std::map<std::size_t, std::string> repeats;  // explanations that stand above: said once, referred to afterwards
  bool shown_evidence_yet = false;
  for (const Part& part : parts_of(judged)) {
    if (part.label == "Way back" && !shown_evidence_yet) {
      evidence(finding);
      shown_evidence_yet = true;
    }
    const auto [told, fresh] = told_.emplace(part.label + '\n' + part.text, number_);
    if (!fresh && part.text.size() >= long_text) {
      std::string& labels = repeats[told->second];
      labels += (labels.empty() ? "" : ", ") + lower_ascii(part.label);
      continue;
    }
    out_.labelled(body, part.label, shortened(part.text, field_bytes));
  }
  for (const auto& [number, labels] : repeats) out_.labelled(body, fmt::format("As in {}", number), labels);
  if (finding.certainty != Certainty::Exact) {
    out_.labelled(body, "Certainty",
                  finding.certainty == Certainty::Likely ? "likely: only the plan or the platform can tell for sure"
                                                         : "partial: not all of it could be read");
  }
  if (finding.environment != Environment::Unknown) {
    out_.labelled(body, "Environment",
                  fmt::format("{}{}", environment_name(finding.environment),
                              finding.environment_proven ? "" : ", not proven on the base side"));
  }
}

void TextReport::evidence(const Finding& finding) {
  std::size_t shown = 0;
  for (const Evidence& item : finding.evidence) {
    if (shown == shown_evidence) break;
    const std::string place = item.region.valid() ? where(item.region) + "  " : "";
    out_.labelled(body, shown == 0 ? "Evidence" : "", place + shortened(item.sentence, field_bytes));
    ++shown;
  }
  if (finding.evidence.size() > shown)
    out_.labelled(body, "", fmt::format("and {} more", finding.evidence.size() - shown));
}

void TextReport::exits() {
  if (!review_.held()) return;
  out_.blank();
  out_.line(0, out_.styled(Style::Bold, "Three ways past a hold"));
  out_.labelled(2, "make it safe",
                "do what stands under Instead; once the change no longer does this, the finding is gone");
  out_.labelled(2, "clear it",
                "somebody whom the target's .redtag/people.yaml names, and who had no hand in it, reads it and signs:");
  for (const std::size_t index : ordered()) {
    const JudgedFinding& judged = review_.findings[index];
    if (!judged.holds()) break;
    out_.line(2 + Terminal::label_width, "redtag clear ", judged.finding.fingerprint);
  }
  out_.labelled(2, "teach it",
                "if redtag should know better, say so once under `excludes` in .redtag.yaml on the target branch, with "
                "a reason and "
                "an end; it is read from there and never from the change:");
  std::size_t shown = 0;
  for (const std::size_t index : ordered()) {
    const JudgedFinding& judged = review_.findings[index];
    if (!judged.holds() || shown++ == shown_lessons) break;
    out_.line(2 + Terminal::label_width, "", shortened(exits_of(judged.finding).teach, field_bytes));
  }
}

void TextReport::gaps() {
  if (review_.gaps.empty()) return;
  out_.blank();
  out_.line(0, out_.styled(Style::Bold, fmt::format("Not analysed: {}", counted(review_.gaps.size(), "place"))));
  std::size_t shown = 0;
  for (const Gap& gap : review_.gaps) {
    if (shown++ == shown_gaps) break;
    out_.line(2, "", fmt::format("{}  {}", where(gap.region), shortened(gap.reason, field_bytes)));
  }
  if (review_.gaps.size() > shown_gaps) out_.line(2, fmt::format("and {} more", review_.gaps.size() - shown_gaps));
}

void TextReport::closing() {
  const auto changed =
      static_cast<std::size_t>(std::count_if(review_.changes.files.begin(), review_.changes.files.end(),
                                             [](const FileChange& file) { return !file.is_context(); }));
  out_.blank();
  std::string files = "Looked at " + counted(changed, "changed file");
  if (!review_.unknown_files.empty()) {
    files += fmt::format("; {} of no known stack: ", review_.unknown_files.size());
    for (std::size_t i = 0; i < std::min(review_.unknown_files.size(), shown_unknown); ++i) {
      files += (i > 0 ? ", " : "") + shortened(review_.unknown_files[i], 120);
    }
    if (review_.unknown_files.size() > shown_unknown) files += ", …";
  }
  out_.paragraph(0, files + ".");
  out_.paragraph(0, fmt::format("Profile {}{}.", profile_name(review_.policy.profile),
                                review_.policy.origin.empty() ? ", no policy file" : " from " + review_.policy.origin));
  for (const std::string& remark : review_.remarks)
    out_.paragraph(0, "Remark: " + sentence(shortened(remark, field_bytes)));
  if (review_.provenance.maker == Maker::Unknown) return;
  std::string agents;
  for (const std::string& agent : review_.provenance.agents) agents += (agents.empty() ? "" : ", ") + agent;
  const ProvenanceEvidence& first = review_.provenance.evidence.front();
  out_.paragraph(0, fmt::format("Provenance {}{}: marker {}{}.", maker_name(review_.provenance.maker),
                                agents.empty() ? "" : " (" + agents + ")", first.marker,
                                first.commit.empty() ? "" : " in commit " + first.commit.substr(0, 12)));
}

}  // namespace

std::string write_text(const Review& review, const ReportOptions& options) {
  return TextReport(review, options).write();
}

}  // namespace redtag
