#include "change/blob_id.h"

// The one-shot digests of OpenSSL 3 go through its provider machinery, which costs a millisecond at start; the plain
// functions, deprecated by name only, are a few kilobytes of assembly.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

#include <algorithm>
#include <array>

namespace redtag {

namespace {

constexpr std::size_t shortest = 4;

std::string as_hexadecimal(const unsigned char* digest, std::size_t size) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < size; ++i) {
    text += digits[digest[i] >> 4U];
    text += digits[digest[i] & 15U];
  }
  return text;
}

std::string header_of(std::string_view bytes) { return "blob " + std::to_string(bytes.size()) + '\0'; }

std::string sha1_blob_id(std::string_view bytes) {
  SHA_CTX state;
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
  const std::string header = header_of(bytes);
  SHA1_Init(&state);
  SHA1_Update(&state, header.data(), header.size());
  SHA1_Update(&state, bytes.data(), bytes.size());
  SHA1_Final(digest.data(), &state);
  return as_hexadecimal(digest.data(), digest.size());
}

std::string sha256_blob_id(std::string_view bytes) {
  SHA256_CTX state;
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  const std::string header = header_of(bytes);
  SHA256_Init(&state);
  SHA256_Update(&state, header.data(), header.size());
  SHA256_Update(&state, bytes.data(), bytes.size());
  SHA256_Final(digest.data(), &state);
  return as_hexadecimal(digest.data(), digest.size());
}

}  // namespace

bool is_blob_id(std::string_view id, std::string_view bytes) {
  if (id.size() < shortest) return false;
  // An abbreviation does not say which function made it.
  if (id.size() <= 2 * SHA_DIGEST_LENGTH && sha1_blob_id(bytes).starts_with(id)) return true;
  const bool could_be_longer = id.size() != 2 * SHA_DIGEST_LENGTH;
  return could_be_longer && sha256_blob_id(bytes).starts_with(id);
}

bool is_null_id(std::string_view id) {
  return !id.empty() && std::all_of(id.begin(), id.end(), [](char c) { return c == '0'; });
}

bool is_object_id(std::string_view text) { return (text.size() == 40 || text.size() == 64) && is_hexadecimal(text); }

bool is_hexadecimal(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

}  // namespace redtag
