// Fields that are text or values, and how a message shows any of them.
#include <algorithm>

#include "base/text.h"
#include "check/subject.h"

namespace redtag {

namespace {

constexpr std::size_t shown_bytes = 160;
constexpr auto before_index = static_cast<std::size_t>(Side::Before);
constexpr auto after_index = static_cast<std::size_t>(Side::After);

std::string_view address_of(const Resource* resource) {
  return resource == nullptr ? std::string_view() : resource->address;
}

/// A value, and what is left of the path to it.
struct Step {
  const Value* value;
  std::string_view rest;
};

/// The entries that a path leads through next. A key may hold dots itself (`metadata.annotations.example.org/owner`).
void step_into(const std::vector<Entry>& entries, std::string_view path, std::vector<Step>& into) {
  for (const Entry& entry : entries) {
    if (!path.starts_with(entry.key)) continue;
    const std::string_view rest = path.substr(entry.key.size());
    if (rest.empty() || rest.front() == '.') into.push_back({&entry.value, rest.empty() ? rest : rest.substr(1)});
  }
}

/// The values at a dotted path: repeated blocks and list elements may make it several.
std::vector<const Value*> at_path(const Resource* resource, std::string_view path) {
  std::vector<const Value*> found;
  if (resource == nullptr) return found;
  std::vector<Step> open;
  step_into(resource->attributes, path, open);
  for (std::size_t i = 0; i < open.size(); ++i) {
    const Step at = open[i];
    if (at.rest.empty()) {
      found.push_back(at.value);
      continue;
    }
    for (const Value& item : at.value->items) open.push_back({&item, at.rest});  // they stand where their list does
    step_into(at.value->entries, at.rest, open);
  }
  return found;
}

std::string shown_names(Field field, std::uint64_t bits) {
  const std::span<const std::string_view> names = names_of(field_info(field).kind);
  std::vector<std::string_view> set;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if ((bits >> i & 1) != 0) set.push_back(names[i]);
  }
  return one_of(set);
}

}  // namespace

std::string_view SubjectView::text(Field field) const {
  const Resource* guarded = protected_resource();
  switch (field) {
    case Field::ResourceType: return resource == nullptr ? std::string_view() : resource->type;
    case Field::ResourceClass:
      return resource == nullptr ? std::string_view() : index_.facts_of(resource->stack, resource->type).cls;
    case Field::ResourceName: return resource == nullptr ? std::string_view() : resource->name;
    case Field::ResourceAddress: return address_of(resource);
    case Field::ResourceOldAddress: return address_of(resource_side[before_index]);
    case Field::ResourceNewAddress: return address_of(resource_side[after_index]);
    case Field::ResourceScope: return resource == nullptr ? std::string_view() : resource->scope;
    case Field::ResourceInstances: return resource == nullptr ? std::string_view() : resource->instances;
    case Field::ResourceCause:
      return resource_change->cause ? std::string_view(resource_change->attributes[*resource_change->cause].path)
                                    : std::string_view();
    case Field::ResourceBecause: return resource_change->because;
    case Field::AttributePath: return attribute->path;
    case Field::AttributePlace: return attribute->place;
    case Field::AttributeDifference: return attribute->difference;
    case Field::AttributeCondition:
      return attribute->effects.empty() ? std::string_view() : attribute->effects.front().fact.condition;
    case Field::OperationProgram: return operation == nullptr ? std::string_view() : operation->program;
    case Field::OperationAction: return operation == nullptr ? std::string_view() : operation->action;
    case Field::OperationObject: return operation == nullptr ? std::string_view() : operation->object;
    case Field::OperationClass: return operation == nullptr ? std::string_view() : index_.class_of(*operation);
    case Field::OperationText: return operation == nullptr ? std::string_view() : operation->text;
    case Field::OperationBecause: return operation_change->because;
    case Field::SafeguardProtects: return safeguard == nullptr ? std::string_view() : safeguard->protects;
    case Field::SafeguardType: return guarded == nullptr ? std::string_view() : guarded->type;
    case Field::SafeguardClass:
      return guarded == nullptr ? std::string_view() : index_.facts_of(guarded->stack, guarded->type).cls;
    case Field::SafeguardText: return safeguard == nullptr ? std::string_view() : safeguard->text;
    case Field::ProcedureAddress: return procedure == nullptr ? std::string_view() : procedure->address;
    case Field::ProcedureReverses: return procedure == nullptr ? std::string_view() : procedure->reverses;
    default: return {};  // not a text
  }
}

std::vector<const Value*> SubjectView::values(Field field, std::string_view path) const {
  switch (field) {
    case Field::ResourceFrom: return at_path(resource_side[before_index], path);
    case Field::ResourceTo: return at_path(resource_side[after_index], path);
    case Field::AttributeFrom: return {&attribute->before};
    case Field::AttributeTo: return {&attribute->after};
    case Field::OperationTarget:
      if (operation != nullptr) return {&operation->target};
      return {};
    case Field::OperationFrom:
      if (operation_side[before_index] != nullptr) return {&operation_side[before_index]->target};
      return {};
    case Field::OperationArguments: {
      std::vector<const Value*> all;
      if (operation == nullptr) return all;
      for (const Value& argument : operation->arguments) all.push_back(&argument);
      return all;
    }
    default: return {};  // no value
  }
}

std::string SubjectView::shown(Field field) const {
  switch (field_info(field).kind) {
    case FieldKind::Text:
    case FieldKind::Type: return shortened(text(field), shown_bytes);
    case FieldKind::Flag: return flag(field) ? "true" : "false";
    case FieldKind::Factor: return moved(field, 0) ? "true" : "false";
    case FieldKind::Value: {
      std::string out;
      for (const Value* value : values(field, {})) {
        // A command without an operand of its own: what it works on comes over a pipe, or is all that it manages.
        const bool given = field == Field::OperationTarget && value->presence == Presence::Absent;
        out += (out.empty() ? "" : " ") + (given ? std::string("whatever it is given") : show(*value, shown_bytes));
      }
      return out;
    }
    case FieldKind::Shown: {
      if (!resource_change->cause) return {};
      const AttributeChange& cause = resource_change->attributes[*resource_change->cause];
      return show(field == Field::ResourceCauseFrom ? cause.before : cause.after, shown_bytes);
    }
    case FieldKind::Attributes: return {};  // no message may name it
    default: return shown_names(field, names(field));
  }
}

}  // namespace redtag
