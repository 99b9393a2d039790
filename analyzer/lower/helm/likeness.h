// Whether a YAML file that nothing names reads like values of a chart.
#pragma once

#include <string_view>

namespace redtag::helm {

/// True for a text with the blocks that charts share (`persistence`, `networkPolicy`, `autoscaling` …) and the members that such blocks
/// have, at any depth. Reads lines, not YAML; linear.
[[nodiscard]] bool looks_like_values(std::string_view text);

}  // namespace redtag::helm
