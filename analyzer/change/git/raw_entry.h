// The machine-readable list of changed files that git prints before a patch.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "change/change.h"

namespace redtag {

/// One changed file: `:100644 100644 <id> <id> M` and its names.
struct RawEntry {
  std::uint32_t before_mode = 0;
  std::uint32_t after_mode = 0;
  std::string before_id;
  std::string after_id;
  char status = 'M';  ///< A, D, M, T, R, C, U
  Path before_path;
  Path after_path;  ///< the same unless renamed or copied
};

/// Takes the entries off the front of `output` (of `--raw -z`), and the NUL between them and the patch.
[[nodiscard]] Expected<std::vector<RawEntry>> take_raw_entries(std::string_view& output);

}  // namespace redtag
