#include "lower/docker/docker.h"

#include "base/text.h"
#include "lower/docker/declare.h"
#include "lower/yaml_source.h"
#include "stack/container.h"

namespace redtag {

namespace docker {
namespace {

Model lower(const SourceFileView& file, const LoweringView& view) {
  Model model;
  const std::string path = lower_ascii(file.path);
  const bool yaml = path.find(".yml") != std::string::npos || path.find(".yaml") != std::string::npos;
  if (is_server_settings(file.path, file.text)) {
    declare_settings(file, model);
    return model;
  }
  if (!yaml) {
    declare_dockerfile(file, view, model);
    return model;
  }
  for (const document::Node& root : read_yaml(file, Stack::Docker, model)) {
    if (root.type == document::NodeType::Mapping) declare_compose(file, root, view, model);
  }
  return model;
}

}  // namespace
}  // namespace docker

const Frontend docker_frontend{Stack::Docker, docker::lower, nullptr, nullptr};

}  // namespace redtag
