// Texts that a configuration reads as tables (`yamldecode`, `csvdecode`). The first byte chooses which. Reading
// ends, whatever is read is printed, and no table is larger than its text can be.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "lower/terraform/table_text.h"

namespace {

std::size_t nodes_of(const redtag::Value& value) {
  std::size_t nodes = 1;
  for (const redtag::Value& item : value.items) nodes += nodes_of(item);
  for (const redtag::Entry& entry : value.entries) nodes += nodes_of(entry.value);
  return nodes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace redtag;
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Region region{FileId{0}, Side::After, {0, static_cast<std::uint32_t>(text.size())}};
  const auto table = data[0] % 2 == 0 ? terraform::read_yaml(text, region) : terraform::read_csv(text, region);
  if (!table) return 0;
  (void)show(*table, 4096);
  // A line of a table repeats its head's names; beyond that, nothing grows.
  if (data[0] % 2 == 1 && nodes_of(*table) > 64 + (text.size() + 1) * (text.size() + 1)) std::abort();
  return 0;
}
