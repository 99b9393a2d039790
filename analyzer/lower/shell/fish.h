// The shell fish, whose words mean what those of the other shells do, but whose blocks and assignments are written in its own way.
#pragma once

#include <string_view>

#include "lower/carrier.h"

namespace redtag::shell {

/// True for a script of fish, by its ending or first line.
[[nodiscard]] bool is_fish(std::string_view path, std::string_view text);

/// The same commands as another shell would read them; offsets of the map are indexes into `text`. Linear.
[[nodiscard]] CarriedText from_fish(std::string_view text);

}  // namespace redtag::shell
