// The entities behind a subject.
#include "trait/trait.h"

namespace redtag {

namespace {

template <class T, class Id>
const T* entity(const std::vector<T>& all, Id id) {
  return id.valid() && id.value < all.size() ? &all[id.value] : nullptr;
}

template <class Change>
auto id_of(const Change& change, Side side) {
  return side == Side::Before ? change.before : change.after;
}

}  // namespace

const Resource* resource_of(const DeltaView& view, const Subject& subject, Side side) {
  if (subject.kind != SubjectKind::Resource && subject.kind != SubjectKind::Attribute) return nullptr;
  return entity(view.sides.model(side).resources, id_of(view.delta.resources[subject.change], side));
}

const Operation* operation_of(const DeltaView& view, const Subject& subject, Side side) {
  if (subject.kind != SubjectKind::Operation) return nullptr;
  return entity(view.sides.model(side).operations, id_of(view.delta.operations[subject.change], side));
}

const Procedure* procedure_of(const DeltaView& view, const Subject& subject, Side side) {
  if (subject.kind == SubjectKind::Procedure) {
    return entity(view.sides.model(side).procedures, id_of(view.delta.procedures[subject.change], side));
  }
  const Operation* operation = operation_of(view, subject, side);
  return operation == nullptr ? nullptr : entity(view.sides.model(side).procedures, operation->procedure);
}

const Safeguard* safeguard_of(const DeltaView& view, const Subject& subject, Side side) {
  if (subject.kind != SubjectKind::Safeguard) return nullptr;
  return entity(view.sides.model(side).safeguards, id_of(view.delta.safeguards[subject.change], side));
}

Region region_of(const DeltaView& view, const Subject& subject, Side side) {
  if (subject.kind == SubjectKind::Attribute) {
    const AttributeChange& attribute = view.delta.resources[subject.change].attributes[subject.attribute];
    return side == Side::Before ? attribute.before_region : attribute.after_region;
  }
  if (const Resource* resource = resource_of(view, subject, side)) return resource->header;
  if (const Operation* operation = operation_of(view, subject, side)) return operation->region;
  if (const Safeguard* safeguard = safeguard_of(view, subject, side)) return safeguard->region;
  if (const Procedure* procedure = procedure_of(view, subject, side)) return procedure->region;
  return {};
}

}  // namespace redtag
