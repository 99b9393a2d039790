// The commits of a range.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "change/change.h"

namespace redtag {

/// More commits than this between base and head are not judged.
inline constexpr std::size_t most_commits = 50'000;

/// Arguments of a `git log` that takes its commits on standard input and prints what parse_commit_log() reads.
[[nodiscard]] std::vector<std::string> commit_log_arguments();

/// Newest first. Errors: text that is no such list, or more commits than are read; who had a hand in a change is known whole or not at all.
[[nodiscard]] Expected<std::vector<CommitRecord>> parse_commit_log(std::string_view output);

}  // namespace redtag
