// DSSE envelopes: a payload, its type, and signatures over both.
//
//   {"payload":"…base64…","payloadType":"application/vnd.in-toto+json","signatures":[{"keyid":"SHA256:…","sig":"…base64…"}]}
//
// What is signed is the pre-authentication encoding of type and payload, so that a signature over one type never passes for one
// over another. `sig` is the base64 of what `ssh-keygen -Y sign` writes. As statements do, envelopes have one spelling.
#pragma once

#include <string>
#include <string_view>

#include "base/expected.h"

namespace redtag {

inline constexpr std::string_view in_toto_payload_type = "application/vnd.in-toto+json";
inline constexpr std::size_t envelope_bytes = std::size_t{16} << 20;

/// One signer, one signature: redtag counts persons, and each signs an envelope of their own.
struct Envelope {
  std::string payload_type{in_toto_payload_type};
  std::string payload;
  std::string key;        ///< fingerprint of the key, a hint only
  std::string signature;  ///< armoured, as `ssh-keygen -Y sign` writes it
  bool operator==(const Envelope&) const = default;
};

/// What the signature is over: DSSE's pre-authentication encoding.
[[nodiscard]] std::string signed_bytes(std::string_view payload_type, std::string_view payload);

[[nodiscard]] std::string print_envelope(const Envelope& envelope);
/// Errors: not JSON, not an envelope with exactly one signature, not in its one spelling, over a limit.
[[nodiscard]] Expected<Envelope> read_envelope(std::string_view text);

}  // namespace redtag
