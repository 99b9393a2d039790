// Calls of redtag in pipelines written in YAML, whoever runs them.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "document/document.h"
#include "gate/call.h"

namespace redtag {
namespace {

using document::Member;
using document::Node;
using document::NodeType;

/// Keys that decide whether what stands below or beside them runs, and whether its status counts.
bool decides(std::string_view key) {
  constexpr auto keys = std::to_array<std::string_view>({"allow_failure",
                                                         "branches",
                                                         "branches-ignore",
                                                         "concurrency",
                                                         "condition",
                                                         "container",
                                                         "continue-on-error",
                                                         "continueOnError",
                                                         "defaults",
                                                         "dependsOn",
                                                         "enabled",
                                                         "entrypoint",
                                                         "env",
                                                         "except",
                                                         "failFast",
                                                         "if",
                                                         "image",
                                                         "interruptible",
                                                         "name",
                                                         "needs",
                                                         "on",
                                                         "only",
                                                         "paths",
                                                         "paths-ignore",
                                                         "pr",
                                                         "retry",
                                                         "rules",
                                                         "runs-on",
                                                         "shell",
                                                         "strategy",
                                                         "tags",
                                                         "timeout",
                                                         "timeout-minutes",
                                                         "trigger",
                                                         "types",
                                                         "variables",
                                                         "when",
                                                         "with",
                                                         "workflow",
                                                         "working-directory"});
  return std::binary_search(keys.begin(), keys.end(), key);
}

/// A value on one line, the same for every layout. Bounded by the parser's depth.
void append_value(std::string& text, const Node& node) {
  std::vector<std::pair<const Node*, std::string>> open{{&node, ""}};
  while (!open.empty()) {
    const auto [at, lead] = open.back();
    open.pop_back();
    text += lead;
    if (at->scalar()) {
      text += at->text + ";";
      continue;
    }
    for (auto item = at->items.rbegin(); item != at->items.rend(); ++item) open.emplace_back(&*item, "- ");
    for (auto member = at->members.rbegin(); member != at->members.rend(); ++member) {
      open.emplace_back(&member->value, member->key + ": ");
    }
  }
}

/// A node with the mappings above it, outermost first.
struct Place {
  const Node* node = nullptr;
  std::string_view key;  ///< of the member that holds it; empty in a list
  std::string path;
  std::vector<std::pair<const Node*, std::string>> above;  ///< mapping and the way to it
};

/// `owner/redtag@v1`, `./integrations/redtag`, `registry/redtag:1.2`: a thing of that name that is called.
bool names_redtag(std::string_view text) {
  for (std::size_t at = text.find("redtag"); at != std::string_view::npos; at = text.find("redtag", at + 1)) {
    const bool begins = at == 0 || text[at - 1] == '/' || text[at - 1] == '-';
    const std::size_t end = at + 6;
    if (begins && (end == text.size() || std::string_view("@:/-.").find(text[end]) != std::string_view::npos))
      return true;
  }
  return false;
}

bool calls_by_name(std::string_view key) {
  return key == "uses" || key == "image" || key == "component" || key == "project" || key == "template" ||
         key == "remote" || key == "task";
}

void add_surroundings(GateCall& call, const Place& place) {
  for (const auto& [mapping, path] : place.above) {
    for (const Member& member : mapping->members) {
      // What holds the call itself is compared as the call.
      if (!decides(member.key) || (&member.value == place.node)) continue;
      std::string value;
      append_value(value, member.value);
      call.surroundings[path + "/" + member.key] = std::move(value);
    }
  }
}

void read_scalar(const Place& place, std::vector<GateCall>& calls) {
  const Node& node = *place.node;
  if (node.type != NodeType::String || node.text.find("redtag") == std::string::npos) return;
  std::vector<GateCall> found;
  if (calls_by_name(place.key) && names_redtag(node.text)) {
    GateCall call;
    call.kind = "uses";
    const auto cut = node.text.find_last_of("@:");
    call.question = node.text.substr(0, cut);
    if (cut != std::string::npos) call.version = node.text.substr(cut + 1);
    call.line = node.line;
    found.push_back(std::move(call));
  } else {
    found = calls_in_script(node.text, node.line);
  }
  for (GateCall& call : found) {
    call.where = place.path;
    add_surroundings(call, place);
    calls.push_back(std::move(call));
  }
}

void read_document(const Node& root, std::vector<GateCall>& calls) {
  std::vector<Place> open{{&root, {}, {}, {}}};
  while (!open.empty()) {
    const Place place = std::move(open.back());
    open.pop_back();
    if (place.node->scalar()) {
      read_scalar(place, calls);
      continue;
    }
    auto above = place.above;
    if (place.node->type == NodeType::Mapping) above.emplace_back(place.node, place.path);
    for (const Member& member : place.node->members) {
      open.push_back({&member.value, member.key, place.path + "/" + member.key, above});
    }
    for (const Node& item : place.node->items) open.push_back({&item, place.key, place.path, above});
  }
  std::stable_sort(calls.begin(), calls.end(), [](const GateCall& a, const GateCall& b) { return a.line < b.line; });
}

}  // namespace

std::vector<GateCall> calls_in_pipeline(std::string_view text, std::string_view name, bool& parsed) {
  std::vector<GateCall> calls;
  const auto documents = document::parse_yaml_stream(text, name);
  parsed = documents.has_value();
  if (!parsed) return calls;
  for (const Node& root : *documents) read_document(root, calls);
  return calls;
}

}  // namespace redtag
