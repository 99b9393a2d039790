#include "trait/trait.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "delta/resources.h"
#include "facts/match.h"
#include "trait/copies.h"
#include "trait/environment.h"
#include "trait/images.h"
#include "trait/imports.h"
#include "trait/manifest.h"
#include "trait/network.h"
#include "trait/ports.h"
#include "trait/selection.h"
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

/// How bad it is to lose one: its type's word, else its class's.
std::string_view severity_of(const FactTables& facts, const Resource& resource) {
  const std::string_view stack = stack_name(resource.stack), own = facts.severity_of(stack, resource.type);
  if (!own.empty()) return own;
  for (const FactRowView& row : facts.rows("*", facts.class_of(stack, resource.type), "severity")) {
    if (row.condition == "stateful") return row.value;
  }
  return {};
}

/// The platform keeps it, or a copy of it, when its stack goes.
bool is_told_to_stay(const Resource& resource) {
  return std::any_of(resource.attributes.begin(), resource.attributes.end(), [](const Entry& entry) {
    return entry.key == "DeletionPolicy" && entry.value.known() &&
           (entry.value.text.starts_with("Retain") || entry.value.text == "Snapshot");
  });
}

/// A text says through which calls something is declared, a plan by its address alone.
bool goes_with(const Resource& module, const Resource& inner) {
  const std::string below = module.address + ".";
  return inner.stack == module.stack && (inner.address.starts_with(below) ||
                                         std::any_of(inner.calls.begin(), inner.calls.end(), [&](const Call& call) {
                                           return call.address == module.address || call.address.starts_with(below);
                                         }));
}

/// What a module declares that nobody can do without, and that its platform does not keep.
TraitResult module_holds_data(const DeltaView& view, const Resource& module) {
  for (const Resource& inner : view.sides.before.resources) {
    const std::string_view stack = stack_name(inner.stack);
    if (inner.declares != Declares::Resource || !goes_with(module, inner) || !view.facts.stateful(stack, inner.type) ||
        severity_of(view.facts, inner) != "critical")
      continue;
    if (is_told_to_stay(inner)) continue;
    return {Answer::Yes, {{inner.header, inner.address + " goes with it"}}};
  }
  return answer(false);  // as far as it can be read: what comes from elsewhere counts as any other module
}

/// A call of which nothing is read, and one that hands on to such a call, may hold anything.
TraitResult light_content(const DeltaView& view, const Subject& subject) {
  const Resource* module = resource_of(view, subject, Side::Before);
  if (module == nullptr || module->declares != Declares::Module) return answer(false);
  bool any = false;
  for (const Resource& inner : view.sides.before.resources) {
    if (inner.expanded || &inner == module || !goes_with(*module, inner)) continue;
    if (inner.declares == Declares::Module) return answer(false);
    if (inner.declares != Declares::Resource) continue;
    const std::string_view severity = severity_of(view.facts, inner);
    const bool light = severity == "medium" || severity == "low" || severity == "none";
    if (!light || view.facts.stateful(stack_name(inner.stack), inner.type)) return answer(false);
    any = true;
  }
  return answer(any);
}

/// A switch has one instance or two; who is a member, or what is announced, is a list.
TraitResult empties_set(const DeltaView& view, const Subject& subject) {
  constexpr std::uint64_t several = 3;
  const Resource* was = resource_of(view, subject, Side::Before);
  const Resource* is = resource_of(view, subject, Side::After);
  if (was == nullptr || is == nullptr) return answer(false);
  const Instances before = read_instances(was->instances), after = read_instances(is->instances);
  return answer(before.kind != Instances::Kind::Unknown && before.count >= several &&
                after.kind != Instances::Kind::Unknown && after.count == 0);
}

TraitResult holds_data(const DeltaView& view, const Subject& subject) {
  const Resource* before = resource_of(view, subject, Side::Before);
  const Resource* resource = before != nullptr ? before : resource_of(view, subject, Side::After);
  if (resource == nullptr) return {};
  if (resource->declares == Declares::Module) return module_holds_data(view, *resource);
  const bool known = !view.facts.class_of(stack_name(resource->stack), resource->type).empty();
  if (!known) return {Answer::Unknown, {}};
  return answer(view.facts.stateful(stack_name(resource->stack), resource->type));
}

/// Whether a directory held test sources already.
bool has_test_source(SourceTree& base, std::string_view path) {
  const std::size_t slash = path.rfind('/');
  const std::vector<TreeEntry> entries =
      base.list(slash == std::string_view::npos ? std::string_view() : path.substr(0, slash));
  return std::any_of(entries.begin(), entries.end(), [](const TreeEntry& entry) { return is_test_source(entry.name); });
}

