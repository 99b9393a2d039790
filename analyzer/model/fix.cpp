#include "model/fix.h"

#include <algorithm>
#include <array>

namespace redtag {

namespace {

#define REDTAG_FIX(enumerator, name, sentence) name,
constexpr std::array names = std::to_array<std::string_view>({
#include "model/fix.def"
});
#undef REDTAG_FIX

}  // namespace

std::string_view fix_name(FixKind kind) { return names[static_cast<std::size_t>(kind)]; }

std::span<const std::string_view> fix_names() { return names; }

std::optional<FixKind> fix_from_name(std::string_view name) {
  const auto* const found = std::find(names.begin(), names.end(), name);
  return found == names.end() ? std::nullopt : std::optional(static_cast<FixKind>(found - names.begin()));
}

}  // namespace redtag
