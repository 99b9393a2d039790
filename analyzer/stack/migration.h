// Files of migration frameworks, which are ordinary programs: path and content together say which framework runs them.
#pragma once

#include <string_view>

#include "model/model.h"

namespace redtag {

/// The framework whose migration a text is; Stack::None for any other file. Where the text is not at hand, the path must do.
[[nodiscard]] Stack detect_migration(std::string_view path, std::string_view text);

}  // namespace redtag
