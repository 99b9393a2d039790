#include "lower/ansible/ansible.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "lower/ansible/decided.h"
#include "lower/ansible/filled.h"
#include "lower/ansible/inventory.h"
#include "lower/ansible/reach.h"
#include "lower/ansible/roles.h"
#include "lower/ansible/tasks.h"
#include "lower/ansible/variables.h"
#include "lower/around.h"
#include "lower/yaml_source.h"

namespace redtag {

namespace ansible {
namespace {

using document::Member;
using document::Node;
using document::NodeType;

constexpr std::array play_settings =
    std::to_array<std::string_view>({"hosts", "serial", "max_fail_percentage", "any_errors_fatal", "strategy", "become",
                                     "ignore_errors", "order", "force_handlers", "check_mode"});

Region whole(const SourceFileView& file, const Member& member) {
  return region_in(file, {member.key_bytes.begin, std::max(member.key_bytes.end, member.value.bytes.end)});
}

bool is_play(const Node& item) {
  constexpr std::array sections = std::to_array<std::string_view>(
      {"tasks", "roles", "pre_tasks", "post_tasks", "gather_facts", "handlers", "vars_prompt"});
  return item.find("hosts") != nullptr && std::any_of(sections.begin(), sections.end(), [&](std::string_view section) {
           return item.find(section) != nullptr;
         });
}

class Reader {
 public:
  Reader(const SourceFileView& file, const LoweringView& view, Model& model)
      : file_(file), view_(view), model_(model), tasks_(file, view, model) {}

  void read(const Node& root) {
    if (is_inventory(root)) return read_yaml_inventory(root, file_, view_, model_);
    if (root.type == NodeType::Mapping) return read_variables(root, file_, view_, model_);
    if (std::none_of(root.items.begin(), root.items.end(), is_play)) {
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
    const std::string address = play.address;
    model_.resources.push_back(std::move(play));
    read_given(node.find("vars"), address, file_, view_, model_);
    if (const Node* asked = node.find("vars_prompt")) {
      model_.safeguards.push_back({Stack::Ansible, SafeguardKind::Confirmation, Coverage::All, address, "vars_prompt",
                                   region_in(file_, asked->bytes)});
    }
    if (const Node* roles = node.find("roles")) {
      for (const Node& item : roles->items) {
        const Node* role = item.find("role");
        if (role == nullptr) role = item.find("name");
        if (role != nullptr) read_given(item.find("vars"), address + " > " + role->text, file_, view_, model_);
        add_inclusion(role == nullptr ? item.text : role->text, IsRole::Yes, procedure, region_in(file_, item.bytes),
                      file_, view_, model_);
      }
    }
    const std::size_t first = model_.operations.size();
    const std::size_t guards = model_.safeguards.size();
    for (const std::string_view section : {"pre_tasks", "tasks", "post_tasks", "handlers"}) {
      if (const Node* tasks = node.find(section)) tasks_.read(*tasks, procedure, 0);
    }
    if (node.find("roles") == nullptr) drop_late_guards(first, guards);
    if (const Node* hosts = node.find("hosts")) bind_to_hosts(*hosts, first);
    Around around(view_.facts);
    around.say_all("environment", node.find("environment"));
    around.bind(std::span(model_.operations).subspan(first), {});
  }

  /// A check behind everything that the play does stands in front of nothing: it looks whether it came out right.
  void drop_late_guards(std::size_t first_operation, std::size_t first_guard) {
    std::uint32_t last = 0;
    for (std::size_t i = first_operation; i < model_.operations.size(); ++i)
      last = std::max(last, model_.operations[i].region.bytes.begin);
    for (const Resource& resource : model_.resources) {
      if (resource.type.ends_with("inclusion")) last = std::max(last, resource.region.bytes.begin);
    }
    const auto late = std::remove_if(model_.safeguards.begin() + static_cast<std::ptrdiff_t>(first_guard),
                                     model_.safeguards.end(), [&](const Safeguard& guard) {
                                       const bool looks =
                                           guard.text.starts_with("fail: ") || guard.text.starts_with("assert: ");
                                       return looks && guard.region.bytes.begin > last;
                                     });
    model_.safeguards.erase(late, model_.safeguards.end());
  }

  /// What a play does, it does on its hosts: the same task on others is another one.
  void bind_to_hosts(const Node& hosts, std::size_t first) {
    std::string names = hosts.text;
    for (const Node& host : hosts.items) names += (names.empty() ? "" : ", ") + host.text;
    if (names.empty()) return;
    const Value on = known_string("hosts=" + shortened(names, 400), region_in(file_, hosts.bytes));
    for (std::size_t i = first; i < model_.operations.size(); ++i) model_.operations[i].arguments.push_back(on);
  }

  const SourceFileView& file_;
  const LoweringView& view_;
  Model& model_;
  TaskReader tasks_;
};

/// An inventory in YAML and everything else that is no YAML is told apart by its ending.
bool is_ini(std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  return !name.ends_with(".yml") && !name.ends_with(".yaml") && name.find(".y") == std::string_view::npos;
}

Model lower(const SourceFileView& file, const LoweringView& view) {
  Model model;
  if (is_ini(file.path)) {
    read_inventory(file, view, model);
    return model;
  }
  for (const Node& root : read_yaml(file, Stack::Ansible, model)) Reader(file, view, model).read(root);
  if (holds_variables(file.path)) model.gaps.clear();
  return model;
}

void link(std::span<LoweredFile> files, SourceTree& tree, const FactTables& facts) {
  link_inclusions(files, tree);
  link_targets(files, facts);
  link_reach(files, facts);
  link_decided(files);
}

}  // namespace
}  // namespace ansible

const Frontend ansible_frontend{Stack::Ansible, ansible::lower, ansible::wanted_tasks, ansible::link};

}  // namespace redtag
