#include "clearance/ssh_keys.h"

#include <cstdint>
#include <vector>

#include "base/base64.h"
#include "base/hash.h"
#include "base/text.h"
#include "clearance/statement.h"

namespace redtag {
namespace {

constexpr std::string_view first_line = "-----BEGIN SSH SIGNATURE-----";
constexpr std::string_view last_line = "-----END SSH SIGNATURE-----";
constexpr std::string_view certificate_end = "-cert-v01@openssh.com";

/// Takes a string of SSH's wire form: four bytes of length, then as many.
std::optional<std::string_view> take_string(std::string_view& wire) {
  if (wire.size() < 4) return std::nullopt;
  std::uint32_t size = 0;
  for (int i = 0; i < 4; ++i) size = size << 8U | static_cast<unsigned char>(wire[static_cast<std::size_t>(i)]);
  wire.remove_prefix(4);
  if (size > wire.size()) return std::nullopt;
  const std::string_view value = wire.substr(0, size);
  wire.remove_prefix(size);
  return value;
}

std::optional<std::string> fingerprint_of_wire(std::string_view wire) {
  std::string_view rest = wire;
  const auto type = take_string(rest);
  if (!type || type->empty() || type->ends_with(certificate_end)) return std::nullopt;
  const std::string hex = sha256_hex(wire);
  std::string digest;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    digest += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  }
  std::string text = base64(digest);
  while (text.ends_with('=')) text.pop_back();
  return "SHA256:" + text;
}

/// The bytes between the armour's lines.
std::optional<std::string> without_armour(std::string_view text) {
  const std::string_view body = trim(text);
  if (!body.starts_with(first_line) || !body.ends_with(last_line)) return std::nullopt;
  if (body.size() < first_line.size() + last_line.size()) return std::nullopt;
  std::string joined;
  for (const char c : body.substr(first_line.size(), body.size() - first_line.size() - last_line.size())) {
    if (c != '\n' && c != '\r') joined += c;
  }
  return from_base64(joined);
}

}  // namespace

std::optional<std::string> fingerprint_of_public_key(std::string_view line) {
  const std::string_view text = trim(line);
  const std::size_t blank = text.find(' ');
  if (blank == std::string_view::npos) return std::nullopt;
  const std::string_view encoded = text.substr(blank + 1, text.find_first_of(" \t", blank + 1) - blank - 1);
  const auto wire = from_base64(encoded);
  if (!wire) return std::nullopt;
  std::string_view rest = *wire;
  if (take_string(rest) != text.substr(0, blank)) return std::nullopt;
  return fingerprint_of_wire(*wire);
}

std::optional<std::string> fingerprint_of_signature(std::string_view armoured) {
  const auto bytes = without_armour(armoured);
  if (!bytes) return std::nullopt;
  std::string_view rest = *bytes;
  constexpr std::string_view magic("SSHSIG\0\0\0\1", 10);
  if (!rest.starts_with(magic)) return std::nullopt;
  rest.remove_prefix(magic.size());
  const auto key = take_string(rest);
  const auto space = take_string(rest);
  const auto reserved = take_string(rest);
  const auto hash = take_string(rest);
  if (!key || !reserved || space != signature_namespace || (hash != "sha512" && hash != "sha256")) return std::nullopt;
  return fingerprint_of_wire(*key);
}

bool is_key_fingerprint(std::string_view text) {
  constexpr std::string_view head = "SHA256:";
  if (text.size() != head.size() + 43 || !text.starts_with(head)) return false;
  return from_base64(std::string(text.substr(head.size())) + "=").has_value();
}

}  // namespace redtag
