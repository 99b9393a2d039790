// Any bytes are an envelope, people, revocations, a key, or an error: and what is read prints as it was.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "clearance/envelope.h"
#include "clearance/people.h"
#include "clearance/ssh_keys.h"
#include "clearance/store.h"
#include "clearance/verify.h"

namespace {

void must(bool condition) {
  if (!condition) std::abort();
}

bool one_line(const redtag::Error& error) { return error.message.find('\n') == std::string::npos; }

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto statement = redtag::read_statement(text);
  must(statement ? redtag::print_statement(*statement) == text : one_line(statement.error()));
  const auto envelope = redtag::read_envelope(text);
  must(envelope ? redtag::print_envelope(*envelope) == text : one_line(envelope.error()));
  const auto stored = redtag::read_clearance(text);
  if (stored) must(!stored->statement.accepts.empty());
  const auto people = redtag::read_people(text, "input");
  must(people || one_line(people.error()));
  redtag::Signers signers;
  const auto revoked = redtag::read_revocations(text, "input", signers);
  must(revoked || one_line(revoked.error()));
  if (const auto key = redtag::fingerprint_of_public_key(text)) must(redtag::is_key_fingerprint(*key));
  if (const auto key = redtag::fingerprint_of_signature(text)) must(redtag::is_key_fingerprint(*key));
  must(redtag::repository_identity(text).find('@') == std::string::npos || text.find('@') != std::string_view::npos);
  return 0;
}
