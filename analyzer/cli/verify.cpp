// redtag verify: is what is about to be merged what was judged?
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "base/text.h"
#include "change/blob_id.h"
#include "cli/clearances.h"
#include "cli/source.h"
#include "judge/policy_change.h"
#include "report/report.h"

namespace redtag::cli {
namespace {

using Json = nlohmann::json;

/// What a report says that it judged.
struct Judged {
  std::string verdict, version, program, policy_digest, ruleset_digest;
  std::string base_commit, base_tree, head_tree;
  struct Cleared {
    std::string until;               ///< when the first of its clearances ends
    std::vector<std::string> rests;  ///< ids of its clearances
  };
  std::vector<Cleared> cleared;  ///< findings that held and were cleared
};

std::string text_at(const Json& json, const char* pointer) {
  const Json::json_pointer at(pointer);
  return json.contains(at) && json.at(at).is_string() ? json.at(at).get<std::string>() : std::string();
}

/// What was cleared, and by what.
std::vector<Judged::Cleared> cleared_in(const Json& json, const char* list, const char* until, const char* rests) {
  std::vector<Judged::Cleared> cleared;
  const Json::json_pointer at(list), ids(rests);
  if (!json.contains(at) || !json.at(at).is_array()) return cleared;
  for (const Json& one : json.at(at)) {
    Judged::Cleared each{text_at(one, until), {}};
    if (each.until.empty()) continue;
    if (one.contains(ids) && one.at(ids).is_array()) {
      for (const Json& id : one.at(ids)) each.rests.push_back(id.is_string() ? id.get<std::string>() : std::string());
    }
    cleared.push_back(std::move(each));
  }
  return cleared;
}

tl::unexpected<Error> unfit(const std::string& file, std::string_view why) {
  return fail(ErrorCode::Input, fmt::format("{}: {}; run redtag check again", printable(file), why));
}

/// Where a form says each thing.
struct Pointers {
  const char *complete, *verdict, *version, *program, *policy_digest, *ruleset_digest, *base_commit, *base_tree,
      *head_tree;
  const char *findings, *cleared_until, *clearances;
};
constexpr Pointers in_report{"/complete",        "/verdict",       "/redtagVersion",     "/program",
                             "/policy/digest",   "/rulesetDigest", "/change/baseCommit", "/change/baseTree",
                             "/change/headTree", "/findings",      "/cleared/until",     "/cleared/clearances"};
constexpr Pointers in_attestation{"/predicate/complete",   "/predicate/verdict",      "/predicate/redtagVersion",
                                  "/predicate/program",    "/predicate/policyDigest", "/predicate/rulesetDigest",
                                  "/predicate/baseCommit", "/predicate/baseTree",     "/subject/0/digest/gitTree",
                                  "/predicate/findings",   "/clearedUntil",           "/clearances"};

Expected<Judged> judged_at(const Pointers& at, const std::string& file, const Json& json) {
  const Json::json_pointer complete(at.complete);
  if (!json.contains(complete) || json.at(complete) != true) return unfit(file, "the run that wrote it did not finish");
  Judged judged;
  judged.verdict = text_at(json, at.verdict);
  judged.version = text_at(json, at.version);
  judged.program = text_at(json, at.program);
  judged.policy_digest = text_at(json, at.policy_digest);
  judged.ruleset_digest = text_at(json, at.ruleset_digest);
  judged.base_commit = text_at(json, at.base_commit);
  judged.base_tree = text_at(json, at.base_tree);
  judged.head_tree = text_at(json, at.head_tree);
  judged.cleared = cleared_in(json, at.findings, at.cleared_until, at.clearances);
  // A report of anything but two trees says nothing of a merge.
  if (judged.head_tree.empty() || judged.base_tree.empty()) {
    return unfit(file, "it judged a patch or a work tree, not two trees of a repository");
  }
  return judged;
}

/// Reads a report whole. What was cut off has no end, and what has no end says nothing.
Expected<Judged> read_report(const std::string& file, const Json& json) {
  if (text_at(json, "/end") != "complete") return unfit(file, "the report has no end: it was cut off");
  return judged_at(in_report, file, json);
}

/// The in-toto statement of a verdict. A clearance is a statement too, and none of these.
Expected<Judged> read_attestation(const std::string& file, const Json& json) {
  if (text_at(json, "/predicateType") != verdict_predicate) return unfit(file, "a statement, but not of a verdict");
  return judged_at(in_attestation, file, json);
}

/// The text that one of the allowed signers signed. Errors: no envelope, another signer, another text than was signed.
Expected<std::string> signed_text(const VerifyOptions& options, std::string_view text) {
  RT_TRY(const Envelope envelope, read_envelope(text));
  if (envelope.payload_type != in_toto_payload_type) return unfit(options.report, "an envelope of something else");
  Signers signers;
  RT_TRY(signers.allowed_signers, read_file(options.signers));
  RT_TRY(const Instant now, find_instant(options.at));
  RT_TRY(const SshKeygen keygen, find_keygen());
  const Expected<std::string> principal = keygen.verify(envelope, signers, now);
  if (!principal) return unfit(options.report, principal.error().message);
  return envelope.payload;
}

/// What was judged, from any form that it was written in. A signature is never ignored: it is asked for, or it is not there.
Expected<Judged> read_judged(const VerifyOptions& options) {
  const std::string& file = options.report;
  RT_TRY(std::string text, read_file(file));
  if (!options.signers.empty()) {
    RT_TRY(text, signed_text(options, text));
  }
  const Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded() || !json.is_object()) return unfit(file, "no whole report");
  if (json.contains("payloadType"))
    return fail(ErrorCode::Usage, printable(file) + ": it is signed; say who may have with --signers FILE");
  if (json.contains("_type")) return read_attestation(file, json);
  if (text_at(json, "/format") == "redtag-review") return read_report(file, json);
  return unfit(file, "expected what `redtag check` writes as json or attestation");
}

/// Everything that must be the same, one sentence for each difference.
class Verification {
 public:
  Verification(const VerifyOptions& options, Judged judged, Repository& repository)
      : options_(options), judged_(std::move(judged)), repository_(repository) {}

