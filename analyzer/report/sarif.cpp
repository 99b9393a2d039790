#include "report/sarif.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "judge/judge.h"
#include "report/encoding.h"
#include "report/redact.h"
#include "report/words.h"

namespace redtag {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t related_limit = 50;         ///< readers show at most a hundred
constexpr std::size_t notification_limit = 1000;  ///< of gaps; what is more is counted
constexpr std::size_t listed_files = 1000;        ///< of no known stack; what is more is counted

Json message(std::string_view text) { return {{"text", sarif_text(text, sarif_text_units)}}; }

/// Foreign text for a property: no message syntax there, but terminals and editors show it all the same.
std::string safe(std::string_view text) { return shortened_utf16(printable(quotable(text)), sarif_text_units); }

std::string_view level_of(const JudgedFinding& judged) {
  if (judged.holds()) return "error";
  return judged.finding.severity >= Severity::Medium ? "warning" : "note";
}

std::string_view level_of(Severity severity) {
  switch (severity) {
    case Severity::Critical:
    case Severity::High: return "error";
    case Severity::Medium: return "warning";
    case Severity::Low: return "note";
  }
  return "warning";
}

Json region(const Span& span) {
  Json region{{"startLine", span.first_line}};
  if (span.first_column > 0) region["startColumn"] = span.first_column;
  region["endLine"] = span.last_line;
  if (span.first_column > 0) region["endColumn"] = span.last_column;
  return region;
}

Json physical_location(const Place& place) {
  return {{"artifactLocation", {{"uri", uri_of(place.path)}}}, {"region", region(place.span)}};
}

/// The sentence that says where a result really stands, when its location is only the nearest line that is shown.
std::string whereabouts(const Place& own) {
  return fmt::format("{}:{}{}", own.path, own.span.first_line, own.side == Side::Before ? " before the change" : "");
}

/// What one line of a message, or a job summary, says about a finding.
std::string message_text(const JudgedFinding& judged, const std::optional<Place>& elsewhere) {
  const Finding& finding = judged.finding;
  std::string text = sentence(finding.says);
  if (elsewhere) text += "\nWhere: " + sentence(whereabouts(*elsewhere));
  for (const Part& part : parts_of(judged)) {
    // A source is an address, where a full stop would become part of it.
    text += "\n" + part.label + ": " + (part.label == "Source" ? part.text : sentence(part.text));
  }
  return text;
}

/// Each line is made safe on its own, so that only our line breaks stay.
std::string escaped_lines(std::string_view text, std::size_t units) {
  std::string result;
  std::size_t left = units;
  for (const std::string_view line : split(text, '\n')) {
    if (!result.empty()) {
      if (left <= 1) break;
      result += '\n';
      --left;
    }
    const std::string escaped = sarif_text(line, left);
    left -= std::min<std::size_t>(left, utf16_length(escaped));
    result += escaped;
  }
  return result;
}

/// Rule metadata: those of the check set, and those that findings name beyond it.
class RuleTable {
 public:
  RuleTable(const Review& review, SarifReader reader);
  [[nodiscard]] std::size_t index_of(const std::string& id) const { return indexes_.at(id); }
  [[nodiscard]] Json take() { return std::move(rules_); }

 private:
  void add(const RuleView& rule, const Review& review, SarifReader reader);

