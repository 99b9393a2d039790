// Roles as access documents, bindings as sets of subjects, and how much power either gives.
#pragma once

#include <string_view>

#include "facts/facts.h"
#include "model/model.h"

namespace redtag::kubernetes {

/// How much a role lets its holders do, as the attribute `power` says it. Each holds what stands before it.
enum class Power : std::uint8_t {
  None,
  Reads,       ///< looks only
  Writes,      ///< changes what runs in a namespace or cluster
  Steers,      ///< changes what decides over others: policies, webhooks, nodes, definitions, namespaces
  Escalates,   ///< reaches further than it was given: secrets, roles, tokens, commands in pods, privileged pods
  Everything,  ///< every verb on every resource
};
[[nodiscard]] std::string_view power_name(Power power);

/// Turns `rules` of a role into a permission set and `subjects` of a binding into a set, and adds the attribute `power` to both
/// where it is known. Leaves other types as they are.
void refine_access(Resource& object, const FactTables& facts);

/// Whether a type gives power by itself (a role) or hands it to subjects (a binding).
[[nodiscard]] bool is_role(const Resource& object);
[[nodiscard]] bool is_binding(const Resource& object);

/// Gives a binding the power of the role it names.
void set_power(Resource& object, std::string_view power);

}  // namespace redtag::kubernetes
