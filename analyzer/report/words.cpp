#include "report/words.h"

#include <fmt/format.h>

namespace redtag {
namespace {

/// `1 critical, 2 high`, from the most severe down.
std::string by_severity(const std::size_t (&counts)[4]) {
  std::string text;
  for (const Severity severity : {Severity::Critical, Severity::High, Severity::Medium, Severity::Low}) {
    const std::size_t count = counts[static_cast<std::uint8_t>(severity)];
    if (count == 0) continue;
    if (!text.empty()) text += ", ";
    text += fmt::format("{} {}", count, severity_name(severity));
  }
  return text;
}

std::string dependents_of(const Finding& finding) {
  if (!finding.reach_text.empty()) return finding.reach_text;
  if (finding.dependents == 0) return {};
  std::string text = fmt::format("{} use{} it directly", finding.dependents, finding.dependents == 1 ? "s" : "");
  if (finding.indirect_dependents > 0) text += fmt::format(", {} more behind", finding.indirect_dependents);
  return text;
}

/// The row's source, in words where it is none that a reviewer could open.
std::string source_of(const Finding& finding) {
  if (finding.fact_source == "general") return "general knowledge; no vendor's page is cited";
  return finding.fact_source == "house" ? "" : finding.fact_source;
}

std::string way_back_of(const Finding& finding) {
  if (!finding.way_back.empty()) return finding.way_back;
  switch (finding.undo) {
    case Undo::None: return "none found";
    case Undo::Partial: return "partial";
    case Undo::Present: return "present";
    case Undo::Automatic: return "automatic";
  }
  return {};
}

}  // namespace

std::string counted(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::vector<Part> parts_of(const Finding& finding) {
  std::vector<Part> parts;
  const auto add = [&](std::string_view label, std::string text) {
    if (!text.empty()) parts.push_back({std::string(label), std::move(text)});
  };
  add("Why", finding.because);
  add("Source", source_of(finding));
  add("Depends on it", dependents_of(finding));
  add("Way back", way_back_of(finding));
  add("Instead", finding.instead);
  return parts;
}

std::vector<Part> parts_of(const JudgedFinding& judged) {
  std::vector<Part> parts = parts_of(judged.finding);
  for (const std::string& reason : judged.reasons) {
    parts.push_back({judged.holds() ? "Holds because" : "Note because", reason});
  }
  const bool says_more = judged.intent == Intent::Unannounced || judged.intent == Intent::Contradicted;
  if (says_more) parts.push_back({"Announced", judged.intent_sentence});
  if (judged.excluded) {
    parts.push_back({"Excluded", fmt::format("until {} by {}: {}", judged.excluded->until, judged.excluded->by,
                                             judged.excluded->reason)});
  }
  if (judged.cleared) {
    parts.push_back(
        {"Cleared", fmt::format("until {} by {}: {}", judged.cleared->until, judged.cleared->by, judged.cleared->reason)});
  }
  return parts;
}

Exits exits_of(const Finding& finding) {
  Exits exits;
  exits.make_safe = finding.instead;
  exits.clear = "redtag clear " + finding.fingerprint;
  if (finding.rule.starts_with("redtag/")) {
    exits.teach = "nothing to teach: what is said of the gate itself or could not be read is cleared, or undone";
    return exits;
  }
  std::string entity;
  for (const char c : finding.entity) entity += c == '\'' ? std::string("''") : std::string(1, c);
  exits.teach = fmt::format("- {{rule: {}, entity: '{}', reason: WHY, until: YYYY-MM-DD}}", finding.rule, entity);
  return exits;
}

Tally tally_of(const Review& review) {
  Tally tally;
  for (const JudgedFinding& judged : review.findings) {
    const auto severity = static_cast<std::uint8_t>(judged.finding.severity);
    if (judged.cleared) {
      ++tally.cleared;
      continue;
    }
    const bool holds = judged.holds();
    ++(holds ? tally.holds : tally.notes);
    ++(holds ? tally.holds_by_severity : tally.notes_by_severity)[severity];
  }
  return tally;
}

std::string_view review_verdict_name(const Review& review) {
  return review.held() ? "hold" : review.findings.empty() ? "pass" : "note";
}

std::string_view origin_name(Origin origin) {
  switch (origin) {
    case Origin::Patch: return "patch";
    case Origin::Range: return "range";
    case Origin::Merge: return "merge";
    case Origin::Staged: return "staged";
    case Origin::Worktree: return "worktree";
  }
  return "";
}

std::string_view side_name(Side side) { return side == Side::Before ? "old" : "new"; }

std::string verdict_sentence(const Review& review) {
  const Tally tally = tally_of(review);
  std::string text;
  if (tally.holds > 0) {
    text = fmt::format("HELD: {} {} this change ({})", counted(tally.holds, "finding"),
                       tally.holds == 1 ? "holds" : "hold", by_severity(tally.holds_by_severity));
    if (tally.notes > 0) text += fmt::format("; {}", counted(tally.notes, "note"));
  } else if (tally.notes > 0) {
    text = fmt::format("Nothing holds this change; {} ({})", counted(tally.notes, "note"),
                       by_severity(tally.notes_by_severity));
  } else {
    text = tally.cleared > 0 ? "Nothing holds this change" : "Nothing found";
  }
  if (tally.cleared > 0) text += fmt::format("; {} cleared", counted(tally.cleared, "finding"));
  if (!review.findings.empty()) text += fmt::format("; blast radius {} of 100", review.score);
  return text + ".";
}

}  // namespace redtag
