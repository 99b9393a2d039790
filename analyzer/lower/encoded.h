// Programs that a file carries in base64, as user data and files of a cloud-config may be.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace redtag {

/// What a text stands for in base64 where that is a script or a cloud-config, by its first bytes; nullopt for any other text. Blanks and
/// line ends in it count for nothing. Bounded by its input.
[[nodiscard]] std::optional<std::string> encoded_program(std::string_view text);

}  // namespace redtag
