// Policies that a stranger wrote: read, compared with the defaults, tightened, and said in words. Whatever comes, each ends.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "judge/policy_change.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace redtag;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto policy = read_policy(text, ".redtag.yaml");
  if (!policy) return 0;
  // Nobody is weaker than himself, and an organisation's policy is never loosened.
  if (!compare(*policy, *policy).empty()) std::abort();
  for (const Policy& other : {Policy(), *policy}) {
    const Policy together = tighten(other, *policy);
    if (together.profile < other.profile || together.clearance.lifetime_days > other.clearance.lifetime_days)
      std::abort();
    if (policy_words(together).empty() || lanes_table(together).empty()) std::abort();
  }
  return 0;
}
