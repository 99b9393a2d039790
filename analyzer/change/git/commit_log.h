// The commits of a range.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "change/change.h"

namespace redtag {

/// Arguments of a `git log` that takes its commits on standard input and prints what parse_commit_log() reads.
[[nodiscard]] std::vector<std::string> commit_log_arguments();

/// Newest first.
[[nodiscard]] std::vector<CommitRecord> parse_commit_log(std::string_view output);

}  // namespace redtag
