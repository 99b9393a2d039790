// The public side of SSH keys and signatures, read without running anything: which key is it?
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace redtag {

/// `SHA256:` and the digest of a key's wire form, as every OpenSSH tool prints it. nullopt for what is no `TYPE BASE64` (a comment may
/// follow), for a certificate, and for a key whose inner type differs from the outer.
[[nodiscard]] std::optional<std::string> fingerprint_of_public_key(std::string_view line);

/// The fingerprint of the key that an armoured SSH signature says it is from, if it is one of version 1 in the namespace of redtag
/// over SHA-512 or SHA-256. What it says is only believed once `ssh-keygen` has verified it.
[[nodiscard]] std::optional<std::string> fingerprint_of_signature(std::string_view armoured);

/// True for `SHA256:` and 43 digits of base64.
[[nodiscard]] bool is_key_fingerprint(std::string_view text);

}  // namespace redtag
