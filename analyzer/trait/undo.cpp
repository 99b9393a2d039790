// The way back from what happens to a subject.
#include "trait/trait.h"

namespace redtag {

namespace {

bool leaves_data_behind(const DeltaView& view, const Resource& resource) {
  return view.facts.stateful(stack_name(resource.stack), resource.type);
}

/// Network, DNS and identity: the path of the repair goes with what is to be repaired.
bool carries_its_own_repair(std::string_view cls) {
  return cls == "network" || cls == "dns" || cls == "identity" || cls == "load-balancer" || cls == "organization";
}

UndoEvidence undo_of_resource(const DeltaView& view, const Subject& subject) {
  const ResourceChange& change = view.delta.resources[subject.change];
  const Resource* before = resource_of(view, subject, Side::Before);
  const Resource* resource = before != nullptr ? before : resource_of(view, subject, Side::After);
  if (resource == nullptr) return {};
  const std::string_view cls = view.facts.class_of(stack_name(resource->stack), resource->type);
  switch (change.fate) {
    case ResourceFate::Removed:
    case ResourceFate::Replaced:
    case ResourceFate::MaybeReplaced:
    case ResourceFate::Renamed:
    case ResourceFate::Rejected:
    case ResourceFate::Shrunk:
      if (leaves_data_behind(view, *resource)) return {Undo::None, "a revert creates it again empty or with another identity"};
      return {Undo::Partial, "a revert creates it again; what refers to the old one must be pointed at the new one"};
    case ResourceFate::Added:
    case ResourceFate::Updated:
    case ResourceFate::Moved:
    case ResourceFate::Forgotten:
    case ResourceFate::Imported: break;
  }
  if (carries_its_own_repair(cls)) return {Undo::Partial, "a revert brings the setting back, if the way to apply it still stands"};
  return {Undo::Present, "a revert brings the setting back"};
}

UndoEvidence undo_of_operation(const DeltaView& view, const Subject& subject) {
  const Operation* operation = operation_of(view, subject, Side::After);
  if (operation == nullptr) return {Undo::Present, "a revert brings it back"};
  switch (operation->verb) {
    case Verb::Destroy:
    case Verb::Empty:
    case Verb::Delete:
    case Verb::Rewrite:
    case Verb::Overwrite:
    case Verb::Narrow: return {Undo::None, "what it removes is not in the repository"};
    case Verb::Interrupt:
    case Verb::Detach:
    case Verb::Rename:
    case Verb::Steer:
    case Verb::Unguard:
    case Verb::Apply:
    case Verb::Run: return {Undo::Partial, "it can be turned round by hand"};
    case Verb::Create:
    case Verb::Alter:
    case Verb::Copy:
    case Verb::Back: break;
  }
  return {Undo::Present, "a revert suffices"};
}

}  // namespace

UndoEvidence undo_of(const DeltaView& view, const Subject& subject) {
  switch (subject.kind) {
    case SubjectKind::Resource:
    case SubjectKind::Attribute: return undo_of_resource(view, subject);
    case SubjectKind::Operation: return undo_of_operation(view, subject);
    case SubjectKind::Safeguard:
    case SubjectKind::Procedure: break;
  }
  return {Undo::Present, "a revert brings it back"};
}

}  // namespace redtag
