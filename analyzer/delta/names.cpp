#include <algorithm>
#include <array>

#include "delta/delta.h"

namespace redtag {

namespace {

#define REDTAG_FATE(enumerator, name, sentence) name,
constexpr std::array fate_names = std::to_array<std::string_view>({
#include "delta/fate.def"
});
#undef REDTAG_FATE

#define REDTAG_MOVEMENT(enumerator, name, sentence) name,
constexpr std::array movement_names = std::to_array<std::string_view>({
#include "delta/movement.def"
});
#undef REDTAG_MOVEMENT

#define REDTAG_EFFECT(enumerator, name, sentence) name,
constexpr std::array effect_names = std::to_array<std::string_view>({
#include "delta/effect.def"
});
#undef REDTAG_EFFECT

template <class Enum, std::size_t N>
std::optional<Enum> named(const std::array<std::string_view, N>& names, std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  return found == names.end() ? std::nullopt : std::optional(static_cast<Enum>(found - names.begin()));
}

}  // namespace

std::string_view fate_name(ResourceFate fate) { return fate_names[static_cast<std::size_t>(fate)]; }
std::optional<ResourceFate> fate_from_name(std::string_view name) { return named<ResourceFate>(fate_names, name); }
std::string_view movement_name(Movement movement) { return movement_names[static_cast<std::size_t>(movement)]; }
std::optional<Movement> movement_from_name(std::string_view name) { return named<Movement>(movement_names, name); }
std::string_view effect_name(AttributeEffect effect) { return effect_names[static_cast<std::size_t>(effect)]; }
std::optional<AttributeEffect> effect_from_name(std::string_view name) { return named<AttributeEffect>(effect_names, name); }

std::string_view operation_fate_name(OperationFate fate) {
  switch (fate) {
    case OperationFate::Introduced: return "introduced";
    case OperationFate::Removed: return "removed";
    case OperationFate::Reaimed: return "re-aimed";
    case OperationFate::Rearmed: return "re-armed";
  }
  return "";
}

std::string_view safeguard_fate_name(SafeguardFate fate) {
  switch (fate) {
    case SafeguardFate::Added: return "added";
    case SafeguardFate::Removed: return "removed";
    case SafeguardFate::Weakened: return "weakened";
    case SafeguardFate::Strengthened: return "strengthened";
  }
  return "";
}

}  // namespace redtag
