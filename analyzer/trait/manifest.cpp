#include "trait/manifest.h"

#include <algorithm>
#include <set>

#include "facts/match.h"

namespace redtag {

namespace {

/// The value at a path whose keys may hold dots themselves (`metadata.annotations.helm.sh/resource-policy`).
const Value* value_at(const std::vector<Entry>& entries, std::string_view path) {
  for (const Entry& entry : entries) {
    if (entry.key == path) return &entry.value;
    if (!path.starts_with(entry.key) || path.size() <= entry.key.size() || path[entry.key.size()] != '.') continue;
    if (const Value* found = value_at(entry.value.entries, path.substr(entry.key.size() + 1))) return found;
  }
  return nullptr;
}

/// The value that a row's path speaks of; `*.a.b` is found at the top and in the blocks there.
const Value* value_of(const Resource& resource, std::string_view path) {
  const bool anywhere = path.starts_with("*.");
  if (anywhere) path.remove_prefix(2);
  const Value* found = value_at(resource.attributes, path);
  for (std::size_t i = 0; found == nullptr && anywhere && i < resource.attributes.size(); ++i) {
    found = value_at(resource.attributes[i].value.entries, path);
  }
  return found;
}

/// The rows with that effect which speak of the resource itself, or of what it applies.
enum class Speaks : std::uint8_t { OfItself, OfContents };

constexpr std::string_view of_contents = "what it applies";

/// The value of the resource that a row with that effect means; nullptr for none.
const Value* value_with_effect(const DeltaView& view, const Resource& resource, std::string_view effect,
                               Speaks speaks) {
  const std::string_view stack = stack_name(resource.stack);
  for (const std::string_view type : {std::string_view(resource.type), std::string_view("*")}) {
    for (const FactRowView& row : view.facts.rows(stack, type, effect)) {
      if ((row.condition == of_contents) != (speaks == Speaks::OfContents)) continue;
      const Value* value = value_of(resource, row.path);
      if (value != nullptr && value->known() && value_matches(row.value, value->text)) return value;
    }
  }
  return nullptr;
}

/// Whether the resource has the value of a row with that effect.
TraitResult has_effect(const DeltaView& view, const Resource* resource, std::string_view effect,
                       std::string_view sentence) {
  if (resource == nullptr) return {};
  const Value* value = value_with_effect(view, *resource, effect, Speaks::OfItself);
  if (value == nullptr) return {};
  return {Answer::Yes, {{value->region, std::string(sentence)}}};
}

bool lies_in(std::string_view path, std::string_view place) {
  return path == place || (path.size() > place.size() && path.starts_with(place) && path[place.size()] == '/');
}

}  // namespace

namespace {

/// What applied the directory that an object stood in, by the longest path; nullptr where nothing at hand did.
const Resource* applier_of(const DeltaView& view, const Resource& object) {
  if (object.stack != Stack::Kubernetes || !object.region.valid()) return nullptr;
  const auto& path = view.changes.file(object.region.file).path(Side::Before);
  if (!path) return nullptr;
  const Resource* found = nullptr;
  std::size_t longest = 0;
  for (const Resource& other : view.sides.before.resources) {
    for (const Reference& reference : other.references) {
      const bool applies = reference.through.starts_with("applies") || reference.through.starts_with("prunes");
      if (!applies || !reference.target.starts_with("file:") || reference.target.size() < longest) continue;
      if (!lies_in(*path, std::string_view(reference.target).substr(5))) continue;
      found = &other;
      longest = reference.target.size();
    }
  }
  return found;
}

}  // namespace

TraitResult is_kept(const DeltaView& view, const Subject& subject) {
  const Resource* before = resource_of(view, subject, Side::Before);
  TraitResult itself = has_effect(view, before, "keeps", "it stays when its declaration goes");
  if (itself.answer == Answer::Yes || before == nullptr) return itself;
  const Resource* applier = applier_of(view, *before);
  const Value* value = applier == nullptr ? nullptr : value_with_effect(view, *applier, "keeps", Speaks::OfContents);
  if (value == nullptr) return {};
  return {Answer::Yes, {{value->region, "what applied it leaves alone what it no longer finds"}}};
}

namespace {

/// Some entry of a kustomization brings in what lies at `path` after the change.
bool is_listed(const DeltaView& view, std::string_view path) {
  return std::any_of(view.sides.after.resources.begin(), view.sides.after.resources.end(), [&](const Resource& entry) {
    return entry.stack == Stack::Kustomize &&
           std::any_of(entry.references.begin(), entry.references.end(), [&](const Reference& reference) {
             return reference.target.starts_with("file:") &&
                    lies_in(path, std::string_view(reference.target).substr(5));
           });
  });
}

const Value* contents_of(const Resource& entry) {
  for (const Entry& attribute : entry.attributes) {
    if (attribute.key == "contains") return &attribute.value;
  }
  return nullptr;
}

/// What the entries of a kustomization bring in on one side, but for one of them.
std::set<std::string_view> brought_beside(const Model& model, const Resource& gone) {
  std::set<std::string_view> brought;
  for (const Resource& entry : model.resources) {
    const bool beside = &entry != &gone && entry.stack == Stack::Kustomize && entry.scope == gone.scope;
    const Value* contents = beside ? contents_of(entry) : nullptr;
    if (contents == nullptr) continue;
    for (const Value& item : contents->items) brought.insert(item.text);
  }
  return brought;
}

/// Everything that an entry brought in comes from others of the same kustomization, which did not bring it in before: objects of one name
/// may stand in several namespaces.
bool is_brought_by_others(const DeltaView& view, const Resource& gone) {
  const Value* contents = contents_of(gone);
  if (contents == nullptr || contents->items.empty()) return false;
  const std::set<std::string_view> before = brought_beside(view.sides.before, gone);
  const std::set<std::string_view> after = brought_beside(view.sides.after, gone);
  return std::all_of(contents->items.begin(), contents->items.end(),
                     [&](const Value& item) { return after.contains(item.text) && !before.contains(item.text); });
}

/// A file that moves to where no kustomization names it is applied by none.
bool leaves_the_list(const DeltaView& view, const ResourceChange& change) {
  if (change.fate == ResourceFate::Removed || !change.after.valid()) return false;
  const Resource& moved = view.sides.after.resources[change.after.value];
  if (!moved.region.valid()) return false;
  const auto& path = view.changes.file(moved.region.file).path(Side::After);
  return path && !is_listed(view, *path);
}

}  // namespace

TraitResult content_goes(const DeltaView& view, const Subject& subject) {
  const Resource* entry = resource_of(view, subject, Side::Before);
  if (entry == nullptr) return {};
  if (entry->stack == Stack::Kustomize && is_brought_by_others(view, *entry))
    return {Answer::Yes, {{entry->header, "other entries bring in the same objects"}}};
  for (const Reference& reference : entry->references) {
    const bool itself = reference.through.empty() && entry->stack != Stack::Kustomize;
    if (itself || !reference.target.starts_with("file:")) continue;
    const std::string_view place = std::string_view(reference.target).substr(5);
    for (const ResourceChange& change : view.delta.resources) {
      const bool leaves = change.fate == ResourceFate::Removed || change.fate == ResourceFate::Renamed ||
                          change.fate == ResourceFate::Moved;
      if (!leaves || !change.before.valid()) continue;
      const Resource& gone = view.sides.before.resources[change.before.value];
      // An entry that goes is no content.
      if (gone.stack == Stack::Kustomize || !gone.region.valid()) continue;
      if (entry->stack == Stack::Kustomize && leaves_the_list(view, change)) continue;
      const auto& path = view.changes.file(gone.region.file).path(Side::Before);
      if (path && lies_in(*path, place)) return {Answer::Yes, {{gone.header, "what it names goes here"}}};
    }
  }
  return {};
}

TraitResult leaves_path(const DeltaView& view, const Subject& subject) {
  const Resource* before = resource_of(view, subject, Side::Before);
  const Resource* after = resource_of(view, subject, Side::After);
  if (before == nullptr || after == nullptr || view.referrers == nullptr || !before->region.valid()) return {};
  if (!after->region.valid() || before->scope == after->scope || before->stack != Stack::Kubernetes) return {};
  const auto& old_path = view.changes.file(before->region.file).path(Side::Before);
  const auto& new_path = view.changes.file(after->region.file).path(Side::After);
  if (!old_path || !new_path || is_listed(view, *new_path)) return {};
  const std::optional<std::string> who = view.referrers->leaves_behind(*old_path, *new_path);
  if (!who) return {};
  return {Answer::Yes, {{after->header, *who + " applied what stood there before"}}};
}

namespace {

const Value* known_value_of(const Resource& resource, std::string_view key) {
  const Value* found = value_of(resource, key);
  return found == nullptr || !found->known() ? nullptr : found;
}

}  // namespace

TraitResult names_space_itself(const DeltaView& view, const Subject& subject) {
  const Resource* before = resource_of(view, subject, Side::Before);
  const Resource* after = resource_of(view, subject, Side::After);
  if (before == nullptr || after == nullptr) return {};
  if (before->type == "kustomization") {
    const Value* said = known_value_of(*before, "namespace");
    const Value* say = known_value_of(*after, "objects_in");
    if (said == nullptr || say == nullptr || said->text != say->text || known_value_of(*after, "namespace") != nullptr)
      return {};
    return {Answer::Yes, {{say->region, "each of its objects names that namespace"}}};
  }
  if (before->stack != Stack::Kubernetes || before->scope != after->scope) return {};
  for (const Resource& list : view.sides.before.resources) {
    const Value* said =
        list.type == "kustomization" && list.scope == before->scope ? known_value_of(list, "namespace") : nullptr;
    if (said == nullptr || !before->address.ends_with(before->type + "/" + before->name)) continue;
    if (!after->address.ends_with(after->type + "/" + said->text + "/" + before->name)) continue;
    return {Answer::Yes, {{said->region, "it was in that namespace already"}}};
  }
  return {};
}

TraitResult runs_anew(const DeltaView& view, const Subject& subject) {
  return has_effect(view, resource_of(view, subject, Side::After), "runs-anew", "its tool creates it anew each time");
}

TraitResult is_name_taken(const DeltaView& view, const Subject& subject) {
  const Resource* added = resource_of(view, subject, Side::After);
  if (added == nullptr || added->identity.empty() || resource_of(view, subject, Side::Before) != nullptr) return {};
  const auto same = [&](const Resource& other) {
    return &other != added && other.stack == added->stack && other.address == added->address;
  };
  const auto& before = view.sides.before.resources;
  const auto& after = view.sides.after.resources;
  const auto known = std::find_if(after.begin(), after.end(), same);
  if (known == after.end() || std::none_of(before.begin(), before.end(), same)) return {};
  return {Answer::Yes, {{known->header, "the object that has this name already"}}};
}

}  // namespace redtag
