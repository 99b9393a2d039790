// Quantities: numbers with units, compared by what they measure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compare/comparison.h"
#include "model/value.h"

namespace redtag {

enum class Dimension : std::uint8_t { Count, Bytes, Seconds, Percent };

/// One way to read a quantity, in the dimension's base unit. `5m` has two: 0.005 (of a core) and 300 seconds.
struct Reading {
  Dimension dimension{};
  double amount = 0;
  bool operator==(const Reading&) const = default;
};

/// All readings of a text: plain numbers, SI and binary suffixes (`500m`, `2k`, `512Mi`), bytes (`10GB`, `10GiB`), durations (`90s`,
/// `1h30m`, `PT5M`, `P7D`), percentages. Empty for anything else.
[[nodiscard]] std::vector<Reading> read_quantity(std::string_view text);

struct QuantityDifference {
  Comparison outcome = Comparison::Unknown;  ///< Wider for more, Narrower for less
  std::optional<double> ratio;               ///< after / before, where before is not zero
  std::string sentence;                      ///< "500 → 500m (1000 times less)"; empty for no difference
};

/// Compares two scalars in the first dimension that both can be read in; Unknown if there is none (percent for absolute, a bare
/// number for bytes), or a side is absent or unknown.
[[nodiscard]] QuantityDifference compare_quantities(const Value& before, const Value& after);

}  // namespace redtag
