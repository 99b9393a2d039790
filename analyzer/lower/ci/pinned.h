// How firmly the version of an action, a workflow or a file of jobs names what runs.
#pragma once

#include <string>
#include <string_view>

namespace redtag::ci {

/// `digest` for a commit, `version` for a release, `branch` for what moves.
[[nodiscard]] std::string_view firmness_of(std::string_view ref);

/// The same of `owner/action@ref`; `local`, `image` or `unversioned` for what has no such version.
[[nodiscard]] std::string_view pinned(std::string_view uses);

}  // namespace redtag::ci
