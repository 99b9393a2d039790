#include "lower/encoded.h"

#include <algorithm>

#include "base/base64.h"
#include "base/text.h"

namespace redtag {

std::optional<std::string> encoded_program(std::string_view text) {
  // "#!" and "#c" begin so: nearly all texts need no closer look.
  text = trim(text);
  if (!text.starts_with("Iy") && !text.starts_with("I2")) return std::nullopt;
  std::string plain;
  for (const char c : text) {
    if (c != ' ' && c != '\n' && c != '\r' && c != '\t') plain += c;
  }
  while (plain.size() % 4 != 0 && plain.size() < text.size() + 3) plain += '=';
  std::optional<std::string> bytes = from_base64(plain);
  if (!bytes || (!bytes->starts_with("#!") && !bytes->starts_with("#cloud-config"))) return std::nullopt;
  const bool printable = std::all_of(bytes->begin(), bytes->end(), [](char c) {
    return c == '\n' || c == '\t' || c == '\r' || static_cast<unsigned char>(c) >= ' ';
  });
  return printable ? bytes : std::nullopt;
}

}  // namespace redtag