  Expected<std::vector<std::string>> differences() {
    if (judged_.verdict != "pass" && judged_.verdict != "note") differ("the report's verdict is " + judged_.verdict);
    RT_TRY(clearances());
    RT_TRY(tree());
    RT_TRY(base());
    RT_TRY(rules());
    return std::move(differences_);
  }

 private:
  void differ(std::string sentence) { differences_.push_back(std::move(sentence)); }

  /// What was cleared counts until a day, and as long as nobody takes it back; a verdict that rests on it counts no longer.
  Expected<void> clearances() {
    if (judged_.cleared.empty()) return {};
    RT_TRY(const Instant now, find_instant(options_.at));
    std::set<std::string> ids;
    for (const Judged::Cleared& each : judged_.cleared) {
      const auto until = parse_instant(each.until);
      if (!until) return unfit(options_.report, "the end of a clearance is no time");
      if (each.rests.empty()) return unfit(options_.report, "it does not say on which clearances it rests");
      ids.insert(each.rests.begin(), each.rests.end());
      if (now.seconds < until->seconds) continue;
      differ("it rests on a clearance that counted until " + print_instant(*until));
      return {};
    }
    RT_TRY(const auto target, repository_.tree(target_revision()));
    RT_TRY(const Signers signers, read_signers(*target));
    RT_TRY(const SshKeygen keygen, find_keygen());
    const Store store = read_store(repository_, StorePart::All);
    for (const std::string& id : ids) {
      const auto stored = std::find_if(store.clearances.begin(), store.clearances.end(),
                                       [&](const StoredClearance& each) { return each.id == id; });
      const std::string shown = printable(shortened(id, 12));
      if (stored == store.clearances.end()) {
        differ(
            fmt::format("it rests on the clearance {}, which is not here; if it was not taken back, bring it with: {}",
                        shown, fetch_command));
      } else if (const Standing standing = standing_of(*stored, signers, now, keygen); !standing.counts()) {
        differ(fmt::format("it rests on the clearance {}, which does not count: {}", shown, printable(standing.state)));
      }
    }
    return {};
  }

  /// Whose policy, rules and signers count: the target's as it is now, if the caller names it.
  [[nodiscard]] std::string target_revision() const {
    if (!options_.base.empty()) return options_.base;
    return judged_.base_commit.empty() ? judged_.base_tree : judged_.base_commit;
  }

  Expected<void> tree() {
    auto expected = repository_.tree_of(options_.expect);
    // The tree of a merge that git only would make is in nobody's store; its id is enough.
    if (!expected && is_object_id(options_.expect)) expected = Identity{"", options_.expect};
    if (!expected) return tl::make_unexpected(expected.error());
    if (expected->tree != judged_.head_tree) {
      differ(fmt::format("what is about to be merged is the tree {}, and {} was judged", shortened(expected->tree, 15),
                         shortened(judged_.head_tree, 15)));
    }
    return {};
  }

  Expected<void> base() {
    if (options_.base.empty()) return {};
    RT_TRY(const Identity now, repository_.tree_of(options_.base));
    const bool same = judged_.base_commit.empty() ? now.tree == judged_.base_tree : now.commit == judged_.base_commit;
    if (!same)
      differ(fmt::format("the target is at {} now, and the change was judged against {}", shortened(now.commit, 15),
                         shortened(judged_.base_commit, 15)));
    return {};
  }

  Expected<void> rules() {
    Source source;
    RT_TRY(source.target, repository_.tree(target_revision()));
    RT_TRY(const Policy policy, find_policy(source, options_.policy));
    if (policy.digest != judged_.policy_digest) differ("the target's policy is another one now");
    RT_TRY(const CheckSet checks, find_checks(source, policy, {}));
    if (compare_versions(judged_.version, REDTAG_VERSION) < 0) {
      differ(fmt::format("redtag {} judged it, which is older than {}", printable(judged_.version), REDTAG_VERSION));
    } else if (checks.digest() != judged_.ruleset_digest) {
      differ("other rules judged it than this redtag has with the target's packs");
    }
    if (!judged_.program.empty() && !build_id().empty() && judged_.program != build_id() &&
        judged_.version == REDTAG_VERSION) {
      differ("another build of the same version judged it");
    }
    return {};
  }

  const VerifyOptions& options_;
  Judged judged_;
  Repository& repository_;
  std::vector<std::string> differences_;
};

Expected<int> verify_report(const VerifyOptions& options) {
  RT_TRY(Judged judged, read_judged(options));
  RT_TRY(const auto repository, Repository::open(options.repository.empty() ? "." : options.repository));
  const std::string tree = judged.head_tree;
  RT_TRY(const std::vector<std::string> differences,
         Verification(options, std::move(judged), *repository).differences());
  if (differences.empty()) {
    RT_TRY(print_out(
        fmt::format("Verified: the tree {} is what was judged, by the policy and the rules that count now.\n", tree)));
    return 0;
  }
  std::string text = "Not verified. Run redtag check again on what is about to be merged.\n";
  for (const std::string& difference : differences) text += "  " + difference + "\n";
  RT_TRY(print_out(text));
  return 1;
}

}  // namespace

int verify(const VerifyOptions& options) {
  const Expected<int> status = verify_report(options);
  return status ? *status : complain(status.error());
}

}  // namespace redtag::cli
