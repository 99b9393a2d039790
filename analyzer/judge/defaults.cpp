#include "judge/defaults.h"

#include <algorithm>
#include <array>

namespace redtag {
namespace {

constexpr std::string_view lane_prefix = "lanes.senior_required.";
constexpr std::string_view role_prefix = "roles.";
constexpr std::string_view band_prefix = "two_person.";

constexpr std::array action_names{
#define REDTAG_ACTION_CLASS(enumerator, name, sentence) std::string_view(name),
#include "judge/action_class.def"
#undef REDTAG_ACTION_CLASS
};
constexpr std::array action_sentences{
#define REDTAG_ACTION_CLASS(enumerator, name, sentence) std::string_view(sentence),
#include "judge/action_class.def"
#undef REDTAG_ACTION_CLASS
};

template <class T>
bool erase_named(std::vector<T>& list, std::string_view name) {
  const auto at = std::find_if(list.begin(), list.end(), [&](const T& entry) { return entry.name == name; });
  if (at == list.end()) return false;
  list.erase(at);
  return true;
}

}  // namespace

std::string_view action_class_name(ActionClass action) { return action_names[static_cast<std::uint8_t>(action)]; }
std::string_view action_class_sentence(ActionClass action) {
  return action_sentences[static_cast<std::uint8_t>(action)];
}

std::optional<ActionClass> action_class_from_name(std::string_view name) {
  const auto at = std::find(action_names.begin(), action_names.end(), name);
  if (at == action_names.end()) return std::nullopt;
  return static_cast<ActionClass>(at - action_names.begin());
}

const std::vector<ActionClass>& all_action_classes() {
  static const std::vector<ActionClass> all{
#define REDTAG_ACTION_CLASS(enumerator, name, sentence) ActionClass::enumerator,
#include "judge/action_class.def"
#undef REDTAG_ACTION_CLASS
  };
  return all;
}

Policy::Policy() {
  // What the accidents with assistants had in common: an environment deleted and made anew, and data that went with it.
  lanes.senior_required = {ActionClass::Deletion, ActionClass::Recreation, ActionClass::ProductionData,
                           ActionClass::Identity};
  roles.push_back({"senior", {}, {}});
  two_person.push_back({"extreme", 90, {}, {}});
}

std::vector<std::string> default_entries() {
  const Policy defaults;
  std::vector<std::string> entries;
  for (const ActionClass action : defaults.lanes.senior_required) {
    entries.push_back(std::string(lane_prefix) + std::string(action_class_name(action)));
  }
  for (const Role& role : defaults.roles) entries.push_back(std::string(role_prefix) + role.name);
  for (const TwoPersonBand& band : defaults.two_person) entries.push_back(std::string(band_prefix) + band.name);
  std::sort(entries.begin(), entries.end());
  return entries;
}

bool unset_default(Policy& policy, std::string_view entry) {
  if (entry.starts_with(lane_prefix)) {
    const auto action = action_class_from_name(entry.substr(lane_prefix.size()));
    return action && std::erase(policy.lanes.senior_required, *action) > 0;
  }
  if (entry.starts_with(role_prefix)) return erase_named(policy.roles, entry.substr(role_prefix.size()));
  if (entry.starts_with(band_prefix)) return erase_named(policy.two_person, entry.substr(band_prefix.size()));
  return false;
}

}  // namespace redtag
