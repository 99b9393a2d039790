#include "lower/helm/releases.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "base/path.h"
#include "base/text.h"
#include "lower/kubernetes/object.h"
#include "lower/kubernetes/release.h"

namespace redtag::helm {

namespace {

using document::Member;
using document::Node;
using document::NodeType;
using kubernetes::Directive;
using kubernetes::NodePlace;

constexpr std::array chart_keys = std::to_array<std::string_view>({"chart", "helm_chart", "helmChart"});

const Node* chart_of(const Node& item) {
  for (const std::string_view key : chart_keys) {
    if (const Node* chart = item.find(key)) return chart;
  }
  return nullptr;
}

bool is_release(const Node& item) {
  return item.type == NodeType::Mapping && item.find("name") != nullptr && chart_of(item) != nullptr;
}

/// The conditions that are open where `at` stands, in one line.
std::string conditions_text(const std::vector<Directive>& directives, std::uint32_t at) {
  std::string all;
  for (const kubernetes::Condition& condition : kubernetes::conditions_at(directives, at)) {
    const std::string text = "{{ " + condition.text + " }}";
    all += (all.empty() ? "" : " and ") + (condition.denied ? "{{ else }} of " + text : text);
  }
  return all;
}

/// Values that stand here, and parameters, as one mapping; the files that are named beside them by their names.
void add_values(const Node& item, const NodePlace& place, Resource& release) {
  Member values, files;
  values.key = "values";
  files.key = "files";
  values.value.type = NodeType::Mapping;
  files.value.type = NodeType::Sequence;
  for (const std::string_view key : {"values", "set", "secrets"}) {
    for (const Member& member : item.members) {
      if (member.key != key) continue;
      Member& into = key == "secrets" ? files : values;
      if (into.key_bytes.size() == 0) into.key_bytes = member.key_bytes;
      into.value.bytes = member.value.bytes;
      if (key == "set") kubernetes::merge_mapping(values.value, kubernetes::mapping_of(member.value));
      for (const Node& each : member.value.items) {
        if (key == "values" && each.type == NodeType::Mapping) kubernetes::merge_mapping(values.value, each);
        if (key != "set" && each.scalar()) files.value.items.push_back(each);
      }
      if (key == "values" && member.value.type == NodeType::Mapping)
        kubernetes::merge_mapping(values.value, member.value);
    }
  }
  if (files.key_bytes.size() == 0) files.key_bytes = values.key_bytes;
  if (!values.value.members.empty()) kubernetes::add_entries(release.attributes, values, place, {}, {});
  if (!files.value.items.empty()) kubernetes::add_entries(release.attributes, files, place, {}, {});
}

bool hands_values(std::string_view key) { return key == "values" || key == "set" || key == "secrets"; }

Resource release_of(const Node& item, const SourceFileView& file, const NodePlace& place) {
  Resource release;
  release.stack = Stack::Helm;
  release.type = "release";
  release.name = kubernetes::text_of(item.find("name"), place);
  const std::string space = kubernetes::text_of(item.find("namespace"), place);
  const std::size_t slash = file.path.rfind('/');
  release.scope = slash == std::string_view::npos ? std::string() : std::string(file.path.substr(0, slash));
  release.address = (release.scope.empty() ? "" : release.scope + ":") + "release/" +
                    (space.empty() ? "" : space + "/") + release.name;
  release.region = place.region(item.bytes);
  for (const Member& member : item.members) {
    if (member.key == "name") release.header = place.region({member.key_bytes.begin, member.value.bytes.end});
    if (member.key != "name" && member.key != "namespace" && !hands_values(member.key)) {
      const bool chart = std::find(chart_keys.begin(), chart_keys.end(), member.key) != chart_keys.end();
      Member spelled = member;
      if (chart) spelled.key = "chart";
      kubernetes::add_entries(release.attributes, spelled, place, {}, {});
    }
  }
  add_values(item, place, release);
  // A chart of this tree.
  const std::string chart = kubernetes::text_of(chart_of(item), place);
  const std::optional<std::string> kept = chart.starts_with('.') ? path_below(release.scope, chart) : std::nullopt;
  if (kept) release.references.push_back({"file:" + *kept, "chart", place.region(chart_of(item)->bytes)});
  const std::string major = kubernetes::major_of(kubernetes::text_of(item.find("version"), place));
  if (!major.empty()) {
    const Region at = place.region(item.find("version")->bytes);
    release.attributes.push_back({"major", known_string(major, at), at});
  }
  if (place.directives != nullptr) {
    const std::string conditions = conditions_text(*place.directives, place.offset + item.bytes.begin);
    if (!conditions.empty()) {
      release.attributes.push_back({"condition", known_string(conditions, release.header), release.header});
    }
  }
  return release;
}

}  // namespace

void add_releases(const Node& root, const SourceFileView& file, const NodePlace& place, const LoweringView& view,
                  Model& model) {
  for (const Member& member : root.members) {
    if (member.value.type != NodeType::Sequence) continue;
    for (const Node& item : member.value.items) {
      if (!is_release(item)) continue;
      Resource release = release_of(item, file, place);
      kubernetes::note_machinery(release, kubernetes::text_of(chart_of(item), place), view.facts);
      model.resources.push_back(std::move(release));
    }
  }
}

}  // namespace redtag::helm
