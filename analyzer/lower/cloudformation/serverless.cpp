#include "lower/cloudformation/serverless.h"

#include <optional>
#include <string>
#include <utility>

#include "base/limits.h"
#include "lower/cloudformation/declare.h"
#include "lower/cloudformation/deployment.h"
#include "lower/cloudformation/evaluate.h"
#include "lower/yaml_source.h"

namespace redtag::cloudformation {

namespace {

using document::Member;
using document::Node;
using document::NodeType;

constexpr std::string_view own = "${self:";
constexpr unsigned most_rounds = 8;  // a value that asks for another one, and so on
constexpr std::size_t longest_text = 4096;

/// Puts what a document says of itself in the place of `${self:…}`. What the command line or another file says stays as it is written.
class OwnValues {
 public:
  explicit OwnValues(const Node& root) : root_(root) {}

  void put_in(Node& node, unsigned depth) {
    if (depth > limits::nesting) return;
    if (node.type == NodeType::String && node.text.find(own) != std::string::npos) {
      const bool whole = node.text.starts_with(own) && node.text.find('}') + 1 == node.text.size();
      node.text = filled(std::move(node.text));
      // All of it is one value of the document, which may be a switch.
      if (whole && (node.text == "true" || node.text == "false")) node.type = NodeType::Bool;
    }
    for (Node& item : node.items) put_in(item, depth + 1);
    for (Member& member : node.members) put_in(member.value, depth + 1);
  }

 private:
  /// What stands at `custom.tables.orders`; nullptr where that is no scalar.
  const Node* scalar_at(std::string_view path) {
    const Node* at = &root_;
    while (!path.empty() && at != nullptr) {
      const std::size_t dot = std::min(path.find('.'), path.size());
      steps_ -= std::min(steps_, at->members.size() + 1);
      const bool goes_on = at->type == NodeType::Mapping && steps_ > 0;
      at = goes_on ? last_member(*at, path.substr(0, dot)) : nullptr;
      path.remove_prefix(std::min(dot + 1, path.size()));
    }
    return at != nullptr && at->scalar() && at->type != NodeType::Null ? at : nullptr;
  }

  std::string filled(std::string text) {
    std::size_t from = 0;
    for (unsigned round = 0; round < most_rounds && text.size() < longest_text; ++round) {
      const std::size_t open = text.find(own, from);
      const std::size_t close = open == std::string::npos ? open : text.find('}', open);
      if (close == std::string::npos) break;
      std::string path = text.substr(open + own.size(), close - open - own.size());
      path.resize(
          std::min(path.find_first_of(", "), path.size()));  // what stands behind a comma counts where nothing is
      const Node* value = path.find("${") == std::string::npos ? scalar_at(path) : nullptr;
      if (value == nullptr) {
        from = open + own.size();
        continue;
      }
      text.replace(open, close + 1 - open, value->text);
    }
    return text;
  }

