// What a check says, before anybody judges it. Types only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/fix.h"
#include "model/model.h"

namespace redtag {

enum class Category : std::uint8_t { Destructive, ControlPlane, MissingRollback, Advice };
[[nodiscard]] std::string_view category_name(Category category);
[[nodiscard]] std::optional<Category> category_from_name(std::string_view name);

enum class Severity : std::uint8_t { Low, Medium, High, Critical };
[[nodiscard]] std::string_view severity_name(Severity severity);
[[nodiscard]] std::optional<Severity> severity_from_name(std::string_view name);

enum class Environment : std::uint8_t { Unknown, Production, Shared, Staging, Development, Test, Sandbox };
[[nodiscard]] std::string_view environment_name(Environment environment);
[[nodiscard]] std::optional<Environment> environment_from_name(std::string_view name);
/// True for development, test, sandbox and staging. Unknown and shared are not low.
[[nodiscard]] bool low_environment(Environment environment);

/// Whether what was done can be undone, as far as the model shows.
enum class Undo : std::uint8_t { None, Partial, Present, Automatic };
[[nodiscard]] std::string_view undo_name(Undo undo);
[[nodiscard]] std::optional<Undo> undo_from_name(std::string_view name);

/// Whether the change's own words name what it does. Filled by provenance/.
enum class Intent : std::uint8_t { Unknown, Announced, Unannounced, Contradicted };
[[nodiscard]] std::string_view intent_name(Intent intent);
[[nodiscard]] std::optional<Intent> intent_from_name(std::string_view name);

/// Something a reviewer can verify: a place on either side and what it shows.
struct Evidence {
  Region region;
  std::string sentence;
};

/// The blast vector's term for what happens.
enum class Action : std::uint8_t { Destroy, Replace, Interrupt, Detach, Reconfigure, Unguard };
[[nodiscard]] std::string_view action_name(Action action);
[[nodiscard]] std::optional<Action> action_from_name(std::string_view name);

/// What is lost when the entity goes. Unknown lets score/ take it from the entity's class.
enum class State : std::uint8_t { Unknown, None, Rebuildable, Identity, Data };
[[nodiscard]] std::string_view state_name(State state);
[[nodiscard]] std::optional<State> state_from_name(std::string_view name);

/// How much of the world is served by the entity. Wider ones are larger.
enum class Reach : std::uint8_t { Resource, Service, Account, Region, Global };
[[nodiscard]] std::string_view reach_name(Reach reach);
[[nodiscard]] std::optional<Reach> reach_from_name(std::string_view name);

/// Whether the effect comes in steps that can be stopped, or everywhere in seconds.
enum class Pace : std::uint8_t { Unknown, Staged, AtOnce };
[[nodiscard]] std::string_view pace_name(Pace pace);
[[nodiscard]] std::optional<Pace> pace_from_name(std::string_view name);

/// What a check wants mended, before a front end has written the edits.
struct FixWish {
  FixKind kind{};
  ResourceId before;  ///< what the finding speaks of, on either side; invalid where it is not there
  ResourceId after;
  std::string path;   ///< attribute, in fact form; empty for all of the resource
  std::string protects;  ///< safeguards: the address that it protects
  Region was;         ///< where what went stood, with all that went with it
  Region is;          ///< where its place is taken now
};

struct Finding {
  std::string rule;  ///< `terraform/replace-stateful-resource`
  Category category{};
  Severity severity{};
  Action action{};
  Certainty certainty = Certainty::Exact;
  Stack stack{};
  std::string entity;        ///< canonical address, or what runs
  std::string entity_class;  ///< class from the fact tables; empty for unknown
  std::string change;        ///< kind of change, for the fingerprint: fate name, or fate and attribute path
  Environment environment = Environment::Unknown;
  bool environment_proven = false;  ///< it was so on the base side already
  Undo undo = Undo::None;
  State state = State::Unknown;   ///< blast radius: what is lost; Unknown: by class
  Reach reach = Reach::Resource;  ///< blast radius: at least this wide; the class may say wider
  std::uint32_t instances = 1;   ///< blast radius: how many of it there are (count, replicas, callers); 1 where unknown
  std::uint32_t dependents = 0;  ///< blast radius: entities that use it directly, as far as evidence shows
  std::uint32_t indirect_dependents = 0;  ///< blast radius: entities behind those
  Trigger trigger = Trigger::Unknown;     ///< blast radius: what makes it happen
  Pace pace = Pace::Unknown;              ///< blast radius: in steps, or everywhere at once
  Coverage guarded = Coverage::None;      ///< blast radius: verified safeguards that still stand between it and damage
  Region region;                          ///< the narrowest place; on the before side for what is only there
  std::string says;                       ///< one sentence: what happens to which address
  std::string because;                    ///< how redtag knows
  std::string instead;                    ///< what to do instead
  std::string way_back;                   ///< what undo there is, in a sentence; may be empty
  std::string reach_text;                 ///< who depends on it and how many of it there are, in a line; may be empty
  std::vector<Evidence> evidence;
  std::optional<FixWish> wish;  ///< the fix that the check names
  std::vector<Fix> fixes;       ///< filled by run/: edits that silence the finding
  /// Normalised before value for the fingerprint and the reviewer; "sensitive" for sensitive ones.
  std::string before_text;
  std::string after_text;
  /// What else a clearance accepts, in one spelling: instances, every attribute that forces a replacement, the words of a command and
  /// where it goes. For the fingerprint only; empty for nothing else.
  std::string facts;
  std::string fact_source;  ///< the row that says so
  std::string fingerprint;  ///< `redtag/v1:` + 64 hex digits
};

/// Fills `fingerprint` of each finding as design section 7 says, numbering equals in order of their place.
/// `declared_environment[i]` is the policy's name for finding i's environment, empty where policy declares none.
void fingerprint(std::vector<Finding>& findings, const std::vector<std::string>& declared_environment);

}  // namespace redtag
