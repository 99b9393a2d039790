// redtag policy: what a policy means.
#include "cli/source.h"
#include "judge/grammar.h"
#include "judge/policy_change.h"

namespace redtag::cli {
namespace {

Expected<Policy> read_named(const PolicyCommandOptions& options) {
  PolicyOptions named = options.policy;
  named.policy = options.file.empty() ? ".redtag.yaml" : options.file;
  return find_policy({}, named);
}

Expected<std::string> text_of(const PolicyCommandOptions& options) {
  if (options.what == "schema") return policy_schema();
  if (options.what == "check") {
    RT_TRY(const Policy policy, read_named(options));
    return policy_words(policy);
  }
  if (options.what == "lanes") {
    // Without a file the defaults count, and asking for them is no mistake.
    const bool none = options.file.empty() && options.policy.organisation.empty() && !read_file(".redtag.yaml");
    if (none) return lanes_table(Policy());
    RT_TRY(const Policy policy, read_named(options));
    return lanes_table(policy);
  }
  return fail(ErrorCode::Usage, "expected check, lanes or schema, got '" + options.what + "'");
}

}  // namespace

int policy(const PolicyCommandOptions& options) {
  const Expected<std::string> text = text_of(options);
  if (!text) return complain(text.error());
  const Expected<void> printed = print_out(*text);
  return printed ? 0 : complain(printed.error());
}

}  // namespace redtag::cli
