// Any bytes are a script, whole, as a window, or inside another language, and every region of what comes out lies in them.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "lower/sql/sql.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace redtag;
  static const FactTables facts;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  struct Way {
    bool partial;
    unsigned depth;
  };
  for (const Way way : {Way{false, 0}, Way{true, 0}, Way{false, 1}}) {
    const Model model = sql_frontend.lower({FileId{0}, Side::After, "m/1_x.up.sql", text, 0, way.partial},
                                           LoweringView{facts, way.depth});
    for (const Operation& operation : model.operations) {
      if (operation.region.bytes.begin > operation.region.bytes.end || operation.region.bytes.end > size) std::abort();
      if (operation.procedure.valid() && operation.procedure.value >= model.procedures.size()) std::abort();
    }
    for (const Safeguard& safeguard : model.safeguards) {
      if (safeguard.region.bytes.end > size) std::abort();
    }
    for (const Gap& gap : model.gaps) {
      if (gap.region.bytes.begin > gap.region.bytes.end || gap.region.bytes.end > size) std::abort();
    }
  }
  return 0;
}
