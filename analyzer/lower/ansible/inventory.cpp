#include "lower/ansible/inventory.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "base/text.h"
#include "lower/ansible/variables.h"
#include "lower/yaml_source.h"

namespace redtag::ansible {

namespace {

/// `[web]`, `[web:children]`, `[web:vars]`: the name, and what the lines below it are.
struct Section {
  std::string group;
  std::string_view holds = "hosts";
};

/// The group of that name, made where it is named first.
Resource& group_in(Model& model, const SourceFileView& file, const std::string& name, ByteRange bytes) {
  for (Resource& known : model.resources) {
    if (known.type == "group" && known.name == name) return known;
  }
  Resource group;
  group.stack = Stack::Ansible;
  group.type = "group";
  group.name = name;
  group.scope = file.path;
  group.address = std::string(file.path) + ":" + name;
  group.region = group.header = region_in(file, bytes);
  for (const char* key : {"hosts", "children"}) {
    Value set;
    set.presence = Presence::Known;
    set.shape = Shape::Set;
    set.region = group.header;
    group.attributes.push_back({key, std::move(set), group.header});
  }
  model.resources.push_back(std::move(group));
  return model.resources.back();
}

void add_member(Resource& group, std::string_view holds, const std::string& name, Region region) {
  for (Entry& entry : group.attributes) {
    if (entry.key == holds) entry.value.items.push_back(known_string(name, region));
  }
}

/// Hosts by themselves, each with the groups that it is in: which plays reach it.
void add_hosts(const SourceFileView& file, std::size_t first, Model& model) {
  std::map<std::string, Resource> hosts;
  for (std::size_t i = first; i < model.resources.size(); ++i) {
    const Resource& group = model.resources[i];
    for (const Entry& entry : group.attributes) {
      if (group.type != "group" || entry.key != "hosts") continue;
      for (const Value& member : entry.value.items) {
        Resource& host = hosts[member.text];
        if (host.attributes.empty()) {
          host.stack = Stack::Ansible;
          host.type = "host";
          host.name = member.text;
          host.scope = file.path;
          host.address = std::string(file.path) + ":host/" + member.text;
          host.region = host.header = member.region;
          Value groups;
          groups.presence = Presence::Known;
          groups.shape = Shape::Set;
          groups.region = member.region;
          host.attributes.push_back({"groups", std::move(groups), member.region});
        }
        host.attributes.front().value.items.push_back(known_string(group.name, member.region));
      }
    }
  }
  for (auto& [name, host] : hosts) {
    if (model.resources.size() >= limits::entities_per_file) return;
    model.resources.push_back(std::move(host));
  }
}

constexpr std::array parts_of_group = std::to_array<std::string_view>({"children", "hosts", "vars"});

bool is_group(const document::Node& node) {
  if (node.type == document::NodeType::Null) return true;
  return node.type == document::NodeType::Mapping &&
         std::all_of(node.members.begin(), node.members.end(), [](const document::Member& member) {
           return std::find(parts_of_group.begin(), parts_of_group.end(), member.key) != parts_of_group.end() &&
                  (member.value.type == document::NodeType::Mapping || member.value.type == document::NodeType::Null);
         });
}

class Reader {
 public:
  Reader(const SourceFileView& file, const LoweringView& view, Model& model)
      : file_(file), view_(view), model_(model) {}

  void run() {
    std::size_t at = 0;
    while (at < file_.text.size() && model_.resources.size() < limits::entities_per_file) {
      const std::size_t end = std::min(file_.text.find('\n', at), file_.text.size());
      const std::string_view line = file_.text.substr(at, end - at);
      read_line(line, {static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(end)});
      at = end + 1;
    }
  }

 private:
  void read_line(std::string_view line, ByteRange bytes) {
    line = trim(line.substr(0, line.find(" #")));
    if (line.empty() || line.front() == '#' || line.front() == ';') return;
    if (line.front() == '[' && line.back() == ']') return open(line.substr(1, line.size() - 2), bytes);
    if (section_.holds == "vars") return read_variable(line, bytes);
    const std::string_view name = line.substr(0, line.find_first_of(" \t"));
    add_member(current(bytes), section_.holds, std::string(name), region_in(file_, bytes));
  }

  void open(std::string_view name, ByteRange bytes) {
    const std::size_t colon = name.find(':');
    section_.group = name.substr(0, colon);
    const std::string_view kind = colon == std::string_view::npos ? "hosts" : name.substr(colon + 1);
    section_.holds = kind == "vars" ? "vars" : kind == "children" ? "children" : "hosts";
    if (section_.holds != "vars") current(bytes);
  }

  Resource& current(ByteRange bytes) {
    return group_in(model_, file_, section_.group.empty() ? "ungrouped" : section_.group, bytes);
  }

  void read_variable(std::string_view line, ByteRange bytes) {
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) return;
    const Region place = region_in(file_, bytes);
    const std::string name = std::string(trim(line.substr(0, equals)));
    add_variable(name, known_string(std::string(trim(line.substr(equals + 1))), place), place, place, file_, view_,
                 model_);
  }

  const SourceFileView& file_;
  const LoweringView& view_;
  Model& model_;
  Section section_;
};

}  // namespace

void read_inventory(const SourceFileView& file, const LoweringView& view, Model& model) {
  const std::size_t first = model.resources.size();
  Reader(file, view, model).run();
  add_hosts(file, first, model);
}

bool is_inventory(const document::Node& root) {
  const bool holds = std::any_of(root.members.begin(), root.members.end(), [](const document::Member& group) {
    return group.value.find("hosts") != nullptr || group.value.find("children") != nullptr;
  });
  return holds && std::all_of(root.members.begin(), root.members.end(),
                              [](const document::Member& group) { return is_group(group.value); });
}

void read_yaml_inventory(const document::Node& root, const SourceFileView& file, const LoweringView& view,
                         Model& model) {
  const std::size_t first = model.resources.size();
  std::vector<const document::Member*> waiting;
  for (auto group = root.members.rbegin(); group != root.members.rend(); ++group) waiting.push_back(&*group);
  while (!waiting.empty() && model.resources.size() < limits::entities_per_file) {
    const document::Member& group = *waiting.back();
    waiting.pop_back();
    group_in(model, file, group.key, group.key_bytes);
    for (const document::Member& part : group.value.members) {
      if (part.key == "vars") {
        read_variables(part.value, file, view, model);
        continue;
      }
      for (const document::Member& each : part.value.members) {
        const Region place = region_in(file, each.key_bytes);
        add_member(group_in(model, file, group.key, group.key_bytes), part.key, each.key, place);
        if (part.key == "children" && is_group(each.value)) waiting.push_back(&each);
      }
    }
  }
  add_hosts(file, first, model);
}

}  // namespace redtag::ansible
