#include "lower/cloudformation/declare.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/limits.h"
#include "base/text.h"
#include "lower/cloudformation/conditions.h"

namespace redtag::cloudformation {

namespace {

using document::Member;
using document::Node;
using document::NodeType;

/// Resource attributes beside the properties that say what happens to it.
constexpr std::array attributes = std::to_array<std::string_view>(
    {"Condition", "CreationPolicy", "DeletionPolicy", "DependsOn", "UpdatePolicy", "UpdateReplacePolicy"});

bool contains_a_stack(std::string_view type) {
  return type == "AWS::CloudFormation::Stack" || type == "AWS::CloudFormation::StackSet" ||
         type == "AWS::Serverless::Application";
}

/// Properties whose literal value must not be shown.
bool is_secret(std::string_view key) {
  const std::string word = lower_ascii(key);
  for (const std::string_view part : {"password", "secretstring", "authtoken", "privatekey", "clientsecret"}) {
    if (word.find(part) != std::string::npos) return true;
  }
  return false;
}

void mark_secrets(std::vector<Entry>& entries) {
  for (Entry& entry : entries) {
    if (is_secret(entry.key) && entry.value.shape == Shape::Scalar) entry.value.sensitive = true;
    mark_secrets(entry.value.entries);
  }
}

Region whole_member(const SourceFileView& file, const Member& member) {
  return {file.file,
          file.side,
          {member.key_bytes.begin + file.offset, std::max(member.key_bytes.end, member.value.bytes.end) + file.offset}};
}

Region key_of(const SourceFileView& file, const Member& member) {
  return {file.file, file.side, {member.key_bytes.begin + file.offset, member.key_bytes.end + file.offset}};
}

class Declarer {
 public:
  Declarer(const SourceFileView& file, const Node& root, const LoweringView& view, Model& model)
      : file_(file), root_(root), view_(view), model_(model), evaluator_(file, root), conditions_(evaluator_, root) {}

  void declare_all() {
    declare_settings("Parameters", "parameter");
    declare_settings("Conditions", "condition");
    declare_outputs();
    const Node* resources = last_member(root_, "Resources");
    if (resources == nullptr) return;
    for (const Member& member : resources->members) {
      if (last_member(*resources, member.key) != &member.value) continue;  // overwritten by the one below
      declare_resource(member, std::count_if(resources->members.begin(), resources->members.end(),
                                             [&](const Member& other) { return other.key == member.key; }));
    }
  }

  void declare_resource(const Member& member, std::ptrdiff_t times) {
    const Node& node = member.value;
    const Node* type = last_member(node, "Type");
    if (type == nullptr || !type->scalar() || model_.resources.size() >= limits::entities_per_file) return;
    Resource resource = start(member, type->text, member.key);
    if (contains_a_stack(type->text)) resource.declares = Declares::Module;
    for (const std::string_view name : attributes) {
      for (const Member& attribute : node.members) {
        if (attribute.key == name)
          evaluator_.add_entries(attribute.key, attribute.value, whole_member(file_, attribute), resource.attributes);
      }
    }
    const Node* properties = last_member(node, "Properties");
    if (properties != nullptr) add_properties(*properties, resource);
    if (times > 1) {
      Value again = known_string(std::to_string(times) + " times in one template", resource.header);
      resource.attributes.push_back({"declared_again", std::move(again), resource.header});
    }
    mark_secrets(resource.attributes);
    resource.references = evaluator_.take_references();
    add_condition(node, resource);
    static_cast<void>(evaluator_.take_references());  // a condition's own are said by its setting
    add_dependencies(node, resource);
    const std::string address = resource.address, type_name = resource.type;
    model_.resources.push_back(std::move(resource));
    declare_scripts(file_, node, address, type_name, view_, model_);
  }

 private:
  Resource start(const Member& member, std::string type, const std::string& name) {
    Resource resource;
    resource.stack = Stack::CloudFormation;
    resource.type = std::move(type);
    resource.name = name;
    resource.scope = file_.path;
    resource.address = std::string(file_.path) + ":" + name;
    resource.region = whole_member(file_, member);
    resource.header = key_of(file_, member);
    return resource;
  }

  /// `exists_if` and `exists_by_default`, both absent for what is always there; what is never there has no instance.
  void add_condition(const Node& node, Resource& resource) {
    const Node* condition = last_member(node, "Condition");
    if (condition == nullptr || !condition->scalar() || file_.partial) return;
    const Region place = evaluator_.region(condition->bytes);
    std::optional<Value> when = conditions_.when(condition->text, place);
    if (!when) return;
    if (when->items.empty()) resource.instances = "count=0";
    const std::optional<bool> by_default = conditions_.by_default(condition->text);
    if (by_default && !when->items.empty())
      resource.attributes.push_back({"exists_by_default", known_bool(*by_default, place), place});
    resource.attributes.push_back({"exists_if", std::move(*when), place});
  }

