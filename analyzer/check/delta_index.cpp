#include <algorithm>

#include "check/subject.h"

namespace redtag {

DeltaIndex::DeltaIndex(const DeltaView& borrowed) : view(borrowed) {
  for (const Side side : {Side::Before, Side::After}) {
    const Model& model = view.sides.model(side);
    // emplace keeps the first: what stood before is what a safeguard protected.
    for (const Resource& resource : model.resources) resources_.emplace(resource.address, &resource);
    std::vector<std::uint64_t>& verbs = verbs_[static_cast<std::size_t>(side)];
    verbs.resize(model.procedures.size());
    for (const Operation& operation : model.operations) {
      if (operation.procedure.valid() && operation.procedure.value < verbs.size()) {
        verbs[operation.procedure.value] |= std::uint64_t{1} << static_cast<unsigned>(operation.verb);
      }
    }
  }
  judge_reverses();
}

/// Only what this change touches is judged: a check asks of nothing else, and a tree may hold thousands of migrations.
void DeltaIndex::judge_reverses() {
  const std::vector<Procedure>& procedures = view.sides.after.procedures;
  std::unordered_map<std::string_view, std::uint32_t> changed;
  for (const ProcedureChange& change : view.delta.procedures) {
    if (change.after.valid()) changed.emplace(procedures[change.after.value].address, change.after.value);
  }
  for (const OperationChange& change : view.delta.operations) {
    if (!change.after.valid()) continue;
    const ProcedureId procedure = view.sides.after.operations[change.after.value].procedure;
    if (procedure.valid()) changed.emplace(procedures[procedure.value].address, procedure.value);
  }
  for (std::uint32_t i = 0; i < procedures.size(); ++i) {
    if (procedures[i].reverses.empty()) continue;
    const auto up = changed.find(procedures[i].reverses);
    if (up == changed.end()) continue;
    ReverseEvidence evidence = judge_reverse(view.sides.after, ProcedureId{up->second}, ProcedureId{i});
    const auto [known, is_new] = reverses_.emplace(procedures[i].reverses, evidence);
    if (!is_new && known->second.reverse < evidence.reverse) known->second = std::move(evidence);
  }
}

const DeltaIndex::TypeFacts& DeltaIndex::facts_of(Stack stack, std::string_view type) {
  const std::string_view stack_word = stack_name(stack);
  std::string key = std::string(stack_word) + '\t' + std::string(type);
  const auto found = types_.find(key);
  if (found != types_.end()) return found->second;
  TypeFacts facts;
  facts.cls = view.facts.class_of(stack_word, type);
  facts.stateful = view.facts.stateful(stack_word, type);
  for (const FactRowView& row : view.facts.rows(stack_word, type)) {
    // Nearly every type has some attribute that steers; `in: steers` means types that do nothing else.
    if (row.effect != "steers" || row.path.empty()) facts.effects.push_back(row.effect);
  }
  std::sort(facts.effects.begin(), facts.effects.end());
  facts.effects.erase(std::unique(facts.effects.begin(), facts.effects.end()), facts.effects.end());
  return types_.emplace(std::move(key), std::move(facts)).first->second;
}

std::string_view DeltaIndex::class_of(const Operation& operation) {
  const std::string_view stack = stack_name(operation.stack);
  std::string key = std::string(stack) + '\t' + operation.program + '\t' + operation.action + '\t' + operation.object;
  const auto found = operation_classes_.find(key);
  if (found != operation_classes_.end()) return found->second;
  std::string_view cls;
  std::size_t longest = 0;
  std::vector<FactRowView> rows = view.facts.rows(stack, operation.program);
  // `flyctl` is another name of `fly`, whose rows it has.
  for (std::size_t i = 0, own = rows.size(); i < own; ++i) {
    if (rows[i].effect != "alias" || !rows[i].path.empty()) continue;
    const std::vector<FactRowView> meant = view.facts.rows(stack, rows[i].value);
    rows.insert(rows.end(), meant.begin(), meant.end());
    break;
  }
  for (const FactRowView& row : rows) {
    const bool covers =
        operation.action.starts_with(row.path) &&
        (row.path.empty() || row.path.size() == operation.action.size() || operation.action[row.path.size()] == ' ');
    if (!covers || row.cls.empty() || (!cls.empty() && row.path.size() < longest)) continue;
    cls = row.cls;
    longest = row.path.size();
  }
  if (cls.empty()) cls = facts_of(operation.stack, operation.object).cls;
  // A request has no row of its program: what it aims at is a class itself.
  for (const FactRowView& row : view.facts.rows("*", operation.object)) {
    if (cls.empty() && operation.action == "DELETE" && row.effect == "severity") cls = row.type;
  }
  return operation_classes_.emplace(std::move(key), cls).first->second;
}

std::string_view DeltaIndex::severity_of_class(std::string_view cls) const {
  if (cls.empty()) return {};
  std::string_view word;
  for (const FactRowView& row : view.facts.rows("*", cls, "severity")) {
    if (word.empty() || row.condition == "stateful") word = row.value;
  }
  return word;
}

const Resource* DeltaIndex::resource_at(std::string_view address) const {
  const auto found = resources_.find(address);
  return found == resources_.end() ? nullptr : found->second;
}

ReverseEvidence DeltaIndex::reverse_of(std::string_view procedure) const {
  const auto found = reverses_.find(procedure);
  return found == reverses_.end() ? ReverseEvidence{} : found->second;
}

std::uint64_t DeltaIndex::verbs_of(Side side, ProcedureId procedure) const {
  const std::vector<std::uint64_t>& verbs = verbs_[static_cast<std::size_t>(side)];
  return procedure.valid() && procedure.value < verbs.size() ? verbs[procedure.value] : 0;
}

}  // namespace redtag
