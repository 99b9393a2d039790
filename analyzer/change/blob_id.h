// The names that git gives to contents.
#pragma once

#include <string>
#include <string_view>

namespace redtag {

/// True if `id` (hexadecimal, at least four digits, possibly abbreviated) is git's name for a blob of these bytes, in either of
/// its two hash functions. An abbreviation matches by prefix.
[[nodiscard]] bool is_blob_id(std::string_view id, std::string_view bytes);

/// True if all digits are zero: git's way to say "none".
[[nodiscard]] bool is_null_id(std::string_view id);

/// True for a whole name of an object, in either of its two hash functions.
[[nodiscard]] bool is_object_id(std::string_view text);

/// True for lower-case hexadecimal digits only, and at least one.
[[nodiscard]] bool is_hexadecimal(std::string_view text);

}  // namespace redtag
