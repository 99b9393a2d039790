// Which YAML and JSON files belong to Kubernetes and its tools.
#pragma once

#include <string_view>

#include "model/model.h"

namespace redtag {

/// Kubernetes, Helm or Kustomize; Stack::None for any other file. `name` is the last component of `path` in lower case.
[[nodiscard]] Stack manifest_stack(std::string_view path, std::string_view name, std::string_view text);

}  // namespace redtag