/// A tests directory counts only if it was one on the base side; for a renamed file both paths must lie in one.
bool stands_in_tests(const DeltaView& view, const FileChange& file, const Path& path) {
  const std::string_view directory = test_directory(path);
  // A test source beside what it tests: such files stood there before.
  const bool by_name = directory.empty() && is_test_source(path);
  if (!by_name && directory.empty()) return false;
  if (file.path(Side::Before)) return true;
  if (view.base == nullptr) return false;
  return by_name ? has_test_source(*view.base, path) : !view.base->list(directory).empty();
}

TraitResult in_tests(const DeltaView& view, const Subject& subject) {
  std::set<Path> paths;
  for (const Side side : {Side::Before, Side::After}) {
    const Region region = region_of(view, subject, side);
    if (!region.valid()) continue;
    const FileChange& file = view.changes.file(region.file);
    for (const Side named : {Side::Before, Side::After}) {
      if (!file.path(named)) continue;
      if (!stands_in_tests(view, file, *file.path(named))) return answer(false);
      paths.insert(*file.path(named));
    }
  }
  for (const Path& path : paths) {
    if (view.referrers != nullptr && view.referrers->against(Claim::Tests, path)) return answer(false);
  }
  return answer(!paths.empty());
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

/// A name without an environment in it (`../vpc`) is of the environment that it stands in.
TraitResult other_environment(const DeltaView& view, const Subject& subject) {
  if (subject.kind != SubjectKind::Attribute) return {};
  const AttributeChange& attribute = view.delta.resources[subject.change].attributes[subject.attribute];
  const Environment named = environment_in(attribute.before.text), is = environment_in(attribute.after.text);
  const Environment was = named == Environment::Unknown ? environment_of(view, subject).environment : named;
  return answer(was != Environment::Unknown && is != Environment::Unknown && was != is);
}

TraitResult runs_down(const DeltaView& view, const Subject& subject) {
  for (const Side side : {Side::After, Side::Before}) {
    const Procedure* procedure = procedure_of(view, subject, side);
    if (procedure == nullptr) continue;
    return answer(procedure->direction == Direction::Down || procedure->direction == Direction::CleanUp);
  }
  return {};
}

/// Creations of one name that are looked at; more of them say nothing new.
constexpr std::size_t most_creations = 64;

/// Whether a creation comes before an operation, as far as procedures tell. One on the way back makes nothing on the way up.
bool runs_before(const Model& model, const Operation& creation, const Operation& operation) {
  if (operation.program == "sql") return migrates_before(model, creation, operation);
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
  const auto creation = [&](std::uint32_t change) -> const Operation& {
    return view.sides.after.operations[view.delta.operations[change].after.value];
  };
  // The target itself, then what contains it: `shop.orders.total`, `shop.orders`, `shop`.
  for (std::string_view made = operation->target.text; !made.empty();) {
    const auto& all = view.delta.creations;
    auto found = std::lower_bound(all.begin(), all.end(), made, [&](std::uint32_t change, std::string_view text) {
      return creation(change).target.text < text;
    });
    for (std::size_t looked = 0; found != all.end() && looked < most_creations && creation(*found).target.text == made;
         ++found, ++looked) {
      const Operation& other = creation(*found);
      if (other.stack != operation->stack || !runs_before(view.sides.after, other, *operation)) continue;
      return {Answer::Yes, {{other.region, "it is created here"}}};
    }
    const std::size_t dot = made.rfind('.');
    made = dot == std::string_view::npos ? std::string_view() : made.substr(0, dot);
  }
  return {};
}

TraitResult has_reverse(const DeltaView& view, const Subject& subject) {
  const Procedure* procedure = procedure_of(view, subject, Side::After);
  if (procedure == nullptr) return {};
  const auto& all = view.sides.after.procedures;
  for (std::uint32_t i = 0; i < all.size(); ++i) {
    if (all[i].reverses != procedure->address) continue;
    if (all[i].unread) return {Answer::Unknown, {}};
    const auto& operations = view.sides.after.operations;
    const bool acts =
        std::any_of(operations.begin(), operations.end(), [&](const Operation& x) { return x.procedure.value == i; });
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

/// A new resource that says what an attribute of another one said, with the same value: `aws_s3_bucket_acl` for `acl` of the bucket.
TraitResult takes_over(const DeltaView& view, const Subject& subject) {
  const Resource* added = resource_of(view, subject, Side::After);
  if (added == nullptr || resource_of(view, subject, Side::Before) != nullptr) return {};
  for (const ResourceChange& change : view.delta.resources) {
    if (!change.before.valid() || !change.after.valid()) continue;
    const Resource& other = view.sides.before.resources[change.before.value];
    if (other.scope != added->scope || !added->type.starts_with(other.type + "_")) continue;
    const std::string_view part = std::string_view(added->type).substr(other.type.size() + 1);
    for (const AttributeChange& attribute : change.attributes) {
      if (attribute.path != part || attribute.after.presence != Presence::Absent) continue;
      const auto same = [&](const Entry& entry) {
        return entry.key == part && same_value(entry.value, attribute.before);
      };
      if (std::any_of(added->attributes.begin(), added->attributes.end(), same))
        return {Answer::Yes, {{attribute.before_region, "it said the same here"}}};
    }
  }
  return {};
}

/// The value at a dotted path; nullptr for none.
const Value* value_at(const Resource& resource, std::string_view path) {
  const std::vector<Entry>* level = &resource.attributes;
  const Value* value = nullptr;
  for (const std::string_view step : split(path, '.')) {
    const auto found =
        std::find_if(level->begin(), level->end(), [&](const Entry& entry) { return entry.key == step; });
    if (found == level->end()) return nullptr;
    value = &found->value;
    level = &value->entries;
  }
  return value;
}

/// By the facts of its type it says that nothing is guarded, or that everybody may come in.
bool says_off(const Resource& resource, const FactTables& facts) {
  const auto has = [&](std::string_view effect, bool wanted) {
    const std::vector<FactRowView> rows = facts.rows(stack_name(resource.stack), resource.type, effect);
    return std::any_of(rows.begin(), rows.end(), [&](const FactRowView& row) {
      const Value* value = row.path.empty() ? nullptr : value_at(resource, row.path);
      return value != nullptr && value->known() && value->shape == Shape::Scalar &&
             value_matches(row.value, value->text) == wanted;
    });
  };
  return has("guards", false) || has("exposes", true);
}

/// Providers split attributes off into types of their own: `versioning` of aws_s3_bucket is aws_s3_bucket_versioning now.
TraitResult split_out(const DeltaView& view, const Subject& subject) {
  if (subject.kind != SubjectKind::Attribute && subject.kind != SubjectKind::Resource) return {};
  const Resource* resource = resource_of(view, subject, Side::Before);
  if (resource == nullptr) return takes_over(view, subject);
  if (TraitResult open = ports_stay_open(view, *resource); open.answer == Answer::Yes) return open;
  if (subject.kind != SubjectKind::Attribute) return names_space_itself(view, subject);
  const AttributeChange& attribute = view.delta.resources[subject.change].attributes[subject.attribute];
  if (attribute.after.presence != Presence::Absent) return {};
  const std::string stem =
      resource->type + "_" + attribute.path.substr(0, std::min(attribute.path.find('.'), attribute.path.find("_rule")));
  for (const ResourceChange& change : view.delta.resources) {
    if (change.fate != ResourceFate::Added) continue;
    const Resource& added = view.sides.after.resources[change.after.value];
    if (added.scope == resource->scope && added.type.starts_with(stem) && !says_off(added, view.facts))
      return {Answer::Yes, {{added.header, "it is declared on its own here"}}};
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
    case TraitId::EditsHistory: return edits_history(view, subject);
    case TraitId::CopiedInPart: return copied_in_part(view, subject);
    case TraitId::StillDestroys: return still_destroys(view, subject);
    case TraitId::StillMigrates: return still_migrates(view, subject);
    case TraitId::CopiesOtherwise: return copies_otherwise(view, subject);
    case TraitId::SensitivePort: return opens_sensitive_port(view, subject);
    case TraitId::SteersExisting: return steers_existing(view, subject);
    case TraitId::Repointed: return is_repointed(view, subject);
    case TraitId::Kept: return is_kept(view, subject);
    case TraitId::ContentGoes: return content_goes(view, subject);
    case TraitId::LosesSelection: return loses_selection(view, subject);
    case TraitId::StillNamed: return still_named(view, subject);
    case TraitId::NameTaken: return is_name_taken(view, subject);
    case TraitId::RunsAnew: return runs_anew(view, subject);
    case TraitId::LeavesPath: return leaves_path(view, subject);
    case TraitId::SplitOut: return split_out(view, subject);
    case TraitId::AnswersChallenge: return answers_challenge(view, subject);
    case TraitId::LeavesCopies: return leaves_copies(view, subject);
    case TraitId::LightContent: return light_content(view, subject);
    case TraitId::StillImported: return still_imported(view, subject);
    case TraitId::OtherEnvironment: return other_environment(view, subject);
    case TraitId::EmptiesSet: return empties_set(view, subject);
    case TraitId::MovesRegistry: return moves_registry(view, subject);
  }
  return {};
}

}  // namespace redtag
