#include <string>

#include "model/model.h"

namespace redtag {

namespace {

constexpr std::size_t shown_value_bytes = 160;

void print(std::string& out, const std::vector<Reference>& references) {
  for (const Reference& reference : references) {
    const bool own = reference.through.empty();
    out += own ? "  = " + reference.target + "\n" : "  -> " + reference.target + " (" + reference.through + ")\n";
  }
}

void print(std::string& out, const Resource& resource) {
  out += resource.address + " (" + std::string(stack_name(resource.stack)) + ", " + resource.type + ")";
  if (!resource.instances.empty()) out += " instances " + resource.instances;
  out += resource.subject ? "\n" : " context\n";
  for (const Entry& entry : resource.attributes)
    out += "  " + entry.key + " = " + show(entry.value, shown_value_bytes) + "\n";
  print(out, resource.references);
}

void print(std::string& out, const Operation& operation, const Model& model) {
  out += std::string(verb_name(operation.verb)) + " " + operation.object + " " +
         show(operation.target, shown_value_bytes) + ": " + operation.program + " " + operation.action;
  if (operation.arming == Arming::Armed) out += ", armed";
  if (operation.arming == Arming::Disarmed) out += ", disarmed";
  if (operation.unbounded) out += ", unbounded";
  if (operation.maybe_empty) out += ", maybe empty";
  if (operation.harmless_target) out += ", harmless target";
  if (operation.certainty != Certainty::Exact) out += ", " + std::string(certainty_name(operation.certainty));
  if (operation.procedure.valid()) {
    out += " in " + model.procedures[operation.procedure.value].address + "#" + std::to_string(operation.position);
  }
  out += operation.subject ? "\n" : " context\n";
}

void print(std::string& out, const Procedure& procedure) {
  out += "procedure " + procedure.address + " (" + std::string(stack_name(procedure.stack)) + "), " +
         std::string(direction_name(procedure.direction)) + ", on " + std::string(trigger_name(procedure.trigger));
  if (!procedure.reverses.empty()) out += ", reverses " + procedure.reverses;
  if (procedure.reverse_expected) out += ", reverse expected";
  if (procedure.in_transaction) out += ", in a transaction";
  if (procedure.unread) out += ", partly unread";
  out += procedure.subject ? "\n" : " context\n";
  print(out, procedure.references);
}

}  // namespace

std::string print(const Model& model) {
  std::string out;
  for (const Resource& resource : model.resources) print(out, resource);
  for (const Procedure& procedure : model.procedures) print(out, procedure);
  for (const Operation& operation : model.operations) print(out, operation, model);
  for (const Safeguard& safeguard : model.safeguards) {
    out += "safeguard " + std::string(safeguard_name(safeguard.kind)) + " of " + safeguard.protects + ": " +
           safeguard.text + "\n";
  }
  for (const Gap& gap : model.gaps) out += "gap: " + gap.reason + "\n";
  return out;
}

}  // namespace redtag
