#include "check/subject.h"

#include <algorithm>

#include "compare/quantity.h"

namespace redtag {

namespace {

template <class Enum>
std::uint64_t bit(Enum value) {
  return std::uint64_t{1} << static_cast<unsigned>(value);
}

/// What is renamed is destroyed under its old address; everything else is shown where it is now.
Side shown_side(const ResourceChange& change) {
  return change.after.valid() && change.fate != ResourceFate::Renamed ? Side::After : Side::Before;
}

template <class T>
const T* either(const T* after, const T* before) {
  return after != nullptr ? after : before;
}

/// An element that stands for itself alone: a splat may be any number of them.
bool is_one(const Value& item) {
  const bool named = item.presence == Presence::Unknown && item.expression == Expression::Reference;
  return (item.known() && item.shape == Shape::Scalar) || (named && item.text.find('*') == std::string::npos);
}

bool one_is_left(const Value& before, const Value& after) {
  if (!before.known() || !after.known() || before.items.size() < 2 || after.items.size() != 1) return false;
  const Value& left = after.items.front();
  return is_one(left) && std::any_of(before.items.begin(), before.items.end(),
                                     [&](const Value& item) { return same_value(item, left); });
}

constexpr auto before_index = static_cast<std::size_t>(Side::Before);
constexpr auto after_index = static_cast<std::size_t>(Side::After);

}  // namespace

SubjectView::SubjectView(DeltaIndex& index, const Subject& subject) : index_(index), subject_(subject) {
  const DeltaView& view = index.view;
  switch (subject.kind) {
    case SubjectKind::Attribute:
      attribute = &view.delta.resources[subject.change].attributes[subject.attribute];
      [[fallthrough]];
    case SubjectKind::Resource:
      resource_change = &view.delta.resources[subject.change];
      for (const Side side : {Side::Before, Side::After}) {
        resource_side[static_cast<std::size_t>(side)] = resource_of(view, subject, side);
      }
      resource = resource_side[static_cast<std::size_t>(shown_side(*resource_change))];
      break;
    case SubjectKind::Operation:
      operation_change = &view.delta.operations[subject.change];
      for (const Side side : {Side::Before, Side::After}) {
        operation_side[static_cast<std::size_t>(side)] = operation_of(view, subject, side);
      }
      operation = either(operation_side[after_index], operation_side[before_index]);
      break;
    case SubjectKind::Safeguard:
      safeguard_change = &view.delta.safeguards[subject.change];
      safeguard = either(safeguard_of(view, subject, Side::After), safeguard_of(view, subject, Side::Before));
      break;
    case SubjectKind::Procedure: procedure_change = &view.delta.procedures[subject.change]; break;
  }
  procedure = either(procedure_of(view, subject, Side::After), procedure_of(view, subject, Side::Before));
}

Stack SubjectView::stack() const {
  switch (subject_.kind) {
    case SubjectKind::Resource:
    case SubjectKind::Attribute: return resource == nullptr ? Stack::None : resource->stack;
    case SubjectKind::Operation: return operation == nullptr ? Stack::None : operation->stack;
    case SubjectKind::Safeguard: return safeguard == nullptr ? Stack::None : safeguard->stack;
    case SubjectKind::Procedure: return procedure == nullptr ? Stack::None : procedure->stack;
  }
  return Stack::None;
}

std::uint64_t SubjectView::change_bit() const {
  if (resource_change != nullptr) return bit(resource_change->fate);
  if (operation_change != nullptr) return bit(operation_change->fate);
  if (safeguard_change != nullptr) return bit(safeguard_change->fate);
  return procedure_change == nullptr ? 0 : bit(procedure_change->fate);
}

std::uint64_t SubjectView::effect_bits() const {
  std::uint64_t bits = 0;
  if (attribute == nullptr) return bits;
  for (const EffectHit& hit : attribute->effects) bits |= bit(hit.effect);
  return bits;
}

const Resource* SubjectView::protected_resource() const {
  return safeguard == nullptr ? nullptr : index_.resource_at(safeguard->protects);
}

std::uint64_t SubjectView::verbs() const {
  const DeltaView& view = index_.view;
  for (const Side side : {Side::After, Side::Before}) {
    if (procedure_change != nullptr) {
      const ProcedureId id = side == Side::After ? procedure_change->after : procedure_change->before;
      if (id.valid()) return index_.verbs_of(side, id);
    }
    if (operation_change == nullptr) continue;
    if (const Operation* found = operation_of(view, subject_, side)) return index_.verbs_of(side, found->procedure);
  }
  return 0;
}

std::uint64_t SubjectView::names(Field field) const {
  switch (field) {
    case Field::ResourceChange: return bit(resource_change->fate);
    case Field::ResourceDeclares: return resource == nullptr ? 0 : bit(resource->declares);
    case Field::ResourceStack:
    case Field::OperationStack:
    case Field::SafeguardStack:
    case Field::ProcedureStack: return bit(stack());
    case Field::ResourceCertainty: return bit(resource_change->certainty);
    case Field::AttributeEffect: return effect_bits();
    case Field::AttributeMovement: return bit(attribute->movement);
    case Field::AttributeShape:
      return bit(attribute->after.presence == Presence::Absent ? attribute->before.shape : attribute->after.shape);
    case Field::AttributeCertainty:
      return bit(attribute->effects.empty() ? Certainty::Exact : attribute->effects.front().certainty);
    case Field::OperationChange: return bit(operation_change->fate);
    case Field::OperationVerb: return operation == nullptr ? 0 : bit(operation->verb);
    case Field::OperationArming: return operation == nullptr ? 0 : bit(operation->arming);
    case Field::OperationAim: return bit(operation_change->aim);
    case Field::OperationCertainty: return operation == nullptr ? 0 : bit(operation->certainty);
    case Field::SafeguardChange: return bit(safeguard_change->fate);
    case Field::SafeguardKind: return safeguard == nullptr ? 0 : bit(safeguard->kind);
    case Field::SafeguardCoverage: return safeguard == nullptr ? 0 : bit(safeguard->coverage);
    case Field::ProcedureChange: return procedure_change == nullptr ? 0 : bit(procedure_change->fate);
    case Field::ProcedureDirection: return bit(procedure == nullptr ? Direction::Unknown : procedure->direction);
    case Field::ProcedureTrigger: return bit(procedure == nullptr ? Trigger::Unknown : procedure->trigger);
    case Field::ProcedureReverse:
      return bit(procedure == nullptr ? Reverse::None : index_.reverse_of(procedure->address).reverse);
    case Field::ProcedureVerbs: return verbs();
    default: return 0;  // not a closed set: the compiler of checks never asks
  }
}

bool SubjectView::one_block_is_left() const {
  const bool block = attribute->before.shape == Shape::Block || attribute->before.shape == Shape::Map;
  if (!block || attribute->movement != Movement::Vanished) return false;
  return values(Field::ResourceFrom, attribute->path).size() > 1 &&
         values(Field::ResourceTo, attribute->path).size() == 1;
}

bool SubjectView::flag(Field field) const {
  switch (field) {
    case Field::ResourceStateful:
      return resource != nullptr && index_.facts_of(resource->stack, resource->type).stateful;
    case Field::ResourceWholeRoot: return resource_change->whole_root;
    case Field::ResourceInRemovedModule: return resource_change->in_removed_module;
    case Field::AttributeSensitive: return attribute->before.sensitive || attribute->after.sensitive;
    case Field::AttributeOneLeft: return one_is_left(attribute->before, attribute->after) || one_block_is_left();
    case Field::OperationCited: return operation != nullptr && operation->cited;
    case Field::OperationUnbounded: return operation != nullptr && operation->unbounded;
    case Field::OperationMaybeEmpty: return operation != nullptr && operation->maybe_empty;
    case Field::OperationHarmlessTarget: return operation != nullptr && operation->harmless_target;
    case Field::SafeguardProtectedRemains: return safeguard_change->protected_remains;
    case Field::ProcedureInTransaction: return procedure != nullptr && procedure->in_transaction;
    case Field::ProcedureReverseExpected: return procedure != nullptr && procedure->reverse_expected;
    case Field::ProcedureUnread: return procedure != nullptr && procedure->unread;
    default: return false;  // not a flag
  }
}

bool SubjectView::has_fact(Field field, std::string_view word) const {
  const std::string_view type = text(field);
  if (type.empty()) return false;
  const DeltaIndex::TypeFacts& facts = index_.facts_of(stack(), type);
  return facts.cls == word || std::binary_search(facts.effects.begin(), facts.effects.end(), word);
}

bool SubjectView::moved(Field field, std::uint64_t thousandths) const {
  const bool up = field == Field::AttributeIncreases;
  if (thousandths == 0 && attribute->movement == (up ? Movement::Increased : Movement::Decreased)) return true;
  const QuantityDifference difference = compare_quantities(attribute->before, attribute->after);
  if (difference.outcome != (up ? Comparison::Wider : Comparison::Narrower)) return false;
  if (thousandths == 0) return true;
  if (!difference.ratio) return false;
  const double factor = static_cast<double>(thousandths) / 1000;
  return up ? *difference.ratio >= factor : *difference.ratio <= 1 / factor;
}

const TraitResult& SubjectView::trait(TraitId id) {
  std::optional<TraitResult>& known = traits_[static_cast<std::size_t>(id)];
  if (!known) known = evaluate(id, index_.view, subject_);
  return *known;
}

}  // namespace redtag
