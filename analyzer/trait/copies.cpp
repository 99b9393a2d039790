#include "trait/copies.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/text.h"

namespace redtag {

namespace {

constexpr std::size_t most_resources = 20'000;  // beyond that the question is not asked

using Tags = std::vector<std::pair<std::string, std::string>>;

/// What selects: each of `any` by itself, or all of `all` together.
struct Selection {
  Tags any, all;
};

const std::string* text_of(const Value* value) {
  return value != nullptr && value->known() && value->shape == Shape::Scalar ? &value->text : nullptr;
}

/// The tags of one value: a map, or a block with the names of key and value that `form` gives.
void add_tags(const Value& value, std::string_view form, Tags& into) {
  constexpr std::string_view of_resources = "aws:ResourceTag/";
  const std::size_t blank = form.find(' ');
  const auto add = [&](const std::string* key, const std::string* tag) {
    if (key == nullptr || tag == nullptr) return;
    into.emplace_back(key->starts_with(of_resources) ? key->substr(of_resources.size()) : *key, *tag);
  };
  if (blank != std::string_view::npos) {
    for (const Value& item : value.items) add_tags(item, form, into);
    add(text_of(find_entry(value, form.substr(0, blank))), text_of(find_entry(value, form.substr(blank + 1))));
    return;
  }
  for (const Entry& entry : value.entries) add(&entry.key, text_of(&entry.value));
}

/// All values at a dotted path; blocks may be repeated.
void collect(const std::vector<Entry>& entries, std::string_view path, std::vector<const Value*>& into) {
  const std::string_view step = path.substr(0, path.find('.'));
  for (const Entry& entry : entries) {
    if (entry.key != step) continue;
    if (step.size() == path.size())
      into.push_back(&entry.value);
    else
      collect(entry.value.entries, path.substr(step.size() + 1), into);
  }
}

Selection selection_of(const Resource& resource, const FactTables& facts) {
  Selection selection;
  for (const FactRowView& row : facts.rows(stack_name(resource.stack), resource.type, "copies-by-tag")) {
    std::vector<const Value*> found;
    collect(resource.attributes, row.path, found);
    for (const Value* value : found)
      add_tags(*value, row.value, row.condition == "all of them" ? selection.all : selection.any);
  }
  return selection;
}

/// Its own tags, in either spelling.
Tags tags_of(const Resource& resource) {
  Tags tags;
  for (const Entry& entry : resource.attributes) {
    if (lower_ascii(entry.key) != "tags") continue;
    add_tags(entry.value, entry.value.items.empty() && find_entry(entry.value, "Key") == nullptr ? "" : "Key Value",
             tags);
  }
  return tags;
}

bool has(const Tags& tags, const std::pair<std::string, std::string>& wanted) {
  return std::find(tags.begin(), tags.end(), wanted) != tags.end();
}

bool finds(const Selection& selection, const Tags& tags) {
  const auto holds = [&](const auto& wanted) { return has(tags, wanted); };
  return std::any_of(selection.any.begin(), selection.any.end(), holds) ||
         (!selection.all.empty() && std::all_of(selection.all.begin(), selection.all.end(), holds));
}

/// What is not known of its tags may be the tag that is looked for.
bool may_have_more(const Resource& resource) {
  return std::any_of(resource.attributes.begin(), resource.attributes.end(), [](const Entry& entry) {
    if (lower_ascii(entry.key) != "tags") return false;
    return entry.value.presence == Presence::Unknown ||
           std::any_of(entry.value.entries.begin(), entry.value.entries.end(),
                       [](const Entry& tag) { return tag.value.presence == Presence::Unknown; });
  });
}

}  // namespace

TraitResult leaves_copies(const DeltaView& view, const Subject& subject) {
  const Resource* was = resource_of(view, subject, Side::Before);
  const Resource* is = resource_of(view, subject, Side::After);
  const std::vector<Resource>& all = view.sides.after.resources;
  if (was == nullptr || is == nullptr || all.size() > most_resources || may_have_more(*is)) return {};
  const Tags before = tags_of(*was), after = tags_of(*is);
  if (before.empty() || before == after) return {};
  const Resource* lost = nullptr;
  for (const Resource& copier : all) {
    if (copier.stack != is->stack || copier.expanded) continue;
    const Selection selection = selection_of(copier, view.facts);
    if (finds(selection, after)) return {};  // another one goes on making copies
    if (lost == nullptr && finds(selection, before)) lost = &copier;
  }
  if (lost == nullptr) return {};
  return {Answer::Yes, {{lost->header, lost->address + " finds it by that tag"}}};
}

}  // namespace redtag
