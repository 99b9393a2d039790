// Paths that a kustomization names, seen from its directory.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "base/path.h"

namespace redtag::kustomize {

/// What a directory's kustomization is called, the first that there is counting.
inline constexpr std::array kustomization_names =
    std::to_array<std::string_view>({"kustomization.yaml", "kustomization.yml", "Kustomization"});

/// Whether the last component of a path is such a name.
[[nodiscard]] bool is_kustomization(std::string_view path);

/// `../../base` seen from `a/b/c` → `a/base`; nullopt for an address of another place and for what leaves the tree.
[[nodiscard]] std::optional<std::string> resolved(std::string_view directory, std::string_view named);

/// The address of another place without what says which version of it: `?ref=v1.2`, `/v1.2.3/`.
[[nodiscard]] std::string without_version(std::string_view address);

}  // namespace redtag::kustomize
