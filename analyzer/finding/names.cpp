#include <algorithm>
#include <array>

#include "base/expected.h"
#include "finding/finding.h"

namespace redtag {
namespace {

// One array for each closed set, in the order of its enumerators. They are words of the output contract: they may be added to, not changed.
constexpr std::array<std::string_view, 4> categories{"destructive", "control-plane", "missing-rollback", "advice"};
constexpr std::array<std::string_view, 4> severities{"low", "medium", "high", "critical"};
constexpr std::array<std::string_view, 7> environments{"unknown",     "production", "shared", "staging",
                                                       "development", "test",       "sandbox"};
constexpr std::array<std::string_view, 4> undos{"none", "partial", "present", "automatic"};
constexpr std::array<std::string_view, 4> intents{"unknown", "announced", "unannounced", "contradicted"};
constexpr std::array<std::string_view, 6> actions{"destroy", "replace",     "interrupt",
                                                  "detach",  "reconfigure", "unguard"};
constexpr std::array<std::string_view, 5> states{"unknown", "none", "rebuildable", "identity", "data"};
constexpr std::array<std::string_view, 5> reaches{"resource", "service", "account", "region", "global"};
constexpr std::array<std::string_view, 3> paces{"unknown", "staged", "at-once"};

template <std::size_t N>
std::string_view name_in(const std::array<std::string_view, N>& names, std::uint8_t value) {
  RT_ASSERT(value < N, "every enumerator has a name");
  return names[value];
}

template <class Enum, std::size_t N>
std::optional<Enum> find_in(const std::array<std::string_view, N>& names, std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Enum>(found - names.begin());
}

}  // namespace

std::string_view category_name(Category category) { return name_in(categories, static_cast<std::uint8_t>(category)); }
std::optional<Category> category_from_name(std::string_view name) { return find_in<Category>(categories, name); }

std::string_view severity_name(Severity severity) { return name_in(severities, static_cast<std::uint8_t>(severity)); }
std::optional<Severity> severity_from_name(std::string_view name) { return find_in<Severity>(severities, name); }

std::string_view environment_name(Environment environment) {
  return name_in(environments, static_cast<std::uint8_t>(environment));
}
std::optional<Environment> environment_from_name(std::string_view name) {
  return find_in<Environment>(environments, name);
}

std::string_view undo_name(Undo undo) { return name_in(undos, static_cast<std::uint8_t>(undo)); }
std::optional<Undo> undo_from_name(std::string_view name) { return find_in<Undo>(undos, name); }

std::string_view intent_name(Intent intent) { return name_in(intents, static_cast<std::uint8_t>(intent)); }
std::optional<Intent> intent_from_name(std::string_view name) { return find_in<Intent>(intents, name); }

std::string_view action_name(Action action) { return name_in(actions, static_cast<std::uint8_t>(action)); }
std::optional<Action> action_from_name(std::string_view name) { return find_in<Action>(actions, name); }

std::string_view state_name(State state) { return name_in(states, static_cast<std::uint8_t>(state)); }
std::optional<State> state_from_name(std::string_view name) { return find_in<State>(states, name); }

std::string_view reach_name(Reach reach) { return name_in(reaches, static_cast<std::uint8_t>(reach)); }
std::optional<Reach> reach_from_name(std::string_view name) { return find_in<Reach>(reaches, name); }

std::string_view pace_name(Pace pace) { return name_in(paces, static_cast<std::uint8_t>(pace)); }
std::optional<Pace> pace_from_name(std::string_view name) { return find_in<Pace>(paces, name); }

bool low_environment(Environment environment) {
  switch (environment) {
    case Environment::Staging:
    case Environment::Development:
    case Environment::Test:
    case Environment::Sandbox: return true;
    case Environment::Unknown:
    case Environment::Production:
    case Environment::Shared: return false;
  }
  return false;
}

}  // namespace redtag
