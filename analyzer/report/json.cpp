#include "report/json.h"

#include <nlohmann/json.hpp>

#include "report/encoding.h"
#include "report/place.h"
#include "report/redact.h"
#include "report/words.h"

namespace redtag {
namespace {

using Json = nlohmann::ordered_json;

/// Foreign text as it is where it is UTF-8 (JSON escapes the rest), else with the other bytes shown.
std::string text(std::string_view foreign) {
  const std::string quoted = quotable(foreign);
  return is_utf8(quoted) ? quoted : printable(quoted);
}

Json path_json(const Path& path) { return {{"path", is_utf8(path) ? path : printable(path)}, {"uri", uri_of(path)}}; }

Json place_json(const Place& place) {
  Json json = path_json(place.path);
  json["side"] = side_name(place.side);
  json["startLine"] = place.span.first_line;
  json["endLine"] = place.span.last_line;
  if (place.span.first_column > 0) {
    json["startColumn"] = place.span.first_column;
    json["endColumn"] = place.span.last_column;
  }
  return json;
}

Json blast_json(const BlastRadius& blast) {
  Json contributions = Json::array();
  for (const Contribution& part : blast.contributions) {
    contributions.push_back({{"factor", part.factor}, {"value", part.value}, {"points", part.points}});
  }
  return {{"score", blast.score}, {"vector", blast.vector}, {"contributions", std::move(contributions)}};
}

Json evidence_json(const Finding& finding, PlacesView& places) {
  Json list = Json::array();
  for (const Evidence& item : finding.evidence) {
    Json json{{"sentence", text(item.sentence)}};
    if (item.region.valid()) json["place"] = place_json(places.own(item.region));
    list.push_back(std::move(json));
  }
  return list;
}

Json texts_json(const std::vector<std::string>& texts) {
  Json list = Json::array();
  for (const std::string& one : texts) list.push_back(text(one));
  return list;
}

Json classes_json(const std::vector<ActionClass>& classes) {
  Json list = Json::array();
  for (const ActionClass action : classes) list.push_back(action_class_name(action));
  return list;
}

Json acceptance_json(const std::optional<Acceptance>& acceptance) {
  if (!acceptance) return nullptr;
  Json json{{"by", text(acceptance->by)}, {"reason", text(acceptance->reason)}, {"until", text(acceptance->until)}};
  if (!acceptance->clearances.empty()) json["clearances"] = acceptance->clearances;
  return json;
}

Json exits_json(const Finding& finding) {
  const Exits exits = exits_of(finding);
  return {{"makeItSafe", text(exits.make_safe)}, {"clearIt", text(exits.clear)}, {"teachIt", text(exits.teach)}};
}

Json finding_json(const JudgedFinding& judged, PlacesView& places) {
  const Finding& finding = judged.finding;
  return {{"fingerprint", finding.fingerprint},
          {"rule", text(finding.rule)},
          {"verdict", verdict_name(judged.holds() ? Verdict::Hold : Verdict::Note)},
          {"severity", severity_name(finding.severity)},
          {"category", category_name(finding.category)},
          {"certainty", certainty_name(finding.certainty)},
          {"stack", stack_name(finding.stack)},
          {"entity", text(finding.entity)},
          {"entityClass", text(finding.entity_class)},
          {"change", text(finding.change)},
          {"action", action_name(finding.action)},
          {"environment", {{"name", environment_name(finding.environment)}, {"proven", finding.environment_proven}}},
          {"undo", undo_name(finding.undo)},
          {"intent", intent_name(judged.intent)},
          {"actionClasses", classes_json(judged.classes)},
          {"reasons", texts_json(judged.reasons)},
          {"excluded", acceptance_json(judged.excluded)},
          {"cleared", acceptance_json(judged.cleared)},
          {"blastRadius", blast_json(judged.blast)},
          {"dependents", {{"direct", finding.dependents}, {"indirect", finding.indirect_dependents}}},
          {"place", place_json(places.own(finding.region))},
          {"shownAt", place_json(places.shown(finding.region))},
          {"says", text(finding.says)},
          {"because", text(finding.because)},
          {"source", text(finding.fact_source)},
          {"wayBack", text(finding.way_back)},
          {"instead", text(finding.instead)},
          {"exits", exits_json(finding)},
          {"before", text(finding.before_text)},
          {"after", text(finding.after_text)},
          {"evidence", evidence_json(finding, places)}};
}

Json provenance_json(const Provenance& provenance) {
  Json evidence = Json::array();
  for (const ProvenanceEvidence& item : provenance.evidence) {
    evidence.push_back({{"marker", item.marker},
                        {"agent", item.agent},
                        {"class", maker_name(item.maker)},
                        {"strength", marker_strength_name(item.strength)},
                        {"commit", text(item.commit)},
                        {"source", item.source}});
  }
  return {{"class", maker_name(provenance.maker)},
          {"agents", provenance.agents},
          {"lowerBound", true},
          {"evidence", std::move(evidence)}};
}

Json change_json(const ChangeSet& changes) {
  const Endpoints& ends = changes.endpoints;
  std::size_t changed = 0;
  for (const FileChange& file : changes.files) changed += !file.is_context();
  return {{"origin", origin_name(ends.origin)},
          {"baseCommit", ends.base_commit},
          {"headCommit", ends.head_commit},
          {"baseTree", ends.base_tree},
          {"headTree", ends.head_tree},
          {"mergeBase", ends.merge_base},
          {"changedFiles", changed},
          {"contextFiles", changes.files.size() - changed}};
}

Json policy_json(const Policy& policy) {
  Json packs = Json::array();
  for (const std::string& pack : policy.packs) packs.push_back(text(pack));
  return {{"profile", profile_name(policy.profile)},
          {"origin", text(policy.origin)},
          {"digest", policy.digest},
          {"packs", std::move(packs)}};
}

Json rules_json(const Review& review) {
  Json rules = Json::array();
  for (const RuleView& rule : review.rules) {
    rules.push_back({{"id", text(rule.id)},
                     {"title", text(rule.title)},
                     {"category", category_name(rule.category)},
                     {"severity", severity_name(rule.severity)},
                     {"since", text(rule.since)},
                     {"pack", text(rule.pack)}});
  }
  return rules;
}

Json gaps_json(const Review& review, PlacesView& places) {
  Json gaps = Json::array();
  for (const Gap& gap : review.gaps) {
    gaps.push_back({{"place", place_json(places.own(gap.region))},
                    {"stack", stack_name(gap.stack)},
                    {"reason", text(gap.reason)}});
  }
  return gaps;
}

}  // namespace

std::string write_json(const Review& review) {
  PlacesView places(review.changes);
  const Tally tally = tally_of(review);
  Json findings = Json::array();
  for (const JudgedFinding& judged : review.findings) findings.push_back(finding_json(judged, places));
  Json unknown = Json::array();
  for (const Path& path : review.unknown_files) unknown.push_back(path_json(path));
  Json incomplete = Json::array();
  for (const std::string& reason : review.incomplete_because) incomplete.push_back(text(reason));
  const Json json{{"format", "redtag-review"},
                  {"formatVersion", 1},
                  {"redtagVersion", review.version},
                  {"program", review.program},
                  {"verdict", review_verdict_name(review)},
                  {"complete", review.complete},
                  {"incompleteBecause", std::move(incomplete)},
                  {"blastRadius", review.score},
                  {"counts", {{"holds", tally.holds}, {"notes", tally.notes}, {"gaps", review.gaps.size()}}},
                  {"change", change_json(review.changes)},
                  {"policy", policy_json(review.policy)},
                  {"rulesetDigest", review.ruleset_digest},
                  {"remarks", texts_json(review.remarks)},
                  {"provenance", provenance_json(review.provenance)},
                  {"findings", std::move(findings)},
                  {"gaps", gaps_json(review, places)},
                  {"unknownFiles", std::move(unknown)},
                  {"rules", rules_json(review)},
                  {"end", "complete"}};
  return json.dump(2, ' ', true, Json::error_handler_t::replace) + "\n";
}

}  // namespace redtag
