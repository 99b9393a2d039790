// One table's text: where its rows are, found by bisection on the raw bytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "facts/facts.h"

namespace redtag {

/// The row that a line holds, or nullopt if it has not exactly eight cells.
[[nodiscard]] std::optional<FactRowView> parse_fact_row(std::string_view line);

/// The part of `table` with the lines of that stack and type; empty if there are none. `table` is sorted bytewise by line.
[[nodiscard]] std::string_view find_rows(std::string_view table, std::string_view stack, std::string_view type);

/// The table's canonical text: checked, sorted, duplicates folded, comments and empty lines left out. Errors name the line.
[[nodiscard]] Expected<std::string> canonical_table(std::string_view name, std::string_view text);

}  // namespace redtag
