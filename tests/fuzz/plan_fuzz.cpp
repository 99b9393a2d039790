// Any bytes may be called a plan: reading them ends, with a plan or one line that says why not.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "lower/terraform/plan.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace redtag;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Expected<terraform::Plan> plan = terraform::read_plan(text, "plan.json");
  if (plan) {
    for (const auto& change : plan->changes) (void)terraform::without_keys(change.address);
  } else if (plan.error().message.empty() || plan.error().message.find('\n') != std::string::npos) {
    std::abort();
  }
  (void)terraform::without_keys(text);
  return 0;
}
