// What a reviewer signs: which findings are accepted, where, by which key, why and until when.
//
//   {"_type":"https://in-toto.io/Statement/v1",
//    "predicate":{"accepts":[{"band":"50-74","entity":…,"fingerprint":"redtag/v1:…","rule":…}],"key":"SHA256:…",
//                 "kind":"clearance","reason":…,"repository":…,"signedAt":…,"target":…,"until":…},
//    "predicateType":"urn:redtag:clearance:v1",
//    "subject":[{"digest":{"sha256":…},"name":…}]}
//
// There is one spelling of a statement: keys sorted, no blanks, subjects in order. A payload that is spelt otherwise is refused, so a
// duplicate key, an unknown one or another order of bytes can never mean one thing to redtag and another to somebody else, and
// the digest of a statement names it for good. It holds no name and no address: the key says who.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "base/instant.h"

namespace redtag {

inline constexpr std::string_view clearance_predicate = "urn:redtag:clearance:v1";
/// The namespace of every SSH signature that redtag makes or believes: a signature of a commit is none.
inline constexpr std::string_view signature_namespace = "redtag";

enum class ClearanceKind : std::uint8_t {
  Clearance,   ///< a reviewer with the role for it accepts findings
  BreakGlass,  ///< an emergency: several persons, one head, hours
  Witnessed,   ///< a machine's word that a reviewer approved exactly this head on the host
};
[[nodiscard]] std::string_view clearance_kind_name(ClearanceKind kind);

/// A quarter of the blast radius. What was accepted in one quarter is not accepted in a higher one.
struct ScoreBand {
  int index = 0;  ///< 0 to 3
  auto operator<=>(const ScoreBand&) const = default;
};
[[nodiscard]] ScoreBand band_of(int score);
/// `0-24`, `25-49`, `50-74`, `75-100`.
[[nodiscard]] std::string_view band_name(ScoreBand band);

/// One finding that is accepted. The fingerprint decides; rule and entity must be the finding's as well, for they are what was read.
struct AcceptedFinding {
  std::string fingerprint;  ///< `redtag/v1:` + 64 hex digits
  ScoreBand band;
  std::string rule;
  std::string entity;
  bool operator==(const AcceptedFinding&) const = default;
};

/// True if this names that rule and entity, as a statement spells them: what the signer read is what is accepted.
[[nodiscard]] bool names(const AcceptedFinding& accepted, std::string_view rule, std::string_view entity);

struct ClearanceStatement {
  ClearanceKind kind = ClearanceKind::Clearance;
  std::string repository;                ///< `github.com/acme/shop`
  std::string target;                    ///< `refs/heads/main`
  std::string head;                      ///< commit id; only BreakGlass and Witnessed are bound to one
  std::string reviewer;                  ///< login on the host; only Witnessed
  std::vector<AcceptedFinding> accepts;  ///< sorted by fingerprint, no repetition, at least one
  std::string reason;
  std::string key;  ///< fingerprint of the key that signs: `SHA256:…`
  Instant signed_at;
  Instant until;  ///< counts before this, not from then on
  bool operator==(const ClearanceStatement&) const = default;
};

/// What a statement may hold at most. More than this is not read.
inline constexpr std::size_t statement_findings = 5000;
inline constexpr std::size_t statement_bytes = std::size_t{8} << 20;
inline constexpr std::size_t reason_bytes = 1000;

/// The one spelling. Text that is no UTF-8 is shown with escapes.
[[nodiscard]] std::string print_statement(const ClearanceStatement& statement);
/// Errors: not JSON, not of this kind, not in its one spelling, empty or over a limit.
[[nodiscard]] Expected<ClearanceStatement> read_statement(std::string_view payload);

/// True for `redtag/v1:` and 64 lower-case hexadecimal digits.
[[nodiscard]] bool is_fingerprint(std::string_view text);

}  // namespace redtag