  std::map<std::string, std::size_t> indexes_;
  std::map<std::string, double> shown_severity_;  ///< of rules with results, as the host counts
  Json rules_ = Json::array();
};

/// A number on the host's scale, such that 7.0 and more are exactly the holds: a merge rule of the host set to `high or higher`
/// then says what redtag says.
double host_severity(Severity severity, Verdict verdict) {
  switch (severity) {
    case Severity::Critical: return verdict == Verdict::Hold ? 9.5 : 6.9;
    case Severity::High: return verdict == Verdict::Hold ? 8.0 : 6.5;
    case Severity::Medium: return verdict == Verdict::Hold ? 7.0 : 5.0;
    case Severity::Low: return 2.0;
  }
  return 5.0;
}

RuleTable::RuleTable(const Review& review, SarifReader reader) {
  for (const JudgedFinding& judged : review.findings) {
    double& shown = shown_severity_[judged.finding.rule];
    shown = std::max(shown, host_severity(judged.finding.severity, judged.verdict));
  }
  for (const RuleView& rule : review.rules) add(rule, review, reader);
  for (const JudgedFinding& judged : review.findings) {
    const Finding& finding = judged.finding;
    if (indexes_.count(finding.rule) > 0) continue;
    RuleView rule;
    rule.id = finding.rule;
    rule.check = std::string_view(finding.rule).substr(finding.rule.rfind('/') + 1);
    rule.category = finding.category;
    rule.severity = finding.severity;
    rule.title = rule.check;
    add(rule, review, reader);
  }
}

void RuleTable::add(const RuleView& rule, const Review& review, SarifReader reader) {
  if (!indexes_.emplace(rule.id, rules_.size()).second) return;
  const std::string title = sentence(safe(rule.title.empty() ? rule.id : rule.title));
  const std::string help = rule.help.empty() ? title : shortened_utf16(rule.help, sarif_text_units);
  const std::string shown_help = is_utf8(help) ? help : printable(help);
  Json properties{{"category", category_name(rule.category)}, {"severity", severity_name(rule.severity)}};
  properties["tags"] = {"redtag", category_name(rule.category)};
  if (reader == SarifReader::Github) {
    const auto shown = shown_severity_.find(std::string(rule.id));
    const Verdict usual = judge_severity(rule.severity, review.policy);
    const double number = shown != shown_severity_.end() ? shown->second : host_severity(rule.severity, usual);
    properties["security-severity"] = fmt::format("{:.1f}", number);
    properties["tags"].push_back("security");
  }
  rules_.push_back({{"id", safe(rule.id)},
                    {"name", safe(rule.check)},
                    {"shortDescription", {{"text", title}}},
                    {"fullDescription", {{"text", title}}},
                    {"help", {{"text", shown_help}, {"markdown", shown_help}}},
                    {"defaultConfiguration", {{"level", level_of(rule.severity)}}},
                    {"properties", std::move(properties)}});
}

Json blast_json(const BlastRadius& blast) {
  Json contributions = Json::array();
  for (const Contribution& part : blast.contributions) {
    contributions.push_back({{"factor", part.factor}, {"value", part.value}, {"points", part.points}});
  }
  return {{"score", blast.score}, {"vector", blast.vector}, {"contributions", std::move(contributions)}};
}

Json exits_json(const Finding& finding) {
  const Exits exits = exits_of(finding);
  return {{"makeItSafe", safe(exits.make_safe)}, {"clearIt", safe(exits.clear)}, {"teachIt", safe(exits.teach)}};
}

/// What lets a finding pass that would hold shows as a suppression: SARIF's readers then neither count nor hide it in silence.
Json suppression(const Acceptance& acceptance) {
  return {{"kind", "external"},
          {"status", "accepted"},
          {"justification", safe(acceptance.reason + " (" + acceptance.by + ", until " + acceptance.until + ")")}};
}

Json result_properties(const JudgedFinding& judged, const Place& own) {
  const Finding& finding = judged.finding;
  Json properties{{"category", category_name(finding.category)},
                  {"severity", severity_name(finding.severity)},
                  {"verdict", verdict_name(judged.holds() ? Verdict::Hold : Verdict::Note)},
                  {"side", side_name(own.side)},
                  {"entity", safe(finding.entity)},
                  {"environment", environment_name(finding.environment)},
                  {"environmentProven", finding.environment_proven},
                  {"blastRadius", blast_json(judged.blast)},
                  {"undo", undo_name(finding.undo)},
                  {"certainty", certainty_name(finding.certainty)},
                  {"intent", intent_name(judged.intent)},
                  {"action", action_name(finding.action)},
                  {"exits", exits_json(finding)},
                  {"change", safe(finding.change)},
                  {"before", safe(finding.before_text)},
                  {"after", safe(finding.after_text)}};
  if (own.side == Side::Before) {
    properties["preImage"] = {
        {"uri", uri_of(own.path)}, {"startLine", own.span.first_line}, {"endLine", own.span.last_line}};
  }
  return properties;
}

Json related_locations(const Finding& finding, PlacesView& places) {
  Json related = Json::array();
  for (const Evidence& evidence : finding.evidence) {
    if (related.size() == related_limit) break;
    if (!evidence.region.valid()) continue;
    const Place place = places.own(evidence.region);
    related.push_back({{"id", related.size()},
                       {"physicalLocation", physical_location(place)},
                       {"message", message(sentence(evidence.sentence))},
                       {"properties", {{"side", side_name(place.side)}}}});
  }
  return related;
}

/// Edits of a fix by file, as the specification has them: what goes, and what comes in its place.
Json fix_json(const Fix& fix, PlacesView& places) {
  std::map<std::string, Json> by_file;
  for (const TextEdit& edit : fix.edits) {
    if (!edit.makes.empty()) {  // an insertion at the start of a file that is empty as long as it is not there
      constexpr Span start{1, 1, 1, 1};
      by_file.try_emplace(uri_of(edit.makes), Json::array())
          .first->second.push_back({{"deletedRegion", region(start)}, {"insertedContent", {{"text", edit.text}}}});
      continue;
    }
    const Place place = places.exact(edit.region);
    Json replacement{{"deletedRegion", region(place.span)}};
    if (!edit.text.empty()) replacement["insertedContent"] = {{"text", edit.text}};
    by_file.try_emplace(uri_of(place.path), Json::array()).first->second.push_back(std::move(replacement));
  }
  Json changes = Json::array();
  for (auto& [uri, replacements] : by_file) {
    changes.push_back({{"artifactLocation", {{"uri", uri}}}, {"replacements", std::move(replacements)}});
  }
  return {{"description", message(sentence(fix.sentence))}, {"artifactChanges", std::move(changes)}};
}

Json fixes_json(const Finding& finding, PlacesView& places) {
  Json fixes = Json::array();
  for (const Fix& fix : finding.fixes) {
    // What is put back may hold a secret: then the edit is left to people.
    const bool shown = std::all_of(fix.edits.begin(), fix.edits.end(), [](const TextEdit& edit) {
      return is_utf8(edit.text) && redacted(edit.text) == edit.text;
    });
    if (shown) fixes.push_back(fix_json(fix, places));
  }
  return fixes;
}

Json result_json(const JudgedFinding& judged, const SarifPlacement& placement, const RuleTable& rules,
                 SarifReader reader, PlacesView& places) {
  const Finding& finding = judged.finding;
  const Place own = places.own(finding.region);
  const std::string text = message_text(judged, placement.elsewhere ? std::optional<Place>(own) : std::nullopt);
  Json location{{"physicalLocation", physical_location(placement.place)}};
  location["logicalLocations"] = {{{"fullyQualifiedName", safe(finding.entity)}}};
  Json result{{"ruleId", safe(finding.rule)},
              {"ruleIndex", rules.index_of(finding.rule)},
              {"kind", "fail"},
              {"level", level_of(judged)},
              {"message", {{"text", escaped_lines(text, sarif_text_units)}}},
              {"locations", Json::array({std::move(location)})},
              {"partialFingerprints", {{"redtag/v1", finding.fingerprint}}},
              {"rank", judged.blast.score}};
  if (reader == SarifReader::Github) result["partialFingerprints"]["primaryLocationLineHash"] = finding.fingerprint;
  Json related = related_locations(finding, places);
  if (!related.empty()) result["relatedLocations"] = std::move(related);
  const auto& accepted = judged.cleared ? judged.cleared : judged.excluded;
  // What destroys stays in sight whatever the policy says of it.
  const bool shown = !judged.cleared && finding.category == Category::Destructive;
  if (accepted && !shown) result["suppressions"] = Json::array({suppression(*accepted)});
  Json fixes = fixes_json(finding, places);
  if (!fixes.empty()) result["fixes"] = std::move(fixes);
  result["properties"] = result_properties(judged, own);
  return result;
}

Json notification(std::string_view level, std::string_view text) {
  return {{"level", level}, {"message", message(text)}};
}

Json notifications(const Review& review, const SarifPlan& plan, PlacesView& places) {
  Json list = Json::array();
  for (const std::string& reason : review.incomplete_because) list.push_back(notification("error", sentence(reason)));
  for (const Gap& gap : review.gaps) {
    if (list.size() >= notification_limit) break;
    const Place own = places.own(gap.region);
    Json note = notification("warning", fmt::format("Not analysed: {}: {}", own.path, sentence(gap.reason)));
    note["locations"] = Json::array({{{"physicalLocation", physical_location(places.shown(gap.region))}}});
    note["descriptor"] = {{"id", "redtag/gap"}};
    note["properties"] = {{"side", side_name(own.side)}};
    list.push_back(std::move(note));
  }
  if (review.gaps.size() > notification_limit) {
    list.push_back(notification("warning", counted(review.gaps.size(), "gap") + " in all; the rest is not listed."));
  }
  if (plan.left_out > 0) {
    list.push_back(notification("warning", counted(plan.left_out, "finding") + " left out: the host takes no more."));
  }
  return list;
}

Json provenance_json(const Provenance& provenance) {
  Json evidence = Json::array();
  for (const ProvenanceEvidence& item : provenance.evidence) {
    evidence.push_back({{"marker", safe(item.marker)},
                        {"agent", safe(item.agent)},
                        {"commit", safe(item.commit)},
                        {"class", maker_name(item.maker)},
                        {"strength", marker_strength_name(item.strength)}});
  }
  return {{"class", maker_name(provenance.maker)},
          {"agents", provenance.agents},
          {"lowerBound", true},
          {"evidence", std::move(evidence)}};
}

Json run_properties(const Review& review, const SarifPlan& plan, PlacesView& places) {
  const Endpoints& ends = review.changes.endpoints;
  Json properties{{"verdict", review_verdict_name(review)},
                  {"blastRadius", review.score},
                  {"complete", review.complete},
                  {"program", review.program},
                  {"profile", profile_name(review.policy.profile)},
                  {"policyDigest", review.policy.digest},
                  {"policyOrigin", safe(review.policy.origin)},
                  {"rulesetDigest", review.ruleset_digest},
                  {"provenance", provenance_json(review.provenance)}};
  Json remarks = Json::array();
  for (const std::string& remark : review.remarks) remarks.push_back(safe(remark));
  properties["remarks"] = std::move(remarks);
  properties["change"] = {{"origin", origin_name(ends.origin)}, {"baseCommit", ends.base_commit},
                          {"headCommit", ends.head_commit},     {"baseTree", ends.base_tree},
                          {"headTree", ends.head_tree},         {"mergeBase", ends.merge_base}};
  Json unknown = Json::array();
  for (const Path& path : review.unknown_files) {
    if (unknown.size() == listed_files) break;
    unknown.push_back(uri_of(path));
  }
  properties["unknownFileCount"] = review.unknown_files.size();
  properties["unknownFiles"] = std::move(unknown);
  if (plan.reader == SarifReader::Any) return properties;
  Json summary = Json::array();
  for (const std::size_t index : plan.without_place) {
    const JudgedFinding& judged = review.findings[index];
    const std::string text = message_text(judged, places.own(judged.finding.region));
    summary.push_back({{"ruleId", safe(judged.finding.rule)},
                       {"verdict", verdict_name(judged.holds() ? Verdict::Hold : Verdict::Note)},
                       {"fingerprint", judged.finding.fingerprint},
                       {"text", escaped_lines(text, sarif_text_units)}});
  }
  properties["jobSummary"] = std::move(summary);
  return properties;
}

/// The schema wants an address of the repository, which redtag neither knows nor asks the network for.
Json version_control(const Endpoints& ends) {
  Json details{{"repositoryUri", "urn:redtag:repository"}};
  if (!ends.head_commit.empty()) details["revisionId"] = ends.head_commit;
  details["properties"] = {
      {"baseRevisionId", ends.base_commit}, {"baseTree", ends.base_tree}, {"headTree", ends.head_tree}};
  return Json::array({std::move(details)});
}

}  // namespace

