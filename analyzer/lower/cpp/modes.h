// Whom what a function makes lets in: modes of files and directories.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "lower/cpp/opens.h"

namespace redtag::cpp {

/// The calls that say a mode (rows `guard:sets-mode`), where it is written out. Armed: everyone may write; Plain: everyone may read or
/// enter; Disarmed: neither. A mask takes away what it names.
[[nodiscard]] std::vector<OpenedFile> modes_of(const Function& function, const GuardWords& words);

}  // namespace redtag::cpp
