#include "lower/helm/releases.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/text.h"
#include "lower/kubernetes/object.h"

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
    if (member.key != "name" && member.key != "namespace") {
      const bool chart = std::find(chart_keys.begin(), chart_keys.end(), member.key) != chart_keys.end();
      Member spelled = member;
      if (chart) spelled.key = "chart";
      kubernetes::add_entries(release.attributes, spelled, place, {}, {});
    }
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
