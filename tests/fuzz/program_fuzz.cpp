// Any bytes are a program of any language, whole or as a window, read for what it loses and for its words; every region of what comes out
// lies in them. The first byte picks the language.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "lower/program/program.h"
#include "lower/program/words.h"

namespace {

void check(const redtag::Model& model, std::size_t size) {
  for (const redtag::Operation& operation : model.operations) {
    if (operation.region.bytes.begin > operation.region.bytes.end || operation.region.bytes.end > size) std::abort();
    if (operation.procedure.valid() && operation.procedure.value >= model.procedures.size()) std::abort();
  }
  for (const redtag::Procedure& procedure : model.procedures) {
    if (procedure.region.bytes.end > size) std::abort();
    for (const redtag::Reference& reference : procedure.references) {
      if (reference.region.bytes.begin >= reference.region.bytes.end || reference.region.bytes.end > size) std::abort();
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace redtag;
  static const FactTables facts = FactTables::builtin();
  static constexpr std::array paths = std::to_array<std::string_view>(
      {"lib/tasks/x.rake", "shop/x.py", "app/x.php", "lib/x.ex", "src/x.js", "src/x.ts"});
  if (size == 0) return 0;
  const std::string_view path = paths[data[0] % paths.size()];
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  for (const bool partial : {false, true}) {
    const SourceFileView file{FileId{0}, Side::After, path, text, 0, partial};
    check(program::lower(file, LoweringView{facts, 0}), text.size());
  }
  check(program::words_frontend.lower(SourceFileView{FileId{0}, Side::After, path, text, 0, false},
                                      LoweringView{facts, 0}),
        text.size());
  return 0;
}
