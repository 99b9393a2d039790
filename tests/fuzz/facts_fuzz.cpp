// A pack's fact table: any bytes are a table or a one-line error, and every row of a table is found again.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/text.h"
#include "facts/facts.h"
#include "facts/table.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace redtag;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const Expected<std::string> table = canonical_table("fuzz", text);
  FactTables facts = FactTables::empty();
  const Expected<void> added = facts.add("fuzz", text);
  if (table.has_value() != added.has_value()) std::abort();
  if (!table) {
    if (table.error().message.find('\n') != std::string::npos) std::abort();
    return 0;
  }
  std::size_t looked = 0;
  for (const std::string_view line : split(*table, '\n')) {
    if (line.empty() || ++looked > 200) continue;
    const auto row = parse_fact_row(line);
    if (!row || facts.rows(row->stack, row->type, row->effect).empty()) std::abort();
    (void)facts.severity_of(row->stack, row->type);
  }
  return 0;
}
