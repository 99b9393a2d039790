// Whole files from and to the disk.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/expected.h"

namespace redtag {

/// The bytes of a regular file; a link is followed. More than `limit` bytes are an error with ErrorCode::Limit.
[[nodiscard]] Expected<std::string> read_file(const std::string& path, std::size_t limit);

/// Makes or replaces a file that only we may read.
[[nodiscard]] Expected<void> write_file(const std::string& path, std::string_view content);

}  // namespace redtag
