#include "lower/cloudformation/cloudformation.h"

#include "base/text.h"
#include "lower/cloudformation/declare.h"
#include "lower/cloudformation/deployment.h"
#include "lower/cloudformation/link.h"
#include "lower/cloudformation/parameter_files.h"
#include "lower/cloudformation/serverless.h"
#include "lower/yaml_source.h"

namespace redtag {

namespace cloudformation {
namespace {

/// What may be done to a stack's resources, by whoever updates it.
void declare_stack_policy(const SourceFileView& file, const document::Node& root, Model& model) {
  Evaluator evaluator(file, root);
  Resource policy;
  policy.stack = Stack::CloudFormation;
  policy.type = "AWS::CloudFormation::StackPolicy";
  policy.name = "StackPolicy";
  policy.scope = file.path;
  policy.address = std::string(file.path) + ":StackPolicy";
  policy.region = policy.header = region_in(file, root.bytes);
  policy.header.bytes.end = std::min(policy.header.bytes.end, policy.header.bytes.begin + 1);
  evaluator.add_entries("StackPolicyBody", root, policy.region, policy.attributes);
  policy.references = evaluator.take_references();
  model.resources.push_back(std::move(policy));
}

Model lower(const SourceFileView& file, const LoweringView& view) {
  Model model;
  if (lower_ascii(file.path).ends_with(".toml")) {
    declare_sam_settings(file, model);
    return model;
  }
  for (const document::Node& root : read_yaml(file, Stack::CloudFormation, model)) {
    if (declare_parameter_file(file, root, model)) continue;
    if (root.type != document::NodeType::Mapping) continue;
    if (is_service(file, root)) {
      declare_service(file, root, view, model);
      continue;
    }
    const bool complete = last_member(root, "Resources") != nullptr || last_member(root, "Parameters") != nullptr;
    if (complete) {
      declare_template(file, root, view, model);
    } else if (last_member(root, "Statement") != nullptr) {
      declare_stack_policy(file, root, model);
    } else if (file.partial) {
      declare_window(file, root, view, model);
    }
  }
  return model;
}

}  // namespace
}  // namespace cloudformation

const Frontend cloudformation_frontend{Stack::CloudFormation, cloudformation::lower, cloudformation::wanted_files,
                                       cloudformation::link};

}  // namespace redtag