  const Node& root_;
  std::size_t steps_ = 4'000'000;  ///< members looked at, in all
};

/// `tables.yml` of `${file(tables.yml)}`; empty for anything else.
std::string taken_in(const Node& node) {
  constexpr std::string_view open = "${file(";
  if (!node.scalar() || !node.text.starts_with(open)) return {};
  const std::size_t close = node.text.find(')');
  std::string path = close == std::string::npos ? std::string() : node.text.substr(open.size(), close - open.size());
  return path.find("${") == std::string::npos ? path : std::string();
}

/// A file of resources is a template that the service's own one nests, as far as what is lost with it goes.
void declare_file(const SourceFileView& file, const Node& at, Model& model) {
  const std::string path = taken_in(at);
  if (path.empty()) return;
  const Region place = region_in(file, at.bytes);
  Resource nested;
  nested.stack = Stack::CloudFormation;
  nested.declares = Declares::Module;
  nested.type = "AWS::CloudFormation::Stack";
  const std::size_t slash = path.rfind('/');
  nested.name = path.substr(slash == std::string::npos ? 0 : slash + 1);
  nested.name = nested.name.substr(0, nested.name.rfind('.'));
  nested.scope = file.path;
  nested.address = std::string(file.path) + ":" + nested.name;
  nested.region = nested.header = place;
  nested.attributes.push_back({"TemplateURL", known_string(path, place), place});
  model.resources.push_back(std::move(nested));
}

void declare_resources(const SourceFileView& file, const Node& resources, const LoweringView& view, Model& model) {
  if (resources.type == NodeType::Sequence) {
    for (const Node& item : resources.items) declare_resources(file, item, view, model);
  } else if (resources.type == NodeType::Mapping) {
    declare_template(file, resources, view, model);
    const Node* inner = last_member(resources, "Resources");
    if (inner != nullptr) declare_file(file, *inner, model);
  } else {
    declare_file(file, resources, model);
  }
}

/// `provider.iam.role.statements`, or as it was called before the third edition: what every function of the service may do.
void declare_role(const SourceFileView& file, const Node& root, Model& model) {
  const Node* provider = last_member(root, "provider");
  if (provider == nullptr) return;
  const Node* statements = last_member(*provider, "iamRoleStatements");
  const Node* iam = last_member(*provider, "iam");
  const Node* role = iam == nullptr ? nullptr : last_member(*iam, "role");
  if (role != nullptr && last_member(*role, "statements") != nullptr) statements = last_member(*role, "statements");
  if (statements == nullptr || statements->type != NodeType::Sequence) return;
  Node document;
  document.type = NodeType::Mapping;
  document.bytes = statements->bytes;
  document.members.push_back({"Statement", statements->bytes, statements->line, *statements});
  Evaluator evaluator(file, root);
  Resource policy;
  policy.stack = Stack::CloudFormation;
  policy.type = "AWS::IAM::Policy";
  policy.name = "IamRoleLambdaExecution";
  policy.scope = file.path;
  policy.address = std::string(file.path) + ":" + policy.name;
  policy.region = policy.header = region_in(file, statements->bytes);
  policy.header.bytes.end = std::min(policy.header.bytes.end, policy.header.bytes.begin + 1);
  evaluator.add_entries("PolicyDocument", document, policy.region, policy.attributes);
  policy.references = evaluator.take_references();
  model.resources.push_back(std::move(policy));
}

/// A part of a function under the name that SAM has for it.
void add_as(Node& properties, std::string_view name, const Node* value) {
  if (value != nullptr) properties.members.push_back({std::string(name), value->bytes, value->line, *value});
}

Node text_node(std::string text, const Node& at) {
  Node node;
  node.type = NodeType::String;
  node.bytes = at.bytes;
  node.line = at.line;
  node.text = std::move(text);
  return node;
}

/// `authorizer: aws_iam` of a request, as `Auth.Authorizer`; nobody is asked who he is where it says none.
Node authorizer_of(const Node& event) {
  const Node* said = event.type == NodeType::Mapping ? last_member(event, "authorizer") : nullptr;
  const Node* named = nullptr;
  for (const std::string_view key : {"arn", "name", "type", "id"}) {
    if (said != nullptr && !said->scalar() && named == nullptr) named = last_member(*said, key);
  }
  if (named == nullptr) named = said;
  return named != nullptr && named->scalar() && named->type != NodeType::Null ? *named : text_node("NONE", event);
}

/// `- http: {path: orders, method: get}` as the event of SAM that it is made into.
Node event_of(const Member& event) {
  Node node;
  node.type = NodeType::Mapping;
  node.bytes = event.value.bytes;
  node.line = event.line;
  node.members.push_back({"Type", event.key_bytes, event.line, text_node(event.key, event.value)});
  if (event.value.scalar()) {
    add_as(node, "Source", &event.value);
  } else {
    for (const Member& member : event.value.members) {
      if (member.key != "authorizer") node.members.push_back(member);
    }
  }
  if (event.key == "http" || event.key == "httpApi") {
    Node auth;
    auth.type = NodeType::Mapping;
    auth.bytes = event.value.bytes;
    const Node authorizer = authorizer_of(event.value);
    add_as(auth, "Authorizer", &authorizer);
    add_as(node, "Auth", &auth);
  }
  return node;
}

/// A function, in the properties of SAM's type, which is made into the same thing.
void declare_function(const SourceFileView& file, const Node& root, const Member& function, Model& model) {
  if (function.value.type != NodeType::Mapping || model.resources.size() >= limits::entities_per_file) return;
  const Node& value = function.value;
  Resource resource;
  resource.stack = Stack::CloudFormation;
  resource.type = "AWS::Serverless::Function";
  resource.name = function.key;
  resource.scope = file.path;
  resource.address = std::string(file.path) + ":functions." + function.key;
  resource.header = region_in(file, function.key_bytes);
  resource.region = region_in(file, {function.key_bytes.begin, std::max(function.key_bytes.end, value.bytes.end)});
  Node properties;
  for (const auto& [name, key] : std::initializer_list<std::pair<std::string_view, std::string_view>>{
           {"FunctionName", "name"},
           {"Handler", "handler"},
           {"MemorySize", "memorySize"},
           {"ReservedConcurrentExecutions", "reservedConcurrency"},
           {"Role", "role"},
           {"Timeout", "timeout"}}) {
    add_as(properties, name, last_member(value, key));
  }
  Node events;
  events.type = NodeType::Sequence;
  if (const Node* listed = last_member(value, "events"); listed != nullptr) {
    events.bytes = listed->bytes;
    for (const Node& item : listed->items) {
      if (item.type == NodeType::Mapping && item.members.size() == 1) events.items.push_back(event_of(item.members[0]));
    }
  }
  if (!events.items.empty()) add_as(properties, "Events", &events);
  const Node* url = last_member(value, "url");
  if (url != nullptr && url->text != "false") {
    Node config;
    config.type = NodeType::Mapping;
    config.bytes = url->bytes;
    const Node authorizer = authorizer_of(*url);
    add_as(config, "AuthType", &authorizer);
    add_as(properties, "FunctionUrlConfig", &config);
  }
  Evaluator evaluator(file, root);
  for (const Member& property : properties.members) {
    evaluator.add_entries(property.key, property.value, region_in(file, property.value.bytes), resource.attributes);
  }
  resource.references = evaluator.take_references();
  model.resources.push_back(std::move(resource));
}

/// A table of them, or a list of tables and of files that are taken in.
void declare_functions(const SourceFileView& file, const Node& root, const Node& functions, Model& model) {
  for (const Member& function : functions.members) declare_function(file, root, function, model);
  for (const Node& item : functions.items) {
    for (const Member& function : item.members) declare_function(file, root, function, model);
  }
}

}  // namespace

bool is_service(const SourceFileView& file, const Node& root) {
  const std::string_view name = std::string_view(file.path).substr(file.path.rfind('/') + 1);
  return name.starts_with("serverless") && root.type == NodeType::Mapping && last_member(root, "service") != nullptr &&
         last_member(root, "provider") != nullptr;
}

void declare_service(const SourceFileView& file, Node root, const LoweringView& view, Model& model) {
  const Node said = root;
  OwnValues(said).put_in(root, 0);
  const Node* resources = last_member(root, "resources");
  if (resources != nullptr) declare_resources(file, *resources, view, model);
  declare_role(file, root, model);
  declare_service_stack(file, root, model);
  if (const Node* functions = last_member(root, "functions"); functions != nullptr)
    declare_functions(file, root, *functions, model);
}

}  // namespace redtag::cloudformation
