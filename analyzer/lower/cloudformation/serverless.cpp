#include "lower/cloudformation/serverless.h"

#include <optional>
#include <string>
#include <utility>

#include "base/limits.h"
#include "lower/cloudformation/declare.h"
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
}

}  // namespace redtag::cloudformation
