#include "clearance/ssh_keygen.h"

#include <algorithm>

#include "base/temporary_directory.h"
#include "base/text.h"
#include "clearance/ssh_keys.h"
#include "clearance/statement.h"

namespace redtag {
namespace {

constexpr std::size_t output_limit = std::size_t{1} << 20;

std::string last_line(std::string_view text) {
  const auto lines = split(trim(text), '\n');
  return shortened(printable(trim(lines.back())), 300);
}

/// `20261128073340`: OpenSSH reads it in the time zone of its environment, which is UTC.
std::string verify_time(Instant now) {
  std::string digits;
  for (const char c : print_instant(now)) {
    if (c >= '0' && c <= '9') digits += c;
  }
  return "verify-time=" + digits;
}

bool is_pattern(std::string_view principal) { return principal.find_first_of("*?!") != std::string_view::npos; }

/// The identity to verify as: one that the list names, or one of the key owner's that a pattern of the list covers.
std::string identity_in(std::string_view principals, const Person* owner) {
  for (const std::string_view principal : split(trim(principals), ',')) {
    if (!is_pattern(principal)) return std::string(principal);
    if (owner == nullptr) continue;
    for (const std::string& address : owner->addresses) {
      if (glob_match(principal, address)) return address;
    }
    if (glob_match(principal, owner->name)) return owner->name;
  }
  return {};
}

}  // namespace

Expected<SshKeygen> SshKeygen::find(SshSurroundings surroundings) {
  std::string program = find_program("ssh-keygen", surroundings.search_path);
  if (program.empty()) {
    return fail(ErrorCode::Missing, "ssh-keygen (OpenSSH) is not installed, or not in an absolute directory of PATH");
  }
  return SshKeygen(std::move(program), std::move(surroundings));
}

Command SshKeygen::command(std::vector<std::string> arguments) const {
  Command command;
  command.program = program_;
  command.arguments = std::move(arguments);
  command.environment = {"PATH=" + surroundings_.search_path, "LC_ALL=C", "TZ=UTC"};
  return command;
}

Expected<std::string> SshKeygen::fingerprint(const std::string& key_file) const {
  RT_TRY(const ProcessResult result, run_process(command({"-l", "-E", "sha256", "-f", key_file}), "", output_limit));
  const auto words = split(result.output, ' ');
  if (result.status == 0 && words.size() > 1 && is_key_fingerprint(words[1])) return std::string(words[1]);
  return fail(ErrorCode::Input, "cannot read a key from " + printable(key_file) + ": " + last_line(result.errors));
}

Expected<Envelope> SshKeygen::sign(std::string payload, const std::string& key_file) const {
  Envelope envelope;
  envelope.payload = std::move(payload);
  Command signing = command({"-Y", "sign", "-n", std::string(signature_namespace), "-f", key_file});
  signing.environment.insert(signing.environment.end(), surroundings_.for_signing.begin(),
                             surroundings_.for_signing.end());
  const std::string bytes = signed_bytes(envelope.payload_type, envelope.payload);
  RT_TRY(const ProcessResult result, run_process(signing, bytes, output_limit));
  const auto key = fingerprint_of_signature(result.output);
  if (result.status != 0 || !key) {
    return fail(ErrorCode::Process,
                "ssh-keygen did not sign with " + printable(key_file) + ": " + last_line(result.errors));
  }
  envelope.key = *key;
  envelope.signature = result.output;
  return envelope;
}

Expected<std::string> SshKeygen::verify(const Envelope& envelope, const Signers& signers, Instant now) const {
  const auto key = fingerprint_of_signature(envelope.signature);
  if (!key) return fail(ErrorCode::Input, "its signature is no SSH signature in the namespace of redtag");
  if (signers.allowed_signers.empty()) return fail(ErrorCode::Missing, "no allowed signers are named");
  RT_TRY(const TemporaryDirectory files, TemporaryDirectory::create(surroundings_.temporary));
  RT_TRY(const std::string allowed, files.write("allowed_signers", signers.allowed_signers));
  RT_TRY(const std::string signature, files.write("signature", envelope.signature));
  const std::string time = verify_time(now);
  RT_TRY(const ProcessResult found,
         run_process(command({"-Y", "find-principals", "-s", signature, "-f", allowed, "-O", time}), "", output_limit));
  if (found.status != 0) {
    return fail(ErrorCode::Input,
                "its key is not among the allowed signers at this time (" + last_line(found.errors) + ")");
  }
  const std::string identity = identity_in(split(found.output, '\n')[0], signers.owner(*key));
  if (identity.empty())
    return fail(ErrorCode::Input, "the allowed signers name its key by a pattern that fits nobody");
  std::vector<std::string> arguments{"-Y", "verify",  "-n", std::string(signature_namespace),
                                     "-f", allowed,   "-I", identity,
                                     "-s", signature, "-O", time};
  if (!signers.revocation_list.empty()) {
    RT_TRY(const std::string revoked, files.write("revoked", signers.revocation_list));
    arguments.insert(arguments.end(), {"-r", revoked});
  }
  RT_TRY(const ProcessResult result, run_process(command(std::move(arguments)),
                                                 signed_bytes(envelope.payload_type, envelope.payload), output_limit));
  // The program's own word for the key that it verified, not only ours.
  if (result.status == 0 && result.output.find(" key " + *key + "\n") != std::string::npos) return identity;
  return fail(ErrorCode::Input, "its signature does not verify (" +
                                    last_line(result.errors.empty() ? result.output : result.errors) + ")");
}

}  // namespace redtag
