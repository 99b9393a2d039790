// Path and content → stack. Content decides where the name does not.
#pragma once

#include <string_view>

#include "change/change.h"
#include "model/model.h"

namespace redtag {

/// The stack of one image; Stack::None for what redtag does not read. `path` is never opened.
[[nodiscard]] Stack detect_stack(std::string_view path, std::string_view text);

/// The stack of a changed file on one side; None where the side has no readable image.
[[nodiscard]] Stack stack_of(const FileChange& file, Side side);

}  // namespace redtag