std::string print_sarif(const Review& review, const SarifPlan& plan, PlacesView& places) {
  RuleTable rules(review, plan.reader);
  Json results = Json::array();
  for (const SarifPlacement& placement : plan.results) {
    results.push_back(result_json(review.findings[placement.finding], placement, rules, plan.reader, places));
  }
  Json driver{{"name", "redtag"}};
  if (!review.version.empty()) {
    driver["version"] = review.version;
    driver["semanticVersion"] = review.version;
  }
  driver["rules"] = rules.take();
  driver["notifications"] = Json::array(
      {{{"id", "redtag/gap"}, {"shortDescription", {{"text", "Part of the change could not be analysed."}}}}});
  Json invocation{{"executionSuccessful", review.complete},
                  {"exitCode", !review.complete ? 2
                               : review.held()  ? 1
                                                : 0},
                  {"toolExecutionNotifications", notifications(review, plan, places)}};
  Json run{{"tool", {{"driver", std::move(driver)}}},
           {"versionControlProvenance", version_control(review.changes.endpoints)},
           {"invocations", Json::array({std::move(invocation)})},
           {"columnKind", "utf16CodeUnits"},
           {"results", std::move(results)},
           {"properties", run_properties(review, plan, places)}};
  const Json log{{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                 {"version", "2.1.0"},
                 {"runs", Json::array({std::move(run)})}};
  // Only ASCII leaves: what hides in an editor or turns around what stands beside it shows as an escape.
  return log.dump(1, ' ', true, Json::error_handler_t::replace) + "\n";
}

std::string write_sarif(const Review& review) {
  PlacesView places(review.changes);
  SarifPlan plan;
  for (std::size_t i = 0; i < review.findings.size(); ++i) {
    plan.results.push_back({i, places.shown(review.findings[i].finding.region), false});
  }
  return print_sarif(review, plan, places);
}

}  // namespace redtag
