// The neutral model: what every stack's front end lowers its text to, and all that later phases know of it.
//
//   resource    something whose desired state is declared
//   operation   something that will run
//   procedure   an ordered list of operations with a trigger and a direction
//   safeguard   what stands between an operation or a removal and damage
//
// Types only. Nothing here knows a syntax, a file format or a fact table. Between modules go indexes, never pointers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/region.h"
#include "model/value.h"

namespace redtag {

/// The stacks that redtag reads; stack/stack.def is the list.
enum class Stack : std::uint8_t {
#define REDTAG_STACK(enumerator, name, title) enumerator,
#include "model/stack.def"
#undef REDTAG_STACK
};

/// The name in rule ids, cases and fact rows (`terraform`).
[[nodiscard]] std::string_view stack_name(Stack stack);
/// The stack of that name, or nullopt.
[[nodiscard]] std::optional<Stack> stack_from_name(std::string_view name);

#define REDTAG_INDEX(Name)                                                    \
  struct Name {                                                               \
    std::uint32_t value = UINT32_MAX;                                         \
    auto operator<=>(const Name&) const = default;                            \
    [[nodiscard]] constexpr bool valid() const { return value != UINT32_MAX; } \
  }
REDTAG_INDEX(ResourceId);   ///< index into Model::resources
REDTAG_INDEX(OperationId);  ///< index into Model::operations
REDTAG_INDEX(ProcedureId);  ///< index into Model::procedures
REDTAG_INDEX(SafeguardId);  ///< index into Model::safeguards
#undef REDTAG_INDEX

/// What a declaration is, across stacks.
enum class Declares : std::uint8_t {
  Resource,  ///< the platform makes and keeps it
  Data,      ///< a look-up; its removal destroys nothing
  Module,    ///< a call of a module, chart or nested stack: a container of resources
  Setting,   ///< a variable, local, parameter or output: a value, no thing
  Backend,   ///< where the state is kept, and how it is locked
  Provider,  ///< whose API is called, with which account and region
  Moved,     ///< "the thing at `from` is now at `to`"
  Removed,   ///< "forget the thing at `from`", with or without destroying it
  Import,
  Table,     ///< a table, view, column, index, type … known from earlier statements
};

/// A use of another entity, as the reference graph (graph/) joins it. `target` is a canonical address; or one relative to the
/// user's scope; or a scope, which a module call, chart or overlay brings in whole; or a file's path; or a name that crosses stacks.
/// An empty `through` turns it round: `target` is another name of the entity itself (an export, a state, a host) that others write.
struct Reference {
  std::string target;   ///< as written, without the attribute's tail where that is known (`aws_kms_key.main`)
  std::string through;  ///< attribute path or word that holds it
  Region region;
};

/// A way that leads to a declaration inside a module: the call of it, and how often it is made.
struct Call {
  std::string address;    ///< canonical, with the calls above it: `infra/prod:module.shop.module.db`
  std::string instances;  ///< of all calls on the way, in the order of the way, joined by a blank; as Resource::instances
  Region region;          ///< header of the call
};

/// Something whose desired state is declared.
struct Resource {
  Stack stack{};
  Declares declares = Declares::Resource;
  std::string type;      ///< `aws_db_instance`, `module`, `table`
  std::string name;      ///< the author's name for it
  std::string address;   ///< canonical and unique on its side, see design: `infra/prod:module.db.aws_db_instance.orders`
  std::string scope;     ///< what the address is relative to: Terraform root directory, SQL database role
  std::string identity;  ///< what the platform knows it by, wherever it is declared (`prod|apps/Deployment/shop/web`); empty: its address alone
  std::string instances; ///< canonical text of `count` / `for_each` keys; empty for a single one
  std::vector<Entry> attributes;  ///< top level, nested blocks as Shape::Block
  std::vector<Reference> references;
  Region region;         ///< the whole declaration
  Region header;         ///< what names it: the narrowest region to mark when all of it goes
  bool subject = true;   ///< false in context files
  std::vector<Call> calls;  ///< of a declaration inside a module: from where it is called, as far as was read
  bool expanded = false;    ///< one call's copy of a module's declaration, with that call's arguments; never a subject
};

/// What an operation does to its target.
enum class Verb : std::uint8_t {
#define REDTAG_VERB(enumerator, name, sentence) enumerator,
#include "model/verb.def"
#undef REDTAG_VERB
};
[[nodiscard]] std::string_view verb_name(Verb verb);
[[nodiscard]] std::optional<Verb> verb_from_name(std::string_view name);

/// How sure the front end is that the operation is what it says.
enum class Certainty : std::uint8_t { Exact, Likely, Partial };
[[nodiscard]] std::string_view certainty_name(Certainty certainty);

/// How much of what it asks for an operation will really do, by its own arguments.
enum class Arming : std::uint8_t {
  Armed,     ///< forced, unattended or unbounded
  Plain,     ///< does what it says
  Disarmed,  ///< dry run, guarded by its own argument
};

struct Operation {
  Stack stack{};
  Verb verb{};
  Arming arming = Arming::Plain;
  Certainty certainty = Certainty::Exact;
  std::string program;   ///< `terraform`, `rm`, `sql`
  std::string action;    ///< what of the program: `destroy`, `s3 rb`, `drop-table`
  std::string object;    ///< kind of target: table, column, rows, file, directory, bucket, stack, user …
  Value target;          ///< the operand it aims at, resolved as far as possible
  std::vector<Value> arguments;  ///< all words, canonical, for comparison and for the reviewer
  bool unbounded = false;        ///< aims at everything of its kind: no WHERE, a root, `--all`, a catch-all
  bool maybe_empty = false;      ///< the operand, or a part of it, can be empty
  bool harmless_target = false;  ///< temporary, build output, cache, or made earlier in the same procedure
  std::string fact;      ///< source of the row that says what it does; empty for none
  bool cited = false;    ///< the row cites a vendor's page: without one, at most a note
  std::string text;      ///< as written on one line, blanks folded, at most 400 bytes
  ProcedureId procedure;
  std::uint32_t position = 0;    ///< order within its procedure
  Region region;
  bool subject = true;
};

enum class Trigger : std::uint8_t { Unknown, Merge, Deploy, Schedule, Event, Request, Boot, ByHand, Test };
[[nodiscard]] std::string_view trigger_name(Trigger trigger);
enum class Direction : std::uint8_t { Unknown, Up, Down, CleanUp };
[[nodiscard]] std::string_view direction_name(Direction direction);

struct Procedure {
  Stack stack{};
  std::string address;   ///< stable name: migration id, script path, function
  Trigger trigger = Trigger::Unknown;
  Direction direction = Direction::Unknown;
  std::string reverses;  ///< address of the procedure that this one takes back; empty for none
  bool reverse_expected = false;  ///< its framework has a reverse by convention
  bool unread = false;   ///< part of it could not be read: absence proves nothing
  bool in_transaction = false;
  std::vector<Reference> references;  ///< scripts that it runs, files that it applies, tables that it reads
  Region region;
  bool subject = true;
};

enum class SafeguardKind : std::uint8_t {
#define REDTAG_SAFEGUARD(enumerator, name, sentence) enumerator,
#include "model/safeguard.def"
#undef REDTAG_SAFEGUARD
};
[[nodiscard]] std::string_view safeguard_name(SafeguardKind kind);

enum class Coverage : std::uint8_t { All, Some, None };

struct Safeguard {
  Stack stack{};
  SafeguardKind kind{};
  Coverage coverage = Coverage::All;
  std::string protects;  ///< address of the resource or procedure
  std::string text;      ///< as written, folded
  Region region;
  bool subject = true;
};

/// A region that could not be understood.
struct Gap {
  Region region;
  Stack stack{};
  std::string reason;  ///< "does not parse as HCL", "object missing", "analysis crashed"
};

/// One side of a change (or one file of one side), lowered.
struct Model {
  std::vector<Resource> resources;
  std::vector<Operation> operations;
  std::vector<Procedure> procedures;
  std::vector<Safeguard> safeguards;
  std::vector<Gap> gaps;
};

/// Appends `from` to `into`, renumbering the ids that point into Model.
void append(Model& into, Model&& from);

/// Text form of a model for `redtag show model` and for tests: one entity a paragraph, stable order, no offsets.
[[nodiscard]] std::string print(const Model& model);

}  // namespace redtag