  void add_properties(const Node& properties, Resource& resource) {
    for (const Member& property : properties.members) {
      if (last_member(properties, property.key) != &property.value) continue;
      const bool policies = property.key == "Policies" && resource.type.starts_with("AWS::Serverless::");
      if (policies && property.value.type == NodeType::Sequence) {
        add_policies(property, resource);
      } else {
        evaluator_.add_entries(property.key, property.value, whole_member(file_, property), resource.attributes);
      }
    }
  }

  /// SAM takes documents, names of policies and its own templates in one list: documents stand for themselves, the rest is a set.
  void add_policies(const Member& property, Resource& resource) {
    Value named;
    named.presence = Presence::Known;
    named.shape = Shape::Set;
    named.region = evaluator_.region(property.value.bytes);
    for (const Node& item : property.value.items) {
      const bool document = item.type == NodeType::Mapping && last_member(item, "Statement") != nullptr;
      if (document) {
        evaluator_.add_entries("Policies", item, evaluator_.region(item.bytes), resource.attributes);
        continue;
      }
      Value value = evaluator_.value(item);
      if (value.presence == Presence::Absent) continue;
      if (value.shape != Shape::Scalar) value = known_string(show(value, 4096), evaluator_.region(item.bytes));
      named.items.push_back(std::move(value));
    }
    if (!named.items.empty())
      resource.attributes.push_back({property.key, std::move(named), whole_member(file_, property)});
  }

  void add_dependencies(const Node& node, Resource& resource) const {
    const Node* depends = last_member(node, "DependsOn");
    if (depends == nullptr) return;
    const auto add = [&](const Node& name) {
      if (name.scalar()) resource.references.push_back({name.text, "DependsOn", evaluator_.region(name.bytes)});
    };
    add(*depends);
    for (const Node& item : depends->items) add(item);
  }

  void declare_settings(std::string_view section, std::string_view type) {
    const Node* members = last_member(root_, section);
    if (members == nullptr) return;
    for (const Member& member : members->members) {
      Resource setting = start(member, std::string(type), std::string(section) + "." + member.key);
      setting.declares = Declares::Setting;
      if (section == "Conditions") {
        const Region place = whole_member(file_, member);
        setting.attributes.push_back({"value", evaluator_.value(member.value), place});
        if (std::optional<Value> when = file_.partial ? std::nullopt : conditions_.when(member.key, place))
          setting.attributes.push_back({"holds_if", std::move(*when), place});
      } else {
        for (const Member& each : member.value.members) {
          evaluator_.add_entries(each.key, each.value, whole_member(file_, each), setting.attributes);
        }
      }
      const Node* hidden = last_member(member.value, "NoEcho");
      if (hidden != nullptr && lower_ascii(hidden->text) == "true") {
        for (Entry& entry : setting.attributes) entry.value.sensitive = entry.value.sensitive || entry.key == "Default";
      }
      setting.references = evaluator_.take_references();
      model_.resources.push_back(std::move(setting));
    }
  }

  void declare_outputs() {
    const Node* outputs = last_member(root_, "Outputs");
    if (outputs == nullptr) return;
    for (const Member& member : outputs->members) {
      const Node* exported = last_member(member.value, "Export");
      Resource output = start(member, exported == nullptr ? "output" : "export", "Outputs." + member.key);
      output.declares = Declares::Setting;
      for (const Member& each : member.value.members) {
        evaluator_.add_entries(each.key, each.value, whole_member(file_, each), output.attributes);
      }
      output.references = evaluator_.take_references();
      model_.resources.push_back(std::move(output));
    }
  }

  const SourceFileView& file_;
  const Node& root_;
  const LoweringView& view_;
  Model& model_;
  Evaluator evaluator_;
  Conditions conditions_;
};

}  // namespace

void declare_template(const SourceFileView& file, const Node& root, const LoweringView& view, Model& model) {
  Declarer(file, root, view, model).declare_all();
}

void declare_window(const SourceFileView& file, const Node& root, const LoweringView& view, Model& model) {
  Declarer declarer(file, root, view, model);
  for (const Member& member : root.members) {
    const Node* type = member.value.type == NodeType::Mapping ? last_member(member.value, "Type") : nullptr;
    const bool resource = type != nullptr && type->text.find("::") != std::string::npos;
    if (resource) declarer.declare_resource(member, 1);
  }
}

}  // namespace redtag::cloudformation
