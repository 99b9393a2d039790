// Any bytes are C or C++, whole or as a window, and every region of what comes out lies in them.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "lower/cpp/cpp.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace redtag;
  static const FactTables facts = FactTables::builtin();
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const LoweringView view{facts, 0};
  const auto check = [&](const Region& region) {
    if (region.bytes.begin > region.bytes.end || region.bytes.end > size) std::abort();
  };
  for (const std::string_view path : {std::string_view("x.c"), std::string_view("x.cc")}) {
    const Model model = cpp_frontend.lower({FileId{0}, Side::After, path, text, 0, false}, view);
    for (const Operation& operation : model.operations) {
      check(operation.region);
      if (operation.procedure.valid() && operation.procedure.value >= model.procedures.size()) std::abort();
    }
    for (const Safeguard& safeguard : model.safeguards) check(safeguard.region);
    for (const Resource& resource : model.resources) check(resource.region);
  }
  return 0;
}
