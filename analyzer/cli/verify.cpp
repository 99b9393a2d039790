// redtag verify: is what is about to be merged what was judged?
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/source.h"
#include "judge/policy_change.h"

namespace redtag::cli {
namespace {

using Json = nlohmann::json;

/// What a report says that it judged.
struct Judged {
  std::string verdict, version, program, policy_digest, ruleset_digest;
  std::string base_commit, base_tree, head_tree;
};

std::string text_at(const Json& json, const char* pointer) {
  const Json::json_pointer at(pointer);
  return json.contains(at) && json.at(at).is_string() ? json.at(at).get<std::string>() : std::string();
}

tl::unexpected<Error> unfit(const std::string& file, std::string_view why) {
  return fail(ErrorCode::Input, fmt::format("{}: {}; run redtag check again", printable(file), why));
}

/// Reads a report whole. What was cut off has no end, and what has no end says nothing.
Expected<Judged> read_report(const std::string& file) {
  RT_TRY(const std::string text, read_file(file));
  const Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded() || !json.is_object()) return unfit(file, "no whole report");
  if (text_at(json, "/format") != "redtag-review")
    return unfit(file, "expected a report of `redtag check --format json`");
  if (text_at(json, "/end") != "complete") return unfit(file, "the report has no end: it was cut off");
  if (!json.contains("complete") || json["complete"] != true)
    return unfit(file, "the run that wrote it did not finish");
  Judged judged;
  judged.verdict = text_at(json, "/verdict");
  judged.version = text_at(json, "/redtagVersion");
  judged.program = text_at(json, "/program");
  judged.policy_digest = text_at(json, "/policy/digest");
  judged.ruleset_digest = text_at(json, "/rulesetDigest");
  judged.base_commit = text_at(json, "/change/baseCommit");
  judged.base_tree = text_at(json, "/change/baseTree");
  judged.head_tree = text_at(json, "/change/headTree");
  if (judged.head_tree.empty() || judged.base_tree.empty()) {
    return unfit(file, "it judged a patch or a work tree, not two trees of a repository");
  }
  return judged;
}

bool is_id(std::string_view text) {
  return (text.size() == 40 || text.size() == 64) &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// Everything that must be the same, one sentence for each difference.
class Verification {
 public:
  Verification(const VerifyOptions& options, Judged judged, Repository& repository)
      : options_(options), judged_(std::move(judged)), repository_(repository) {}

  Expected<std::vector<std::string>> differences() {
    if (judged_.verdict != "pass" && judged_.verdict != "note") differ("the report's verdict is " + judged_.verdict);
    RT_TRY(tree());
    RT_TRY(base());
    RT_TRY(rules());
    return std::move(differences_);
  }

 private:
  void differ(std::string sentence) { differences_.push_back(std::move(sentence)); }

  Expected<void> tree() {
    auto expected = repository_.tree_of(options_.expect);
    // The tree of a merge that git only would make is in nobody's store; its id is enough.
    if (!expected && is_id(options_.expect)) expected = Identity{"", options_.expect};
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
    const std::string base = !options_.base.empty()         ? options_.base
                             : !judged_.base_commit.empty() ? judged_.base_commit
                                                            : judged_.base_tree;
    Source source;
    RT_TRY(source.target, repository_.tree(base));
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
  RT_TRY(Judged judged, read_report(options.report));
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
