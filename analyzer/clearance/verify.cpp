#include "clearance/verify.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/hash.h"
#include "base/text.h"
#include "clearance/ssh_keys.h"

namespace redtag {
namespace {

/// The log of a range stops here; who wrote what lies beyond is not known.
constexpr std::size_t known_commits = 10'000;

tl::unexpected<Error> no(std::string why) { return fail(ErrorCode::Input, std::move(why)); }

bool contains(const std::vector<std::string>& texts, std::string_view text) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

std::string named(std::string_view foreign) { return "'" + shortened(printable(foreign), 120) + "'"; }

Expected<void> fits_place(const ClearanceStatement& statement, const SituationView& situation) {
  if (situation.repository.empty()) {
    return no("nothing says which repository this is; name it with --repository-name");
  }
  if (situation.target.empty()) return no("nothing says which branch the change is for; name it with --target");
  if (statement.repository != situation.repository) {
    return no(fmt::format("it was signed for the repository {}, and this is {}", named(statement.repository),
                          named(situation.repository)));
  }
  if (statement.target != situation.target) {
    return no(fmt::format("it was signed for {}, and the change is for {}", named(statement.target),
                          named(situation.target)));
  }
  const bool bound = statement.kind != ClearanceKind::Clearance;
  if (bound && (statement.head.empty() || statement.head != situation.changes.endpoints.head_commit)) {
    return no("it was signed for another head of the change");
  }
  return {};
}

Expected<void> fits_time(const ClearanceStatement& statement, const SituationView& situation) {
  const std::int64_t now = situation.now.seconds;
  if (statement.signed_at.seconds > now + clock_skew_seconds) return no("it was signed in the future");
  if (statement.until <= statement.signed_at) return no("it ends before it begins");
  if (now >= statement.until.seconds) return no("it ended " + print_instant(statement.until));
  const bool hours = statement.kind == ClearanceKind::BreakGlass;
  const std::int64_t lifetime =
      hours ? std::int64_t{situation.break_glass_hours} * 3600 : std::int64_t{situation.lifetime_days} * 86400;
  if (now - statement.signed_at.seconds >= lifetime) {
    return no(fmt::format("the target's policy lets none count for longer than {} {} after it was signed",
                          hours ? situation.break_glass_hours : situation.lifetime_days, hours ? "hours" : "days"));
  }
  return {};
}

/// Whose word a statement is.
Expected<Person> fits_person(const ClearanceStatement& statement, const SituationView& situation) {
  const Signers& signers = situation.signers;
  if (contains(signers.revoked_keys, statement.key)) return no("its key is revoked");
  const Person* owner = signers.owner(statement.key);
  if (owner == nullptr) return no("its key belongs to nobody in the target's .redtag/people.yaml");
  if (statement.kind != ClearanceKind::Witnessed) {
    if (is_machine(*owner)) return no("it was signed by a bot");
    if (contains(situation.witnesses, statement.key))
      return no("its key is a witness's, which may only pass on a person's word");
    return *owner;
  }
  if (!contains(situation.witnesses, statement.key)) return no("the target's policy names its key as no witness");
  const Person* reviewer = signers.with_login(statement.reviewer);
  if (reviewer == nullptr) return no("its reviewer is nobody in the target's .redtag/people.yaml");
  if (is_machine(*reviewer)) return no("its reviewer is a bot");
  return *reviewer;
}

}  // namespace

Expected<Person> fits(const ClearanceStatement& statement, const SituationView& situation) {
  RT_TRY(fits_place(statement, situation));
  RT_TRY(fits_time(statement, situation));
  if (contains(situation.signers.revoked_statements, sha256_hex(print_statement(statement))))
    return no("it is revoked");
  RT_TRY(Person person, fits_person(statement, situation));
  if (situation.changes.commits.empty()) return no("nothing says who made the change: it has no commits");
  if (situation.changes.commits.size() >= known_commits)
    return no("the change has too many commits to say who made it");
  if (const auto how = hand_in(person, situation.changes, situation.actors)) {
    return no("who signed it had a hand in the change (" + *how + ")");
  }
  return person;
}

Expected<SignedClearance> verify(const StoredClearance& stored, const SituationView& situation,
                                 const SshKeygen& keygen) {
  if (fingerprint_of_signature(stored.envelope.signature) != stored.statement.key) {
    return no("its signature is of another key than it says, or of another namespace");
  }
  SignedClearance result;
  RT_TRY(result.person, fits(stored.statement, situation));
  RT_TRY(result.principal, keygen.verify(stored.envelope, situation.signers, situation.now));
  result.id = stored.id;
  result.statement = stored.statement;
  return result;
}

std::string repository_identity(std::string_view address) {
  std::string_view rest = trim(address);
  const std::size_t scheme = rest.find("://");
  std::string host;
  if (scheme != std::string_view::npos) {
    if (lower_ascii(rest.substr(0, scheme)) == "file") return {};
    rest.remove_prefix(scheme + 3);
    const std::size_t slash = rest.find('/');
    if (slash == std::string_view::npos) return {};
    host = std::string(rest.substr(0, slash));
    rest.remove_prefix(slash + 1);
  } else {
    // `user@host:path`, as scp writes it; a path has a slash before its first colon.
    const std::size_t colon = rest.find(':');
    if (colon == std::string_view::npos || rest.find('/') < colon) return {};
    host = std::string(rest.substr(0, colon));
    rest.remove_prefix(colon + 1);
  }
  host = host.substr(host.rfind('@') + 1);
  host = lower_ascii(host.substr(0, host.find(':')));
  while (rest.starts_with('/')) rest.remove_prefix(1);
  while (rest.ends_with('/')) rest.remove_suffix(1);
  if (rest.ends_with(".git")) rest.remove_suffix(4);
  if (host.empty() || rest.empty()) return {};
  return host + "/" + std::string(rest);
}

std::string target_ref(std::string_view name) {
  constexpr std::string_view remotes = "refs/remotes/";
  if (name.starts_with(remotes)) {
    const std::size_t slash = name.find('/', remotes.size());
    return slash == std::string_view::npos ? std::string() : "refs/heads/" + std::string(name.substr(slash + 1));
  }
  if (name.empty() || name.starts_with("refs/")) return std::string(name);
  return "refs/heads/" + std::string(name);
}

}  // namespace redtag
