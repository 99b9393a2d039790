// Digests: SHA-256 for what is signed or compared across machines, XXH3 for in-memory look-ups.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace redtag {

/// SHA-256 of `bytes`, as 64 lower-case hexadecimal digits.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);

/// XXH3 of `bytes`. Never shown, stored or compared between versions of redtag.
[[nodiscard]] std::uint64_t fast_hash(std::string_view bytes);

}  // namespace redtag
