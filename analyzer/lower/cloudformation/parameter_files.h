// Parameter files: what a deployment hands to the template beside it.
//
//   [{"ParameterKey": "Days", "ParameterValue": "14"}, …]     as `aws cloudformation deploy` and `create-stack` take it
//   {"Parameters": {"Days": "14", …}}                         as CodePipeline takes it, also with Tags and StackPolicy
//
// A file says nothing of which template it belongs to. The service refuses parameters that a template does not declare, so a file
// is taken for a template in its own folder, or in the one above, that declares all of its names; and for one in a folder beside its own
// (`params/prod.json`, `stacks/database.yaml`) if it also gives all that the template has no default for.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "document/document.h"
#include "lower/frontend.h"

namespace redtag::cloudformation {

/// Declares a parameter file's values as a setting `parameter_file`; false if `root` is none.
[[nodiscard]] bool declare_parameter_file(const SourceFileView& file, const document::Node& root, Model& model);

/// Such a setting of values that stand in a file of another form, which gives them to the deployment `name`.
[[nodiscard]] Resource parameter_file(const SourceFileView& file, std::string name, Region place,
                                      std::vector<Entry> values);

/// Templates that the changed parameter files among `files` may belong to.
[[nodiscard]] std::vector<std::string> templates_of(std::span<const LoweredFile> files, SourceTree& tree);

/// A parameter file, and the template that takes all of its names.
struct Handing {
  const LoweredFile* to = nullptr;
  const Resource* values = nullptr;
};
[[nodiscard]] std::vector<Handing> handings(std::span<const LoweredFile> files);

}  // namespace redtag::cloudformation
