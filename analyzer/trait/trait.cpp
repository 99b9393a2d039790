#include "trait/trait.h"

#include <algorithm>
#include <array>

#include "trait/environment.h"
#include "trait/network.h"
#include "trait/shell.h"
#include "trait/sql.h"

namespace redtag {

namespace {

struct Named {
  std::string_view name;
  std::string_view sentence;
};

#define REDTAG_TRAIT(enumerator, name, sentence) {name, sentence},
constexpr std::array traits = std::to_array<Named>({
#include "trait/trait.def"
});
#undef REDTAG_TRAIT

TraitResult answer(bool yes) { return {yes ? Answer::Yes : Answer::No, {}}; }

TraitResult holds_data(const DeltaView& view, const Subject& subject) {
  const Resource* before = resource_of(view, subject, Side::Before);
  const Resource* resource = before != nullptr ? before : resource_of(view, subject, Side::After);
  if (resource == nullptr) return {};
  if (resource->declares == Declares::Module) return {Answer::Unknown, {}};
  const bool known = !view.facts.class_of(stack_name(resource->stack), resource->type).empty();
  if (!known) return {Answer::Unknown, {}};
  return answer(view.facts.stateful(stack_name(resource->stack), resource->type));
}

/// A tests directory counts only if it was one on the base side; for a renamed file both paths must lie in one.
TraitResult in_tests(const DeltaView& view, const Subject& subject) {
  bool all = true, any = false;
  for (const Side side : {Side::Before, Side::After}) {
    const Region region = region_of(view, subject, side);
    if (!region.valid()) continue;
    const FileChange& file = view.changes.file(region.file);
    for (const Side named : {Side::Before, Side::After}) {
      if (!file.path(named)) continue;
      any = true;
      const std::string_view directory = test_directory(*file.path(named));
      const bool stood = file.path(Side::Before).has_value() ||
                         (view.base != nullptr && !view.base->list(directory).empty());
      all = all && !directory.empty() && stood;
    }
  }
  return answer(any && all);
}

TraitResult low_environment(const DeltaView& view, const Subject& subject) {
  const EnvironmentEvidence evidence = environment_of(view, subject);
  switch (evidence.environment) {
    case Environment::Development:
    case Environment::Test:
    case Environment::Sandbox:
    case Environment::Staging: return answer(evidence.proven);
    case Environment::Unknown:
    case Environment::Production:
    case Environment::Shared: break;
  }
  return {};
}

TraitResult runs_down(const DeltaView& view, const Subject& subject) {
  for (const Side side : {Side::After, Side::Before}) {
    const Procedure* procedure = procedure_of(view, subject, side);
    if (procedure == nullptr) continue;
    return answer(procedure->direction == Direction::Down || procedure->direction == Direction::CleanUp);
  }
  return {};
}

/// Whether a creation comes before an operation, as far as procedures tell. One on the way back makes nothing on the way up.
bool runs_before(const Model& model, const Operation& creation, const Operation& operation) {
  if (operation.stack == Stack::Sql) return migrates_before(model, creation, operation);
  if (!creation.procedure.valid() || !operation.procedure.valid()) return true;
  if (creation.procedure == operation.procedure) return creation.position < operation.position;
  const Direction direction = model.procedures[creation.procedure.value].direction;
  return direction != Direction::Down && direction != Direction::CleanUp;
}

/// The target, or what contains it (`orders` of `orders.total`), is created by a subject operation of the after side and was not
/// there before.
TraitResult made_here(const DeltaView& view, const Subject& subject) {
  const Operation* operation = operation_of(view, subject, Side::After);
  if (operation == nullptr || !operation->target.known()) return {};
  if (operation->harmless_target) return answer(true);
  const std::string_view target = operation->target.text;
  TraitResult found;
  for (const OperationChange& change : view.delta.operations) {
    if (change.fate != OperationFate::Introduced || !change.after.valid()) continue;
    const Operation& other = view.sides.after.operations[change.after.value];
    if (other.verb != Verb::Create || other.stack != operation->stack || !other.target.known() || other.target.text.empty()) continue;
    const std::string_view made = other.target.text;
    const bool covers = target == made || (target.starts_with(made) && target[made.size()] == '.');
    if (covers && runs_before(view.sides.after, other, *operation)) found = {Answer::Yes, {{other.region, "it is created here"}}};
  }
  return found;
}

TraitResult has_reverse(const DeltaView& view, const Subject& subject) {
  const Procedure* procedure = procedure_of(view, subject, Side::After);
  if (procedure == nullptr) return {};
  const auto& all = view.sides.after.procedures;
  for (std::uint32_t i = 0; i < all.size(); ++i) {
    if (all[i].reverses != procedure->address) continue;
    if (all[i].unread) return {Answer::Unknown, {}};
    const auto& operations = view.sides.after.operations;
    const bool acts = std::any_of(operations.begin(), operations.end(), [&](const Operation& x) { return x.procedure.value == i; });
    return {acts ? Answer::Yes : Answer::No, {{all[i].region, acts ? "its reverse" : "its reverse does nothing"}}};
  }
  return {};
}

/// A back-up or copy of the target before it, in the same procedure.
TraitResult has_backup(const DeltaView& view, const Subject& subject) {
  const Operation* operation = operation_of(view, subject, Side::After);
  if (operation == nullptr || !operation->procedure.valid()) return {};
  for (const Operation& other : view.sides.after.operations) {
    if (other.procedure != operation->procedure || other.position >= operation->position) continue;
    if (other.verb == Verb::Back) return {Answer::Yes, {{other.region, "a back-up is made before"}}};
  }
  return {};
}

}  // namespace

std::string_view trait_name(TraitId trait) { return traits[static_cast<std::size_t>(trait)].name; }
std::string_view trait_sentence(TraitId trait) { return traits[static_cast<std::size_t>(trait)].sentence; }

std::optional<TraitId> trait_from_name(std::string_view name) {
  const auto found = std::find_if(traits.begin(), traits.end(), [&](const Named& trait) { return trait.name == name; });
  return found == traits.end() ? std::nullopt : std::optional(static_cast<TraitId>(found - traits.begin()));
}

TraitResult evaluate(TraitId trait, const DeltaView& view, const Subject& subject) {
  switch (trait) {
    case TraitId::HoldsData: return holds_data(view, subject);
    case TraitId::InTests: return in_tests(view, subject);
    case TraitId::LowEnvironment: return low_environment(view, subject);
    case TraitId::RunsDown: return runs_down(view, subject);
    case TraitId::MadeHere: return made_here(view, subject);
    case TraitId::RebuildsTable: return rebuilds_table(view, subject);
    case TraitId::HasReverse: return has_reverse(view, subject);
    case TraitId::HasBackup: return has_backup(view, subject);
    case TraitId::CopiedBefore: return copied_before(view, subject);
    case TraitId::NeedsReverse: return needs_reverse(view, subject);
    case TraitId::CopiedInPart: return copied_in_part(view, subject);
    case TraitId::StillDestroys: return still_destroys(view, subject);
    case TraitId::SensitivePort: return opens_sensitive_port(view, subject);
    case TraitId::SteersExisting: return steers_existing(view, subject);
  }
  return {};
}

}  // namespace redtag
