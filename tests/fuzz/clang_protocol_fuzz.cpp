// Any bytes are an answer, a request or a frame: read or refused, and what was read is written and read again the same.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "clang/protocol.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace redtag::flow;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto answer = answer_from_wire(bytes)) {
    const auto again = answer_from_wire(to_wire(*answer));
    if (!again || again->before != answer->before || again->after != answer->after) std::abort();
  }
  static_cast<void>(request_from_wire(bytes));
  std::string stream(bytes);
  for (;;) {
    const auto taken = take_frame(stream);
    if (!taken || !*taken) break;
  }
  return 0;
}
