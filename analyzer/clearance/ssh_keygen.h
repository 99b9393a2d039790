// Signatures by OpenSSH's own program, so that whatever key a reviewer has works: files, agents, hardware keys.
//
// A signature costs two processes to verify (who may have signed it; did they), some nine milliseconds together. Callers look at
// everything that needs no process first.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "base/instant.h"
#include "base/process.h"
#include "clearance/envelope.h"
#include "clearance/people.h"

namespace redtag {

/// What the caller's environment may say to `ssh-keygen`.
struct SshSurroundings {
  std::string search_path = "/usr/local/bin:/usr/bin:/bin";  ///< PATH
  std::string temporary = "/tmp";                            ///< TMPDIR
  std::vector<std::string> for_signing;  ///< NAME=value: how to reach an agent, a hardware key, a passphrase dialog
};

class SshKeygen {
 public:
  /// Error if `ssh-keygen` is not installed.
  [[nodiscard]] static Expected<SshKeygen> find(SshSurroundings surroundings);

  /// The fingerprint of the key in a file, private or public.
  [[nodiscard]] Expected<std::string> fingerprint(const std::string& key_file) const;

  /// Signs a payload. `key_file` is a private key, or a public one whose private half an agent has. May ask on the terminal.
  [[nodiscard]] Expected<Envelope> sign(std::string payload, const std::string& key_file) const;

  /// The principal of `signers` who signed, at `now`: validity times, namespaces and revocations are OpenSSH's business. Errors say
  /// why it is nobody.
  [[nodiscard]] Expected<std::string> verify(const Envelope& envelope, const Signers& signers, Instant now) const;

 private:
  SshKeygen(std::string program, SshSurroundings surroundings)
      : program_(std::move(program)), surroundings_(std::move(surroundings)) {}
  [[nodiscard]] Command command(std::vector<std::string> arguments) const;

  std::string program_;
  SshSurroundings surroundings_;
};

}  // namespace redtag
