// Files that steer the gate, as a stranger leaves them: before and after are cut at the first NUL, the name is chosen by the first byte.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "gate/gate.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace redtag;
  constexpr std::array<std::string_view, 9> names{".redtag.yaml",
                                                  ".redtag/people.yaml",
                                                  ".redtag/allowed_signers",
                                                  ".redtag/revoked",
                                                  "CODEOWNERS",
                                                  ".gitattributes",
                                                  ".github/workflows/gate.yml",
                                                  "ci/gate.sh",
                                                  ".redtag/checks/a/b/check.yaml"};
  if (size == 0) return 0;
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto cut = std::min(text.find('\0'), text.size());
  FileChange file;
  file.id = FileId{0};
  file.before_path = file.after_path = names[data[0] % names.size()];
  file.before = {ImageKind::Whole, text.substr(0, cut), {}, 0100644, ""};
  file.after = {ImageKind::Whole, cut < text.size() ? text.substr(cut + 1) : "", {}, 0100644, ""};
  ChangeSet changes;
  changes.files = {file};
  Policy policy;
  policy.packs = {".redtag/checks"};
  return gate_findings(changes, policy, nullptr).size() > text.size() + 100 ? 1 : 0;
}
