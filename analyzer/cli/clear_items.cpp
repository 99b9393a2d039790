#include "cli/clear_items.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "report/place.h"
#include "report/words.h"

namespace redtag::cli {

namespace {

using Json = nlohmann::json;

std::string_view digits_of(std::string_view name) {
  constexpr std::string_view head = "redtag/v1:";
  return name.starts_with(head) ? name.substr(head.size()) : name;
}

std::string at(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

const Json& inside(const Json& object, const char* key) {
  static const Json nothing = Json::object();
  const auto found = object.find(key);
  return found != object.end() && found->is_object() ? *found : nothing;
}

/// The fingerprint of a finding that holds; empty for the others.
std::string held_of_json(const Json& finding) {
  const auto cleared = finding.find("cleared");
  const bool holds = at(finding, "verdict") == "hold" && (cleared == finding.end() || cleared->is_null());
  return holds ? at(finding, "fingerprint") : std::string();
}

std::string held_of_result(const Json& result) {
  const bool holds =
      at(inside(result, "properties"), "verdict") == "hold" && result.find("suppressions") == result.end();
  return holds ? at(inside(result, "partialFingerprints"), "redtag/v1") : std::string();
}

ReportedChange change_of_json(const Json& json) {
  ReportedChange reported;
  const auto runs = json.find("runs");
  const bool sarif = runs != json.end() && runs->is_array() && !runs->empty();
  const Json& run = sarif ? (*runs)[0] : json;
  for (const Json& one : run.at(sarif ? "results" : "findings")) {
    std::string fingerprint = sarif ? held_of_result(one) : held_of_json(one);
    if (fingerprint.empty()) continue;
    if (!is_fingerprint(fingerprint)) throw std::invalid_argument("no fingerprint");
    reported.held.push_back(std::move(fingerprint));
  }
  const Json& change = inside(sarif ? inside(run, "properties") : run, "change");
  reported.merge = at(change, "origin") == origin_name(Origin::Merge);
  reported.base_commit = at(change, "baseCommit");
  reported.head_commit = at(change, "headCommit");
  return reported;
}

std::string line(std::string_view label, std::string_view foreign) {
  if (foreign.empty()) return {};
  return fmt::format("     {:<14} {}\n", label, printable(shortened(foreign, 600)));
}

}  // namespace

std::vector<ClearItem> items_of(const Review& review) {
  std::vector<ClearItem> items;
  PlacesView places(review.changes);
  for (const JudgedFinding& judged : review.findings) {
    const Finding& finding = judged.finding;
    ClearItem item;
    item.fingerprint = finding.fingerprint;
    item.rule = finding.rule;
    item.entity = finding.entity;
    item.severity = severity_name(finding.severity);
    const Place place = places.own(finding.region);
    if (!place.path.empty()) item.where = fmt::format("{}:{}", place.path, place.span.first_line);
    item.says = finding.says;
    for (const Part& part : parts_of(finding)) {
      if (part.label == "Why") item.because = part.text;
      if (part.label == "Way back") item.way_back = part.text;
      if (part.label == "Depends on it") item.depends = part.text;
    }
    item.vector = judged.blast.vector;
    item.score = judged.blast.score;
    item.holds = judged.holds();
    items.push_back(std::move(item));
  }
  return items;
}

Expected<ReportedChange> change_of_report(std::string_view text, std::string_view name) {
  try {
    return change_of_json(Json::parse(text));
  } catch (const std::exception&) {
    return fail(ErrorCode::Input, printable(name) + ": expected a report of redtag check in the form json or sarif");
  }
}

Expected<std::vector<ClearItem>> choose(const std::vector<ClearItem>& items, const std::vector<std::string>& names) {
  std::vector<ClearItem> chosen;
  if (names.empty()) {
    std::copy_if(items.begin(), items.end(), std::back_inserter(chosen),
                 [](const ClearItem& item) { return item.holds; });
    return chosen;
  }
  for (const std::string& name : names) {
    const std::string_view digits = digits_of(name);
    if (digits.size() < 8)
      return fail(ErrorCode::Usage, "expected eight or more digits of a fingerprint, got '" + printable(name) + "'");
    const auto is_named = [&](const ClearItem& item) { return digits_of(item.fingerprint).starts_with(digits); };
    const auto first = std::find_if(items.begin(), items.end(), is_named);
    if (first == items.end())
      return fail(ErrorCode::Missing, "no finding of this change has the fingerprint '" + printable(name) + "'");
    if (std::find_if(first + 1, items.end(), is_named) != items.end()) {
      return fail(ErrorCode::Usage, "several findings have a fingerprint that begins with '" + printable(name) + "'");
    }
    chosen.push_back(*first);
  }
  return chosen;
}

std::string clear_it_when(std::string_view help) {
  constexpr std::string_view heading = "## Clear it when";
  const std::size_t at = help.find(heading);
  if (at == std::string_view::npos) return {};
  std::string_view section = help.substr(at + heading.size());
  section = section.substr(0, section.find("\n## "));
  return std::string(trim(section));
}

std::string print_items(const std::vector<ClearItem>& items, const std::vector<RuleView>& rules) {
  std::string text;
  std::map<std::string, std::size_t> told;
  std::size_t number = 0;
  for (const ClearItem& item : items) {
    ++number;
    text += fmt::format("{:>3}  {} {}\n", number, printable(item.severity), printable(shortened(item.entity, 600)));
    text += line("Where", item.where) + line("What", item.says) + line("Why", item.because);
    text += line("Depends on it", item.depends) + line("Way back", item.way_back);
    text += line("Blast radius", fmt::format("{} of 100  {}", item.score, item.vector));
    text += line("Rule", item.rule) + line("Fingerprint", item.fingerprint);
    const auto [first, fresh] = told.emplace(item.rule, number);
    const auto rule =
        std::find_if(rules.begin(), rules.end(), [&](const RuleView& one) { return one.id == item.rule; });
    const std::string when = rule == rules.end() ? std::string() : clear_it_when(rule->help);
    if (!when.empty() && !fresh) text += line("Clear it when", fmt::format("as in {}", first->second));
    if (!when.empty() && fresh) {
      text += "     Clear it when\n";
      for (const std::string_view one : split(when, '\n')) text += fmt::format("       {}\n", printable(one));
    }
    text += "\n";
  }
  return text;
}

std::vector<AcceptedFinding> accepted_of(const std::vector<ClearItem>& items) {
  std::vector<AcceptedFinding> accepts;
  for (const ClearItem& item : items)
    accepts.push_back({item.fingerprint, band_of(item.score), item.rule, item.entity});
  std::sort(accepts.begin(), accepts.end(),
            [](const AcceptedFinding& a, const AcceptedFinding& b) { return a.fingerprint < b.fingerprint; });
  const auto same = [](const AcceptedFinding& a, const AcceptedFinding& b) { return a.fingerprint == b.fingerprint; };
  accepts.erase(std::unique(accepts.begin(), accepts.end(), same), accepts.end());
  return accepts;
}

}  // namespace redtag::cli
