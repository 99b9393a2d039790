// Any bytes are a check, or refused with one line that names the file and a line in it; what is read compiles.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "check/compile/compile.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  redtag::Expected<redtag::CheckFragment> check = redtag::read_check(text, {"check.yaml", "destructive", "name"}, {});
  if (!check) {
    const std::string& message = check.error().message;
    if (!message.starts_with("check.yaml:") || message.find('\n') != std::string::npos) std::abort();
    return 0;
  }
  redtag::PackSources sources;
  sources.checks.push_back(std::move(*check));
  const redtag::PackStorage pack = redtag::compile(sources, "house");
  if (pack.checks.size() != 1 || pack.rules.empty() || redtag::emit_cpp(pack.view()).empty()) std::abort();
  return 0;
}
