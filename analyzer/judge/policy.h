// A repository's policy, as the target's tip has it: what holds, who may let it pass, and for how long.
//
//   .redtag.yaml of the target's tip ──read──> Policy ──┐
//   built-in defaults ─────────────────────────────────┼──> the Policy that judges
//   the organisation's policy (may only be tightened) ──┘
//
// Lists extend the defaults; an entry of the defaults goes only where `unset` names it, so that nobody empties a list by writing a
// shorter one. The language is one table (grammar.h): the reader, its error messages, the published schema and the commented file
// that `redtag init` writes all come from it. Nothing here is ever read from the change under review.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "finding/finding.h"
#include "provenance/provenance.h"

namespace redtag {

enum class Profile : std::uint8_t { Advise, Standard, Strict };
[[nodiscard]] std::string_view profile_name(Profile profile);

enum class Verdict : std::uint8_t { Note, Hold };
[[nodiscard]] std::string_view verdict_name(Verdict verdict);

/// What a finding does, in the words of lanes. One finding can be of several classes.
enum class ActionClass : std::uint8_t {
#define REDTAG_ACTION_CLASS(enumerator, name, sentence) enumerator,
#include "judge/action_class.def"
#undef REDTAG_ACTION_CLASS
};
[[nodiscard]] std::string_view action_class_name(ActionClass action);
[[nodiscard]] std::string_view action_class_sentence(ActionClass action);
[[nodiscard]] std::optional<ActionClass> action_class_from_name(std::string_view name);
/// All of them, in the order of the list.
[[nodiscard]] const std::vector<ActionClass>& all_action_classes();

/// Globs of paths and of entity addresses that are an environment. `*` matches any run of characters, `/` included.
struct EnvironmentDeclaration {
  Environment environment{};
  std::vector<std::string> paths;
  std::vector<std::string> evidence;  ///< globs of an entity's address
  std::vector<std::string> branches;  ///< globs of the branch that a change is for
  bool operator==(const EnvironmentDeclaration&) const = default;
};

/// What a threshold asks for. Empty lists and absent values ask for nothing.
struct Threshold {
  Verdict verdict = Verdict::Hold;  ///< Note needs a reason and never reaches what is critical
  std::vector<std::string> rules;   ///< globs of rule ids
  std::vector<Category> categories;
  std::optional<Severity> severity;  ///< Hold: at least this; Note: at most this
  std::optional<int> score;          ///< Hold: at least this; Note: at most this
  std::vector<Environment> environments;
  std::vector<Maker> makers;
  std::string reason;
  std::uint32_t line = 0;  ///< 1-based, in the policy
  bool operator==(const Threshold&) const = default;
};

/// "redtag should know better": a rule that does not hold at a place, why, and until when.
struct Exclude {
  std::string rule;                ///< glob of rule ids
  std::vector<std::string> paths;  ///< globs; the file must match on every side that it has. Empty: every file
  std::string entity;              ///< glob of the entity's address; empty: every entity
  std::string reason;
  std::string until;       ///< `YYYY-MM-DD`, the last day on which it counts
  std::uint32_t line = 0;  ///< 1-based, in the policy
  bool operator==(const Exclude&) const = default;
};

/// What a change with likely or certain evidence of an assistant may do. No lane lets anything pass that would hold without one.
struct Lanes {
  std::vector<ActionClass> draft_only;       ///< holds whatever its severity
  std::vector<ActionClass> senior_required;  ///< holds from medium up
  std::vector<ActionClass> act_at_low_risk;  ///< holds as everybody's does
  bool operator==(const Lanes&) const = default;
};

/// What a role may clear. Persons have roles (`.redtag/people.yaml`). Empty lists: everything.
struct Role {
  std::string name;
  std::vector<Category> categories;
  std::vector<std::string> paths;  ///< globs; the finding's file must match on every side that it has
  bool operator==(const Role&) const = default;
};

/// Findings that two persons must clear. Empty lists and a score of 0 ask for nothing.
struct TwoPersonBand {
  std::string name;
  int score = 0;  ///< at least this blast radius
  std::vector<Category> categories;
  std::vector<Environment> environments;
  bool operator==(const TwoPersonBand&) const = default;
};

struct ClearanceTerms {
  int lifetime_days = 30;  ///< no clearance counts for longer after it was signed, whatever it says
  std::vector<std::string>
      witnesses;  ///< keys (`SHA256:…`) that may sign what a listed senior said on the host; off when empty
  bool operator==(const ClearanceTerms&) const = default;
};

struct BreakGlass {
  int signers = 2;                 ///< persons, at least two
  int hours = 24;                  ///< it counts for so long after it was signed
  int shown_days = 30;             ///< later runs show it for so long
  std::vector<std::string> roles;  ///< roles whose persons may sign it; empty: every role
  bool operator==(const BreakGlass&) const = default;
};

struct Policy {
  Profile profile = Profile::Standard;
  std::string minimum_version;     ///< an older redtag must not judge; empty: any
  std::vector<std::string> packs;  ///< directories of the target's tree
  std::vector<std::string> facts;  ///< fact tables (`*.tsv`) of the target's tree
  std::vector<EnvironmentDeclaration> environments;
  std::vector<Threshold> thresholds;
  std::vector<Exclude> excludes;
  Lanes lanes;
  std::vector<Role> roles;                ///< sorted by name
  std::vector<TwoPersonBand> two_person;  ///< sorted by name
  ClearanceTerms clearance;
  BreakGlass break_glass;
  std::vector<std::string> unset;      ///< entries of the defaults that it takes back, as written
  std::vector<std::string> delegates;  ///< an organisation's policy: keys that a repository may set as it likes
  std::vector<std::string> remarks;    ///< where an organisation's policy overruled the repository's, for the report
  std::string digest;                  ///< SHA-256 of the bytes of all files that it was read from; empty with no file
  std::string origin;  ///< where it was read from, for the report: `.redtag.yaml`, a given file's name, or empty

  /// The defaults.
  Policy();
};

/// Reads `.redtag.yaml` text on top of the defaults. Errors name line and expectation.
[[nodiscard]] Expected<Policy> read_policy(std::string_view text, std::string origin);

/// True if a person with this role may clear a finding at these paths (of every side that the file has).
[[nodiscard]] bool may_clear(const Policy& policy, std::string_view role, const Finding& finding,
                             const std::vector<std::string>& paths);
/// How many persons must clear a finding with this blast radius: 1 or 2.
[[nodiscard]] int persons_needed(const Policy& policy, const Finding& finding, int score);

}  // namespace redtag
