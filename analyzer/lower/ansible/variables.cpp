#include "lower/ansible/variables.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "base/text.h"
#include "lower/engine.h"
#include "lower/yaml_source.h"

namespace redtag::ansible {

namespace {

using document::Member;
using document::Node;
using document::NodeType;

constexpr std::size_t longest_item = 400;  // bytes of one element that are compared

/// One line for an element of a list: `name=value` parts in a fixed order. Deeper levels are folded to their scalars.
std::string line_of(const Node& node) {
  std::vector<std::string> parts;
  std::vector<std::pair<const Node*, std::string>> open{{&node, {}}};
  while (!open.empty() && parts.size() < limits::nesting) {
    const auto [at, key] = open.back();
    open.pop_back();
    if (at->scalar()) parts.push_back(key.empty() ? at->text : key + "=" + at->text);
    for (const Node& item : at->items) open.emplace_back(&item, key);
    for (const Member& member : at->members) open.emplace_back(&member.value, member.key);
  }
  std::sort(parts.begin(), parts.end());
  std::string line;
  for (const std::string& part : parts) line += (line.empty() ? "" : " ") + part;
  return shortened(line, longest_item);
}

/// The longest name that fits decides.
std::string_view class_of_variable(const FactTables& facts, std::string_view name) {
  FactRowView best;
  const std::string lowered = lower_ascii(name);
  for (const FactRowView& row : facts.rows("ansible", "variable")) {
    if (row.path.size() > best.path.size() && glob_match(row.path, lowered)) best = row;
  }
  return best.cls == "other" ? std::string_view() : best.cls;
}

}  // namespace

Value value_of(const SourceFileView& file, const Node& node) {
  const Region place = region_in(file, node.bytes);
  if (node.scalar()) {
    Value value;
    if (node.text.find("{{") != std::string::npos) return unknown_value(node.text, "decided when it runs", place);
    value = node.type == NodeType::Number ? known_number(node.text, place) : known_string(node.text, place);
    value.sensitive = node.tag == "!vault";
    return value;
  }
  Value set;
  set.presence = Presence::Known;
  set.shape = Shape::Set;
  set.region = place;
  for (const Node& item : node.items) {
    const Node* role = item.find("role");
    set.items.push_back(known_string(role != nullptr ? role->text : line_of(item), region_in(file, item.bytes)));
  }
  for (const Member& member : node.members) {
    const std::string inner = line_of(member.value);
    set.items.push_back(known_string(inner.empty() ? member.key : member.key + ": " + inner,
                                     region_in(file, {member.key_bytes.begin, member.value.bytes.end})));
  }
  return set;
}

void add_variable(std::string_view name, Value&& value, Region whole, Region header, const SourceFileView& file,
                  const LoweringView& view, Model& model) {
  if (model.resources.size() >= limits::entities_per_file) return;
  const std::string_view cls = class_of_variable(view.facts, name);
  Resource setting;
  setting.stack = Stack::Ansible;
  setting.declares = cls.empty() ? Declares::Setting : Declares::Resource;
  setting.type = cls.empty() ? "variable" : std::string(cls) + " variable";
  setting.name = name;
  setting.scope = file.path;
  setting.address = std::string(file.path) + ":" + std::string(name);
  setting.region = whole;
  setting.header = header;
  // An image of an engine that keeps data: as much of its version as decides on the format.
  const std::vector<FactRowView> aside = view.facts.rows("docker", "engine aside", "listed");
  const bool keeps = value.known() && !value.sensitive && value.text.find(':') != std::string::npos &&
                     std::none_of(aside.begin(), aside.end(),
                                  [&](const FactRowView& row) { return glob_match(row.path, lower_ascii(name)); });
  const std::string engine = keeps ? engine_of(value.text, view.facts) : std::string();
  if (cls.empty() && !engine.empty()) {
    setting.declares = Declares::Resource;
    setting.type = "image variable";
    setting.attributes.push_back({"engine", known_string(engine, whole), whole});
  }
  setting.attributes.insert(setting.attributes.begin(), {"value", std::move(value), whole});
  model.resources.push_back(std::move(setting));
}

void read_variables(const Node& root, const SourceFileView& file, const LoweringView& view, Model& model) {
  for (const Member& member : root.members) {
    const Region whole =
        region_in(file, {member.key_bytes.begin, std::max(member.key_bytes.end, member.value.bytes.end)});
    add_variable(member.key, value_of(file, member.value), whole, region_in(file, member.key_bytes), file, view, model);
  }
}

void read_given(const Node* variables, std::string_view holder, const SourceFileView& file, const LoweringView& view,
                Model& model) {
  if (variables == nullptr) return;
  for (const Member& member : variables->members) {
    const std::size_t known = model.resources.size();
    const Region whole =
        region_in(file, {member.key_bytes.begin, std::max(member.key_bytes.end, member.value.bytes.end)});
    add_variable(member.key, value_of(file, member.value), whole, region_in(file, member.key_bytes), file, view, model);
    for (std::size_t i = known; i < model.resources.size(); ++i)
      model.resources[i].address = std::string(holder) + " vars/" + member.key;
  }
}

bool holds_variables(std::string_view path) {
  for (const std::string_view directory : {"/defaults/", "/vars/", "group_vars/", "host_vars/", "extra_vars/"}) {
    if (path.find(directory) != std::string_view::npos) return true;
  }
  return path.starts_with("vars/");
}

}  // namespace redtag::ansible
