// What differs between the two sides of a change, in the words of the model.
//
// Resources are matched by address, then by explicit moves, then by being the same thing under another name in the same
// change; operations by what they say, then by where they stand. Attributes are compared by meaning. Fact tables decide
// whether an update is really a replacement.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "facts/facts.h"
#include "model/model.h"

namespace redtag {

/// Both sides of a change, lowered and linked.
struct Sides {
  Model before;
  Model after;
  [[nodiscard]] const Model& model(Side side) const { return side == Side::Before ? before : after; }
};

enum class ResourceFate : std::uint8_t {
#define REDTAG_FATE(enumerator, name, sentence) enumerator,
#include "delta/fate.def"
#undef REDTAG_FATE
};
[[nodiscard]] std::string_view fate_name(ResourceFate fate);
[[nodiscard]] std::optional<ResourceFate> fate_from_name(std::string_view name);

/// How a value moved, as far as its shape can tell.
enum class Movement : std::uint8_t {
#define REDTAG_MOVEMENT(enumerator, name, sentence) enumerator,
#include "delta/movement.def"
#undef REDTAG_MOVEMENT
};
[[nodiscard]] std::string_view movement_name(Movement movement);
[[nodiscard]] std::optional<Movement> movement_from_name(std::string_view name);

/// What a fact row makes of an attribute's change.
enum class AttributeEffect : std::uint8_t {
#define REDTAG_EFFECT(enumerator, name, sentence) enumerator,
#include "delta/effect.def"
#undef REDTAG_EFFECT
};
[[nodiscard]] std::string_view effect_name(AttributeEffect effect);
[[nodiscard]] std::optional<AttributeEffect> effect_from_name(std::string_view name);

/// One effect of one attribute's change, with the row that says so.
struct EffectHit {
  AttributeEffect effect{};
  Certainty certainty = Certainty::Exact;
  FactRowView fact;   ///< views the FactTables the delta was made with
};

struct AttributeChange {
  std::string path;          ///< fact form: dotted, without indexes (`ingress.cidr_blocks`)
  std::string place;         ///< with indexes, unique in its resource (`ingress[1].cidr_blocks`)
  Value before;              ///< Absent where the side does not have it
  Value after;
  Movement movement{};
  std::string difference;    ///< access documents and address sets: what is gained and lost, in words; else empty
  std::vector<EffectHit> effects;
  Region before_region;      ///< narrowest region of the attribute or block; invalid where absent
  Region after_region;
};

struct ResourceChange {
  ResourceFate fate{};
  ResourceId before;         ///< invalid for added ones
  ResourceId after;          ///< invalid for removed ones
  std::vector<AttributeChange> attributes;
  std::optional<std::size_t> cause;     ///< index of the attribute that forces replacement
  Certainty certainty = Certainty::Exact;
  std::string because;       ///< evidence in a sentence: what moved it, what forces it, which keys went
  Region because_region;     ///< what `because` speaks of; may be invalid
  bool whole_root = false;  ///< all of its scope goes: orphaned rather than destroyed; of a new back end: all comes
  bool in_removed_module = false;  ///< reported with the module call that goes
};

enum class OperationFate : std::uint8_t { Introduced, Removed, Reaimed, Rearmed };
[[nodiscard]] std::string_view operation_fate_name(OperationFate fate);

struct OperationChange {
  OperationFate fate{};
  OperationId before;
  OperationId after;
  Movement aim{};            ///< Reaimed: how the target moved. Rearmed: wider if it does more of what it asks for now
  std::string because;
};

enum class SafeguardFate : std::uint8_t { Added, Removed, Weakened, Strengthened };
[[nodiscard]] std::string_view safeguard_fate_name(SafeguardFate fate);

struct SafeguardChange {
  SafeguardFate fate{};
  SafeguardId before;
  SafeguardId after;
  bool protected_remains = false;  ///< what it protected still stands after the change
};

enum class ProcedureFate : std::uint8_t { Added, Removed, Edited };

struct ProcedureChange {
  ProcedureFate fate{};
  ProcedureId before;
  ProcedureId after;
};

struct Delta {
  std::vector<ResourceChange> resources;
  std::vector<OperationChange> operations;
  std::vector<SafeguardChange> safeguards;
  std::vector<ProcedureChange> procedures;
  std::vector<std::uint32_t> creations;  ///< indexes into `operations` of introduced creations with a known target, sorted by it
};

/// Compares both sides. `sides` is not modified; the result holds indexes into it and views into `facts`.
/// Cost: linear in entities, plus the similarity match among those left unmatched.
[[nodiscard]] Delta compare(const Sides& sides, const FactTables& facts);

/// Text form for `redtag show delta`: one change a paragraph, in the vocabulary of checks.
[[nodiscard]] std::string print(const Delta& delta, const Sides& sides);

}  // namespace redtag
