// Paths that a kustomization names, seen from its directory.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace redtag::kustomize {

/// `a/b/kustomization.yaml` → `a/b`; empty for the top.
[[nodiscard]] std::string directory_of(std::string_view path);

/// `../../base` seen from `a/b/c` → `a/base`; nullopt for an address of another place and for what leaves the tree.
[[nodiscard]] std::optional<std::string> resolved(std::string_view directory, std::string_view named);

/// The address of another place without what says which version of it: `?ref=v1.2`, `/v1.2.3/`.
[[nodiscard]] std::string without_version(std::string_view address);

}  // namespace redtag::kustomize
