// Truths about a change, computed once on the delta and shared by all checks, each with evidence a reviewer can verify.
//
// A trait answers yes, no or unknown. In a check's `match`, unknown counts as yes with lower certainty; in its `unless`, as no.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "change/change.h"
#include "change/source_tree.h"
#include "delta/delta.h"
#include "finding/finding.h"

namespace redtag {

enum class TraitId : std::uint8_t {
#define REDTAG_TRAIT(enumerator, name, sentence) enumerator,
#include "trait/trait.def"
#undef REDTAG_TRAIT
};
[[nodiscard]] std::string_view trait_name(TraitId trait);
[[nodiscard]] std::string_view trait_sentence(TraitId trait);
[[nodiscard]] std::optional<TraitId> trait_from_name(std::string_view name);

enum class Answer : std::uint8_t { No, Yes, Unknown };

struct TraitResult {
  Answer answer = Answer::No;
  std::vector<Evidence> evidence;
};

/// What a check is asked about: one change of the delta, and for attribute checks one attribute of it.
enum class SubjectKind : std::uint8_t { Resource, Attribute, Operation, Safeguard, Procedure };
struct Subject {
  SubjectKind kind{};
  std::size_t change = 0;     ///< index into the delta's vector of that kind (Attribute: of resources)
  std::size_t attribute = 0;  ///< index into ResourceChange::attributes, for Attribute only
};

/// What a path claims of what stands there, and what may speak against it.
enum class Claim : std::uint8_t {
  Tests,           ///< that it is a test: anything outside of tests that brings it in or runs it
  LowEnvironment,  ///< that it is no production: anything that says of itself that it is production, or shared
};

/// Knows who refers to a file. A directory is called `tests` or `dev` by whoever makes it; what production brings in is production's.
class Referrers {
 public:
  virtual ~Referrers() = default;
  /// What speaks against the claim of a path, on either side of the change: an entity that brings in or runs what stands there.
  /// nullopt where there is none. Searched for at the first question, and kept.
  [[nodiscard]] virtual std::optional<std::string> against(Claim claim, const Path& path) = 0;
  /// What deletes an object of a cluster whose file moves like that: it applied the old path before the change and prunes, and nothing
  /// applies the new one after it. nullopt where there is none, and where not all could be looked at.
  [[nodiscard]] virtual std::optional<std::string> leaves_behind(const Path& before, const Path& after) = 0;
};

/// All that traits and checks may look at. Borrows everything.
struct DeltaView {
  const ChangeSet& changes;
  const Sides& sides;
  const Delta& delta;
  const FactTables& facts;
  SourceTree* base =
      nullptr;  ///< the tree before the change, to see what was established there; nullptr if there is none
  Referrers* referrers = nullptr;  ///< nullptr: nobody looks for any
};

/// Answers one trait for one subject. Results are not cached here; traits that are costly precompute per delta.
[[nodiscard]] TraitResult evaluate(TraitId trait, const DeltaView& view, const Subject& subject);

/// Where a subject lives and how well that is proven: from its paths on both sides (a rename takes the worse of both) and the words of its
/// address; where these are silent, from its root's back end (key, workspace) and provider (profile, role, account's name).
struct EnvironmentEvidence {
  Environment environment = Environment::Unknown;
  bool proven = false;             ///< established on the base side
  std::vector<Evidence> evidence;  ///< what says so, where that is not the subject's own path or address
};
[[nodiscard]] EnvironmentEvidence environment_of(const DeltaView& view, const Subject& subject);

/// What way back there is from what happens to a subject, and the sentence that says so.
struct UndoEvidence {
  Undo undo = Undo::None;
  std::string sentence;
};
[[nodiscard]] UndoEvidence undo_of(const DeltaView& view, const Subject& subject);

/// The entities behind a subject; nullptr where the subject is of another kind or has none on that side.
[[nodiscard]] const Resource* resource_of(const DeltaView& view, const Subject& subject, Side side);
[[nodiscard]] const Operation* operation_of(const DeltaView& view, const Subject& subject, Side side);
[[nodiscard]] const Procedure* procedure_of(const DeltaView& view, const Subject& subject, Side side);
[[nodiscard]] const Safeguard* safeguard_of(const DeltaView& view, const Subject& subject, Side side);
/// Where a subject stands on a side; invalid where it does not.
[[nodiscard]] Region region_of(const DeltaView& view, const Subject& subject, Side side);

}  // namespace redtag
