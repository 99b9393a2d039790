#include "trait/shell.h"

namespace redtag {

namespace {

bool does_harm(const Operation& operation) {
  const bool harm = operation.verb == Verb::Destroy || operation.verb == Verb::Empty ||
                    operation.verb == Verb::Delete || operation.verb == Verb::Overwrite;
  return harm && !operation.harmless_target && operation.arming != Arming::Disarmed;
}

/// A script's safeguard also covers its functions, whose addresses begin with the script's.
bool covers(std::string_view protects, std::string_view address) {
  return address == protects ||
         (address.starts_with(protects) && address.size() > protects.size() && address[protects.size()] == ':');
}

bool migrates(const Operation& operation) {
  const bool changes = operation.verb == Verb::Steer || operation.verb == Verb::Apply;
  return changes && operation.stack == Stack::Shell && operation.object == "database" && !operation.harmless_target &&
         operation.arming != Arming::Disarmed;
}

/// The first operation of a kind that what the subject protects does after the change.
TraitResult still_does(const DeltaView& view, const Subject& subject, bool (*kind)(const Operation&)) {
  if (subject.kind != SubjectKind::Safeguard) return {};
  const SafeguardChange& change = view.delta.safeguards[subject.change];
  const Safeguard& safeguard = change.before.valid() ? view.sides.before.safeguards[change.before.value]
                                                     : view.sides.after.safeguards[change.after.value];
  const Model& after = view.sides.after;
  for (const Operation& operation : after.operations) {
    if (!operation.procedure.valid() || !kind(operation)) continue;
    if (!covers(safeguard.protects, after.procedures[operation.procedure.value].address)) continue;
    return {Answer::Yes, {{operation.region, "it still runs `" + operation.text + "`"}}};
  }
  return {};
}

}  // namespace

TraitResult still_destroys(const DeltaView& view, const Subject& subject) {
  return still_does(view, subject, &does_harm);
}

TraitResult still_migrates(const DeltaView& view, const Subject& subject) {
  return still_does(view, subject, &migrates);
}

TraitResult copies_otherwise(const DeltaView& view, const Subject& subject) {
  if (subject.kind != SubjectKind::Operation) return {};
  const OperationChange& change = view.delta.operations[subject.change];
  if (!change.before.valid()) return {};
  const auto address = [](const Model& model, const Operation& operation) {
    return operation.procedure.valid() ? std::string_view(model.procedures[operation.procedure.value].address)
                                       : std::string_view();
  };
  const Model& after = view.sides.after;
  const std::string_view was = address(view.sides.before, view.sides.before.operations[change.before.value]);
  for (const OperationChange& other : view.delta.operations) {
    if (!other.after.valid()) continue;
    const Operation& is = after.operations[other.after.value];
    if (is.verb == Verb::Back && other.fate != OperationFate::Removed)
      return {Answer::Yes, {{is.region, "it runs `" + is.text + "`"}}};
  }
  for (const Operation& is : after.operations) {
    if (is.verb == Verb::Back && !was.empty() && address(after, is) == was)
      return {Answer::Yes, {{is.region, "it still runs `" + is.text + "`"}}};
  }
  return {};
}

}  // namespace redtag
