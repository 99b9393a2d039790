#include "lower/ci/ci.h"

#include <algorithm>

#include "base/text.h"
#include "lower/ci/included.h"
#include "lower/ci/pipeline.h"
#include "lower/yaml_source.h"
#include "stack/commands.h"

namespace redtag {

namespace ci {
namespace {

std::string_view file_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

bool is_jenkinsfile(std::string_view path) {
  const std::string name = lower_ascii(file_name(path));
  return name.starts_with("jenkinsfile") || name.ends_with(".jenkinsfile");
}

/// The tool that reads a file, from where it lies and what it is called.
Reader reader_of(std::string_view path, const document::Node& root) {
  const std::string name = lower_ascii(file_name(path));
  if (name.find("gitlab-ci") != std::string::npos || path.find(".gitlab/") != std::string_view::npos)
    return read_gitlab;
  if (path.find(".circleci/") != std::string_view::npos) return read_circle;
  if (is_prow(root)) return read_prow;
  if (is_concourse(root)) return read_concourse;
  if (is_gitlab(root)) return read_gitlab;
  if (name.starts_with("azure-pipelines") || path.find(".azure-pipelines/") != std::string_view::npos ||
      path.find(".azuredevops/") != std::string_view::npos) {
    return read_azure;
  }
  const bool github = path.find("/workflows/") != std::string_view::npos || name.starts_with("action.y");
  if (github || (root.find("jobs") != nullptr && root.find("on") != nullptr)) return read_github;
  return read_lines;
}

Model lower(const SourceFileView& file, const LoweringView& view) {
  Model model;
  if (is_jenkinsfile(file.path)) {
    declare(file, read_jenkins(file), view, model);
    return model;
  }
  if (is_foreign_program(file.path, file.text)) return model;  // a step names it
  for (const document::Node& root : read_yaml(file, Stack::Ci, model)) {
    if (root.type != document::NodeType::Mapping) continue;
    declare(file, reader_of(file.path, root)(file, root), view, model);
  }
  return model;
}

}  // namespace
}  // namespace ci

const Frontend ci_frontend{Stack::Ci, ci::lower, ci::wanted_jobs, ci::link_extended};

}  // namespace redtag
