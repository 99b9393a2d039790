#include "lower/ansible/ansible.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "lower/ansible/tasks.h"
#include "lower/yaml_source.h"

namespace redtag {

namespace ansible {
namespace {

using document::Member;
using document::Node;
using document::NodeType;

constexpr std::array play_settings =
    std::to_array<std::string_view>({"hosts", "serial", "max_fail_percentage", "any_errors_fatal", "strategy", "become",
                                     "ignore_errors", "order", "force_handlers"});

Region whole(const SourceFileView& file, const Member& member) {
  return region_in(file, {member.key_bytes.begin, std::max(member.key_bytes.end, member.value.bytes.end)});
}

Value value_of(const SourceFileView& file, const Node& node) {
  const Region place = region_in(file, node.bytes);
  if (node.scalar()) {
    if (node.text.find("{{") != std::string::npos) return unknown_value(node.text, "decided when it runs", place);
    return node.type == NodeType::Number ? known_number(node.text, place) : known_string(node.text, place);
  }
  Value set;
  set.presence = Presence::Known;
  set.shape = Shape::Set;
  set.region = place;
  for (const Node& item : node.items) {
    const Node* role = item.find("role");
    set.items.push_back(known_string(role != nullptr ? role->text : item.text, region_in(file, item.bytes)));
  }
  return set;
}

class Reader {
 public:
  Reader(const SourceFileView& file, const LoweringView& view, Model& model)
      : file_(file), model_(model), tasks_(file, view, model) {}

  void read(const Node& root) {
    if (root.type == NodeType::Mapping) return read_variables(root);
    const bool plays = std::any_of(root.items.begin(), root.items.end(), [](const Node& item) {
      return item.find("hosts") != nullptr &&
             (item.find("tasks") != nullptr || item.find("roles") != nullptr || item.find("pre_tasks") != nullptr ||
              item.find("post_tasks") != nullptr || item.find("gather_facts") != nullptr ||
              item.find("handlers") != nullptr);
    });
    if (!plays) {
      tasks_.read(root, tasks_.add_procedure(std::string(file_.path), region_in(file_, root.bytes), Direction::Unknown),
                  0);
      return;
    }
    for (std::size_t i = 0; i < root.items.size(); ++i) {
      if (root.items[i].find("hosts") != nullptr) read_play(root.items[i], i);
    }
  }

 private:
  void read_play(const Node& node, std::size_t index) {
    const Node* name = node.find("name");
    Resource play;
    play.stack = Stack::Ansible;
    play.type = "play";
    play.name = name != nullptr && !name->text.empty() ? name->text : "play " + std::to_string(index + 1);
    play.scope = file_.path;
    play.address = std::string(file_.path) + ":" + play.name;
    play.region = region_in(file_, node.bytes);
    play.header = node.members.empty() ? play.region : whole(file_, node.members[0]);
    for (const Member& member : node.members) {
      if (std::find(play_settings.begin(), play_settings.end(), member.key) == play_settings.end()) continue;
      play.attributes.push_back({member.key, value_of(file_, member.value), whole(file_, member)});
    }
    const ProcedureId procedure = tasks_.add_procedure(play.address, play.region, Direction::Unknown);
    model_.resources.push_back(std::move(play));
    for (const std::string_view section : {"pre_tasks", "tasks", "post_tasks", "handlers"}) {
      if (const Node* tasks = node.find(section)) tasks_.read(*tasks, procedure, 0);
    }
  }

  /// Variables of groups and hosts, and defaults of roles.
  void read_variables(const Node& root) {
    for (const Member& member : root.members) {
      Resource setting;
      setting.stack = Stack::Ansible;
      setting.declares = Declares::Setting;
      setting.type = "variable";
      setting.name = member.key;
      setting.scope = file_.path;
      setting.address = std::string(file_.path) + ":" + member.key;
      setting.region = whole(file_, member);
      setting.header = region_in(file_, member.key_bytes);
      setting.attributes.push_back({"value", value_of(file_, member.value), setting.region});
      model_.resources.push_back(std::move(setting));
    }
  }

  const SourceFileView& file_;
  Model& model_;
  TaskReader tasks_;
};

/// Files that only name values: unread, they destroy nothing by themselves.
bool holds_variables(std::string_view path) {
  for (const std::string_view directory : {"/defaults/", "/vars/", "group_vars/", "host_vars/"}) {
    if (path.find(directory) != std::string_view::npos) return true;
  }
  return false;
}

Model lower(const SourceFileView& file, const LoweringView& view) {
  Model model;
  for (const Node& root : read_yaml(file, Stack::Ansible, model)) Reader(file, view, model).read(root);
  if (holds_variables(file.path)) model.gaps.clear();
  return model;
}

}  // namespace
}  // namespace ansible

const Frontend ansible_frontend{Stack::Ansible, ansible::lower, nullptr, nullptr};

}  // namespace redtag
