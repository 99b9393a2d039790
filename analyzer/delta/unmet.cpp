// Effects that do not hold: conditions of rows that this resource, or what applies it, does not meet.
#include <algorithm>
#include <charconv>
#include <optional>

#include "base/text.h"
#include "delta/conditions.h"
#include "delta/effects.h"

namespace redtag {

namespace {

/// `ATTRIBUTE=VALUE`, of which the attribute may stand in a block; `=*` for any value that it may have.
bool meets(const Resource& resource, std::string_view condition) {
  const std::size_t equals = condition.find('=');
  const std::string_view wanted = condition.substr(equals + 1);
  std::string_view path = condition.substr(0, equals);
  const std::vector<Entry>* level = &resource.attributes;
  while (level != nullptr) {
    const std::size_t dot = path.find('.');
    const auto found = std::find_if(level->begin(), level->end(),
                                    [&](const Entry& entry) { return entry.key == path.substr(0, dot); });
    if (found == level->end()) return false;
    if (dot == std::string_view::npos) {
      if (wanted == "*") return found->value.presence != Presence::Absent && !is_off(found->value);
      return found->value.known() && glob_match(wanted, found->value.text);
    }
    level = &found->value.entries;
    path.remove_prefix(dot + 1);
  }
  return false;
}

/// What encloses it goes, or comes, as a whole too.
bool moves_with_its_block(const ResourceChange& change, const AttributeChange& attribute, Movement movement) {
  if (attribute.movement != movement) return false;
  return std::any_of(change.attributes.begin(), change.attributes.end(), [&](const AttributeChange& other) {
    return other.movement == movement && attribute.place.size() > other.place.size() &&
           attribute.place.starts_with(other.place) && attribute.place[other.place.size()] == '.';
  });
}

/// `before version 4 of the provider`, and `… or if PATH=VALUE` for what the versions from there on do on request.
struct VersionCondition {
  unsigned major = 0;
  std::string_view requested;
};

std::optional<VersionCondition> version_condition(std::string_view condition) {
  constexpr std::string_view start = "before version ", end = " of the provider", request = " or if ";
  if (!condition.starts_with(start)) return std::nullopt;
  condition.remove_prefix(start.size());
  VersionCondition found;
  const auto [rest, error] = std::from_chars(condition.data(), condition.data() + condition.size(), found.major);
  if (error != std::errc()) return std::nullopt;
  condition.remove_prefix(static_cast<std::size_t>(rest - condition.data()));
  if (!condition.starts_with(end)) return std::nullopt;
  condition.remove_prefix(end.size());
  if (condition.starts_with(request)) found.requested = condition.substr(request.size());
  return found;
}

bool gives(const Resource& resource, std::string_view key) {
  return std::any_of(resource.attributes.begin(), resource.attributes.end(),
                     [&](const Entry& entry) { return entry.key == key && entry.value.presence != Presence::Absent; });
}

}  // namespace

void settle_versions(ResourceChange& change, const Resource& after, const ProviderVersions& versions) {
  for (AttributeChange& attribute : change.attributes) {
    std::erase_if(attribute.effects, [&](EffectHit& hit) {
      const auto condition =
          hit.effect == AttributeEffect::MayReplace ? version_condition(hit.fact.condition) : std::nullopt;
      if (!condition) return false;
      const std::string_view requested = condition->requested;
      if (!requested.empty() && meets(after, requested)) return false;
      // The switch is one that older versions do not have.
      if (!requested.empty() && gives(after, requested.substr(0, requested.find('=')))) return true;
      const Majors majors = versions.of(after);
      if (majors.lowest >= condition->major) return true;
      const bool both = attribute.before.known() && attribute.after.known();
      if (majors.highest < condition->major && both) {
        hit.effect = AttributeEffect::Replaces;
        hit.certainty = Certainty::Exact;
      }
      return false;
    });
  }
}

void drop_unmet(ResourceChange& change, const Resource& before, const Resource& after) {
  constexpr std::string_view where = "if ", but_where = "unless ";
  for (AttributeChange& attribute : change.attributes) {
    std::erase_if(attribute.effects, [&](const EffectHit& hit) {
      const std::string_view condition = hit.fact.condition;
      if (hit.effect == AttributeEffect::MayReplace && rules_out(condition, attribute, after)) return true;
      if (condition.starts_with(where)) return !meets(before, condition.substr(where.size()));
      if (condition.starts_with(but_where) && meets(after, condition.substr(but_where.size()))) return true;
      // A new element of a table that a module is handed has nothing to lose yet.
      if (hit.effect == AttributeEffect::DangerArmed)
        return before.declares == Declares::Module && moves_with_its_block(change, attribute, Movement::Appeared);
      return hit.effect == AttributeEffect::RolloutWeakened &&
             moves_with_its_block(change, attribute, Movement::Vanished);
    });
  }
}

}  // namespace redtag
