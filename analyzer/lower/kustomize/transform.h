// What a kustomization changes in all objects that it includes: `replicas` and `images`.
#pragma once

#include <string>
#include <vector>

#include "model/model.h"

namespace redtag::kustomize {

/// True if there is something to carry out.
[[nodiscard]] bool transforms(const Resource& kustomization);

/// Carries out the kustomization's `replicas` and `images` on objects. Gives the names in `replicas` that met an object: those are told
/// as what comes of them.
[[nodiscard]] std::vector<std::string> carry_out(const Resource& kustomization, std::vector<Resource>& objects);

}  // namespace redtag::kustomize
