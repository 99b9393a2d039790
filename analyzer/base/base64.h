// Base64 as RFC 4648 has it, for envelopes and signatures.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace redtag {

/// With padding, on one line.
[[nodiscard]] std::string base64(std::string_view bytes);
/// The bytes of padded text on one line; nullopt for anything else, other spellings of the same bytes included.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

}  // namespace redtag
