// What a check says, before anybody judges it. Types only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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

/// Whether what was done can be undone, as far as the model shows.
enum class Undo : std::uint8_t { None, Partial, Present, Automatic };
[[nodiscard]] std::string_view undo_name(Undo undo);

/// Whether the change's own words name what it does. Filled by provenance/.
enum class Intent : std::uint8_t { Unknown, Announced, Unannounced, Contradicted };
[[nodiscard]] std::string_view intent_name(Intent intent);

/// Something a reviewer can verify: a place on either side and what it shows.
struct Evidence {
  Region region;
  std::string sentence;
};

/// The blast vector's term for what happens.
enum class Action : std::uint8_t { Destroy, Replace, Interrupt, Detach, Reconfigure, Unguard };
[[nodiscard]] std::string_view action_name(Action action);
[[nodiscard]] std::optional<Action> action_from_name(std::string_view name);

struct Finding {
  std::string rule;          ///< `terraform/replace-stateful-resource`
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
  Region region;             ///< the narrowest place; on the before side for what is only there
  std::string says;          ///< one sentence: what happens to which address
  std::string because;       ///< how redtag knows
  std::string instead;       ///< what to do instead
  std::string way_back;      ///< what undo there is, in a sentence; may be empty
  std::vector<Evidence> evidence;
  std::string before_text;   ///< normalised before value for the fingerprint and the reviewer; "sensitive" for sensitive ones
  std::string after_text;
  std::string fact_source;   ///< the row that says so
  std::string fingerprint;   ///< `redtag/v1:` + 64 hex digits
};

/// Fills `fingerprint` of each finding as design section 7 says, numbering equals in order of their place.
/// `declared_environment[i]` is the policy's name for finding i's environment, empty where policy declares none.
void fingerprint(std::vector<Finding>& findings, const std::vector<std::string>& declared_environment);

}  // namespace redtag
