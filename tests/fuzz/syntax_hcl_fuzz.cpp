// HCL text of any bytes: the parser ends, and every node lies in the text and in order. The scanner under it is ours (grammars/hcl).
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "syntax/tree.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using redtag::syntax::NodeView;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto tree = redtag::syntax::Tree::parse(redtag::syntax::Grammar::Hcl, text);
  if (!tree) return 0;
  std::uint32_t reached = 0;
  for (NodeView node = tree->root().first_child(); !node.null(); node = node.next()) {
    const redtag::ByteRange bytes = node.bytes();
    if (bytes.begin < reached || bytes.end < bytes.begin || bytes.end > size) std::abort();
    reached = bytes.end;
  }
  return 0;
}
