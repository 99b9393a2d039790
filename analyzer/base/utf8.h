// UTF-8, written.
#pragma once

#include <cstdint>
#include <string>

namespace redtag {

/// Appends a code point; what is none (a surrogate, or above U+10FFFF) becomes U+FFFD.
inline void append_utf8(std::string& out, std::uint32_t code) {
  const auto add = [&out](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) code = 0xFFFD;
  if (code < 0x80) return add(code);
  unsigned rest = 1;  // bytes that follow the first
  if (code >= 0x800) rest = code < 0x10000 ? 2 : 3;
  add((0xF00U >> (rest + 1) & 0xFFU) | code >> (6 * rest));  // as many ones as there are bytes, then the highest bits
  while (rest-- > 0) add(0x80 | (code >> (6 * rest) & 0x3F));
}

}  // namespace redtag
