// Any bytes are a document or an error with a line; places lie inside the text, depth inside the limit.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "document/document.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using redtag::document::Node;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const redtag::Expected<std::vector<Node>> documents = redtag::document::parse_yaml_stream(text, "input");
  if (!documents) {
    if (!documents.error().message.starts_with("input:") || documents.error().message.find('\n') != std::string::npos)
      std::abort();
    return 0;
  }
  std::vector<std::pair<const Node*, std::uint32_t>> open;
  for (const Node& document : *documents) open.emplace_back(&document, 0);
  while (!open.empty()) {
    const auto [node, depth] = open.back();
    open.pop_back();
    if (node->bytes.begin > node->bytes.end || node->bytes.end > size || node->line == 0) std::abort();
    if (depth > redtag::limits::nesting + 2) std::abort();
    for (const Node& item : node->items) open.emplace_back(&item, depth + 1);
    for (const auto& member : node->members) open.emplace_back(&member.value, depth + 1);
  }
  return 0;
}
