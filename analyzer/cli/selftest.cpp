// redtag selftest: one known-bad case of every rule, from the program itself. A rule that has gone blind, in a build or on a machine,
// is found before a change is believed to be clean.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>

#include "base/text.h"
#include "cli/case_runner.h"
#include "cli/clear_commands.h"
#include "cli/source.h"

extern "C" const char redtag_embedded_known_bad_cases_begin[];
extern "C" const char redtag_embedded_known_bad_cases_end[];

namespace redtag::cli {

namespace {

struct KnownBad {
  std::string_view path;  ///< `destructive/remove-resource/fires_terraform_x.diff`
  std::string_view text;
};

/// Check and stack → case.
using KnownBadCases = std::map<std::pair<std::string, std::string>, KnownBad>;

KnownBadCases known_bad_cases() {
  std::string_view rest(
      redtag_embedded_known_bad_cases_begin,
      static_cast<std::size_t>(redtag_embedded_known_bad_cases_end - redtag_embedded_known_bad_cases_begin));
  KnownBadCases cases;
  while (!rest.empty()) {
    const std::string_view head = rest.substr(0, rest.find('\n'));
    const std::size_t blank = head.rfind(' ');
    std::size_t size = 0;
    std::from_chars(head.data() + blank + 1, head.data() + head.size(), size);
    rest.remove_prefix(head.size() + 1);
    RT_ASSERT(size <= rest.size(), "the build packed whole cases");
    const std::string_view path = head.substr(0, blank);
    const auto parts = split(path, '/');
    cases.emplace(std::make_pair(std::string(parts[parts.size() - 2]), read_case_name(std::string(path)).stack),
                  KnownBad{path, rest.substr(0, size)});
    rest.remove_prefix(size);
  }
  return cases;
}

/// Why a rule does not find its case; empty if it does.
std::string blind_because(const RuleView& rule, const KnownBadCases& cases, const CheckSet& checks) {
  const auto parts = split(rule.id, '/');
  const auto found = cases.find({std::string(rule.check), std::string(parts[parts.size() - 2])});
  if (found == cases.end()) return "there is no known-bad case of it";
  const Expected<GoldenCase> golden = read_case(found->second.text, std::string(found->second.path));
  if (!golden) return golden.error().message;
  const Expected<Review> review = review_case(*golden, checks);
  if (!review) return review.error().message;
  const bool finds = std::any_of(review->findings.begin(), review->findings.end(),
                                 [&](const JudgedFinding& judged) { return judged.finding.rule == rule.id; });
  return finds ? std::string() : fmt::format("it does not find {}", found->second.path);
}

Expected<int> test_rules(const SelftestOptions& options) {
  RT_TRY(const CheckSet checks, find_checks({}, {}, options.packs));
  const KnownBadCases cases = known_bad_cases();
  std::string text;
  std::size_t good = 0, blind = 0;
  const std::vector<RuleView> rules = all_rules(checks);
  for (const RuleView& rule : rules) {
    if (!rule.pack.empty()) continue;  // a house's cases are its own: `redtag test`
    const std::string why = blind_because(rule, cases, checks);
    ++(why.empty() ? good : blind);
    if (!why.empty()) text += fmt::format("BLIND {}: {}\n", rule.id, printable(why));
  }
  // Rules that are gone leave their cases behind.
  for (const auto& [key, known] : cases) {
    const std::string tail = key.second + "/" + key.first;
    if (std::any_of(rules.begin(), rules.end(), [&](const RuleView& rule) { return rule.id == tail; })) continue;
    ++blind;
    text += fmt::format("BLIND {}: the rule is gone\n", tail);
  }
  RT_TRY(print_out(text + fmt::format("{} rules find their known-bad case, {} do not\n", good, blind)));
  return blind > 0 || good == 0 ? 1 : 0;
}

}  // namespace

int selftest(const SelftestOptions& options) {
  const Expected<int> status = test_rules(options);
  return status ? *status : complain(status.error());
}

}  // namespace redtag::cli
