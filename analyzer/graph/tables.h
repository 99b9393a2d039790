// Tables as the graph sees them: what statements of migrations and scripts speak of, what refers to what, and which programs write
// their names.
//
//   operations ──> tables, columns, views, indexes      an operation `refers` ──> foreign keys, views, indexes: sure
//   procedures that list their words ──────────────────> who reads a table or a column: by name, as sure as names are
//
// A program's word for a table is often its model's: `OrderItem` speaks of `order_items`. A column's name says little on its own; in a
// file that speaks of its table too, it is read there.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "graph/graph.h"

namespace redtag {

/// `through` of a procedure's reference that is a word of its text and no address.
inline constexpr std::string_view plain_word = "word";

/// One use, by addresses.
struct TableUse {
  std::string user;
  std::string used;
  Link link{};
  Certainty certainty = Certainty::Exact;
  std::string through;
  Region region;
};

struct Tables {
  std::vector<GraphNode> nodes;  ///< in order of address, each address once
  std::vector<TableUse> uses;
};

[[nodiscard]] Tables tables_of(const Model& model);

/// What programs call a table: `order_items`, `order_item`, `OrderItem`, `orderItems` …
[[nodiscard]] std::vector<std::string> forms_of_table(std::string_view table);

}  // namespace redtag
