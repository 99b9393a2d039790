// Checks that can never fire, as far as the check alone shows it. Deliberately shallow: what must hold at the same time, in
// closed sets, flags and exact texts. A `fires_` case proves the rest.
#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "check/compile/fragment.h"

namespace redtag {

namespace {

using Key = std::pair<Field, std::string>;

/// Fields that have several values at once: two demands on them can both hold.
bool many_valued(Field field) {
  const FieldKind kind = field_info(field).kind;
  return field == Field::AttributeEffect || field == Field::ProcedureVerbs || kind == FieldKind::Value ||
         kind == FieldKind::Attributes;
}

std::string shown(Field field) {
  return fmt::format("{}.{}", subject_name(field_info(field).subject), field_info(field).name);
}

/// What must hold at once: the conditions reached through All alone.
void flatten(const ConditionFragment& condition, std::vector<const ConditionFragment*>& into) {
  if (condition.op != ConditionOp::All) {
    into.push_back(&condition);
    return;
  }
  for (const ConditionFragment& child : condition.children) flatten(child, into);
}

/// What still can be after all demands on one field.
struct Left {
  std::uint64_t bits = ~std::uint64_t{0};
  std::optional<std::vector<std::string>> texts;

  void demand(const ConditionFragment& condition) {
    if (condition.op == ConditionOp::Names) bits &= condition.bits;
    if (condition.op == ConditionOp::Flag) bits &= condition.bits == 1 ? 2U : 1U;
    if (condition.op != ConditionOp::Is) return;
    if (!texts) {
      texts = condition.operands;
      return;
    }
    std::erase_if(*texts, [&](const std::string& text) {
      return std::find(condition.operands.begin(), condition.operands.end(), text) == condition.operands.end();
    });
  }
  bool nothing() const { return bits == 0 || (texts && texts->empty()); }
};

/// What is left of each field; the name of a field for which nothing is, or nothing.
std::optional<std::string> narrow(const ConditionFragment& match, std::map<Key, Left>& left) {
  std::vector<const ConditionFragment*> demands;
  flatten(match, demands);
  for (const ConditionFragment* demand : demands) {
    const bool simple =
        demand->op == ConditionOp::Names || demand->op == ConditionOp::Flag || demand->op == ConditionOp::Is;
    if (!simple || many_valued(demand->field)) continue;
    Left& field = left[{demand->field, demand->path}];
    field.demand(*demand);
    if (field.nothing()) return fmt::format("line {} leaves no value for `{}`", demand->line, shown(demand->field));
  }
  return std::nullopt;
}

/// True if whatever the match leaves satisfies the demand.
bool always(const ConditionFragment& demand, const std::map<Key, Left>& left) {
  if (demand.op == ConditionOp::All || demand.op == ConditionOp::Any) {
    const auto holds = [&](const ConditionFragment& child) { return always(child, left); };
    return demand.op == ConditionOp::All ? std::all_of(demand.children.begin(), demand.children.end(), holds)
                                         : std::any_of(demand.children.begin(), demand.children.end(), holds);
  }
  const auto found = left.find({demand.field, demand.path});
  if (demand.field == Field::None || found == left.end()) return false;
  if (demand.op == ConditionOp::Names) return (found->second.bits & ~demand.bits) == 0;
  if (demand.op == ConditionOp::Flag) return found->second.bits == (demand.bits == 1 ? 2U : 1U);
  if (demand.op != ConditionOp::Is || !found->second.texts) return false;
  return std::all_of(found->second.texts->begin(), found->second.texts->end(), [&](const std::string& text) {
    return std::find(demand.operands.begin(), demand.operands.end(), text) != demand.operands.end();
  });
}

std::optional<std::string> silenced_by(const ConditionFragment& unless, const std::map<Key, Left>& left) {
  if (!always(unless, left)) return std::nullopt;
  return fmt::format("the `unless` of line {} holds wherever `match` does", unless.line);
}

}  // namespace

std::optional<std::string> find_contradiction(const CheckFragment& check) {
  std::map<Key, Left> left;
  if (std::optional<std::string> why = narrow(check.match, left)) return why;
  if (check.unless) {
    if (std::optional<std::string> why = silenced_by(*check.unless, left)) return why;
  }
  std::vector<const ConditionFragment*> demands;
  flatten(check.match, demands);
  for (const ConditionFragment* demand : demands) {
    if (demand->op != ConditionOp::Unless) continue;
    for (const ConditionFragment& child : demand->children) {
      if (std::optional<std::string> why = silenced_by(child, left)) return why;
    }
  }
  return std::nullopt;
}

}  // namespace redtag
