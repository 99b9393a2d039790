#include "delta/planned.h"

#include <algorithm>
#include <utility>

#include "delta/attributes.h"
#include "delta/effects.h"

namespace redtag {

namespace {

bool is_replacement(AttributeEffect effect) {
  return effect == AttributeEffect::Replaces || effect == AttributeEffect::MayReplace;
}

/// The plan knows what forces a replacement; the tables only name the row that says why.
void settle_replacements(AttributeChange& attribute, bool forces) {
  FactRowView row;
  for (const EffectHit& hit : attribute.effects) {
    if (is_replacement(hit.effect)) row = hit.fact;
  }
  std::erase_if(attribute.effects, [](const EffectHit& hit) { return is_replacement(hit.effect); });
  for (EffectHit& hit : attribute.effects) hit.certainty = Certainty::Exact;
  if (forces) attribute.effects.insert(attribute.effects.begin(), {AttributeEffect::Replaces, Certainty::Exact, row});
}

ResourceChange change_of(const PlannedFate& planned, const Sides& sides, const FactTables& facts) {
  static const std::vector<Entry> nothing;
  ResourceChange change;
  change.fate = planned.fate;
  change.before = planned.before;
  change.after = planned.after;
  change.because = planned.because;
  change.in_removed_module = planned.in_removed_module;
  const Resource* was = planned.before.valid() ? &sides.before.resources[planned.before.value] : nullptr;
  const Resource* is = planned.after.valid() ? &sides.after.resources[planned.after.value] : nullptr;
  if (is == nullptr) return change;
  change.attributes = compare_attributes(was == nullptr ? nothing : was->attributes, is->attributes);
  const auto forces = [&](const AttributeChange& attribute) {
    return std::find(planned.causes.begin(), planned.causes.end(), attribute.path) != planned.causes.end();
  };
  // What is only known once it is applied may stay as it is, unless the plan says that it forces a replacement.
  std::erase_if(change.attributes, [&](const AttributeChange& attribute) {
    return attribute.after.presence == Presence::Unknown && !forces(attribute);
  });
  add_effects(change, is->stack, is->type, facts);
  for (AttributeChange& attribute : change.attributes) settle_replacements(attribute, forces(attribute));
  const auto cause = std::find_if(change.attributes.begin(), change.attributes.end(), forces);
  if (change.fate == ResourceFate::Replaced && cause != change.attributes.end())
    change.cause = static_cast<std::size_t>(cause - change.attributes.begin());
  return change;
}

}  // namespace

Delta compare_planned(const Sides& sides, const std::vector<PlannedFate>& fates, const FactTables& facts) {
  Delta delta;
  for (const PlannedFate& planned : fates) delta.resources.push_back(change_of(planned, sides, facts));
  return delta;
}

}  // namespace redtag
