#include "delta/access.h"

#include "compare/addresses.h"
#include "compare/permissions.h"

namespace redtag {

namespace {

Movement movement_of(Comparison comparison) {
  switch (comparison) {
    case Comparison::Equal: return Movement::Same;
    case Comparison::Wider: return Movement::Wider;
    case Comparison::Narrower: return Movement::Narrower;
    case Comparison::Both: return Movement::Both;
    case Comparison::Unknown: break;
  }
  return Movement::Unknown;
}

/// What came or went as a whole keeps that movement: it says more than "wider".
bool on_both_sides(const AttributeChange& change) {
  return change.before.presence != Presence::Absent && change.after.presence != Presence::Absent;
}

}  // namespace

Refined refine_access(AttributeChange& change) {
  if (change.before.shape != Shape::Permissions && change.after.shape != Shape::Permissions) return Refined::Changed;
  const PermissionDifference found = compare_permissions(change.before, change.after);
  const Comparison outcome = found.difference.outcome();
  if (outcome == Comparison::Equal) return Refined::NoChange;
  if (on_both_sides(change)) change.movement = movement_of(outcome);
  change.difference = found.difference.sentence();
  const Certainty certainty = found.difference.certain() ? Certainty::Exact : Certainty::Likely;
  const auto hit = [&](AttributeEffect effect) { change.effects.push_back({effect, certainty, {}}); };
  if (found.opened_to_anyone) hit(AttributeEffect::OpensToAnyone);
  if (found.every_action) hit(AttributeEffect::GrantsEverything);
  if (found.condition_dropped) hit(AttributeEffect::ConditionDropped);
  if (found.denial_dropped) hit(AttributeEffect::DenialDropped);
  return Refined::Changed;
}

Exposure refine_addresses(AttributeChange& change) {
  const AddressDifference found = compare_addresses(change.before, change.after);
  const Comparison outcome = found.difference.outcome();
  if (on_both_sides(change) || outcome == Comparison::Equal) change.movement = movement_of(outcome);
  change.difference = found.difference.sentence();
  switch (found.gained) {
    case AddressScope::None: return Exposure::None;
    case AddressScope::Private: return Exposure::Private;
    case AddressScope::Public: return Exposure::Public;
    case AddressScope::Internet: break;
  }
  return Exposure::Internet;
}

}  // namespace redtag
