#include <string>

#include "delta/delta.h"

namespace redtag {

namespace {

void print(std::string& out, const ResourceChange& change, const Sides& sides) {
  const Resource& resource =
      change.after.valid() ? sides.after.resources[change.after.value] : sides.before.resources[change.before.value];
  const Resource& named = change.before.valid() ? sides.before.resources[change.before.value] : resource;
  out += "resource " + named.address + " (" + named.type + ") " + std::string(fate_name(change.fate));
  if (change.after.valid() && resource.address != named.address) out += " to " + resource.address;
  if (!change.because.empty()) out += ": " + change.because;
  out += "\n";
  for (std::size_t i = 0; i < change.attributes.size(); ++i) {
    const AttributeChange& attribute = change.attributes[i];
    out += "  " + attribute.place + " " + std::string(movement_name(attribute.movement)) + ": " + show(attribute.before) + " -> " +
           show(attribute.after);
    if (change.cause == i) out += " (cause)";
    out += "\n";
    for (const EffectHit& hit : attribute.effects) {
      out += "    " + std::string(effect_name(hit.effect)) + ", " + std::string(certainty_name(hit.certainty)) + ": " +
             std::string(hit.fact.path) + (hit.fact.condition.empty() ? "" : " " + std::string(hit.fact.condition)) + " [" +
             std::string(hit.fact.source) + "]\n";
    }
  }
}

}  // namespace

std::string print(const Delta& delta, const Sides& sides) {
  std::string out;
  for (const ResourceChange& change : delta.resources) print(out, change, sides);
  for (const OperationChange& change : delta.operations) {
    const Operation& operation =
        change.after.valid() ? sides.after.operations[change.after.value] : sides.before.operations[change.before.value];
    out += "operation " + std::string(operation_fate_name(change.fate)) + " " + std::string(verb_name(operation.verb)) + " " +
           operation.object + " " + show(operation.target) + ": " + operation.text;
    if (!change.because.empty()) out += " (" + change.because + ")";
    out += "\n";
  }
  for (const SafeguardChange& change : delta.safeguards) {
    const Safeguard& safeguard =
        change.before.valid() ? sides.before.safeguards[change.before.value] : sides.after.safeguards[change.after.value];
    out += "safeguard " + std::string(safeguard_fate_name(change.fate)) + " " + std::string(safeguard_name(safeguard.kind)) + " of " +
           safeguard.protects + (change.protected_remains ? ", which remains" : "") + "\n";
  }
  for (const ProcedureChange& change : delta.procedures) {
    const Procedure& procedure =
        change.after.valid() ? sides.after.procedures[change.after.value] : sides.before.procedures[change.before.value];
    constexpr std::string_view fates[] = {"added", "removed", "edited"};
    out += "procedure " + std::string(fates[static_cast<std::size_t>(change.fate)]) + " " + procedure.address + ", " +
           std::string(direction_name(procedure.direction)) + "\n";
  }
  return out;
}

}  // namespace redtag
