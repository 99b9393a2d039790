// A table that is made again, its rows copied, and the old one dropped: SQLite's way to alter one. What the new one has no place for is
// lost, and no statement says so.
#include <algorithm>
#include <set>

#include "base/text.h"
#include "lower/sql/columns.h"

namespace redtag::sql {

namespace {

/// The first operation of a procedure with an action on a table, between two others; `end` for none.
template <typename Test>
std::size_t find_in(const Model& model, std::size_t first, std::size_t last, ProcedureId procedure, Test test) {
  for (std::size_t i = first; i < last; ++i) {
    const Operation& operation = model.operations[i];
    if (operation.procedure == procedure && operation.target.known() && test(operation)) return i;
  }
  return last;
}

std::string name_given(const Operation& operation) {
  for (const Value& argument : operation.arguments) {
    if (argument.text.starts_with("to ")) return argument.text.substr(3);
  }
  return {};
}

bool is_on(const Operation& operation, std::string_view action, const std::string& table) {
  return operation.action == action && operation.target.text == table;
}

bool copies_into(const Operation& operation, const std::string& from, const std::string& into) {
  const auto says = [&](const Value& argument) { return argument.text == "into " + into; };
  return operation.verb == Verb::Copy && operation.target.text == from &&
         std::any_of(operation.arguments.begin(), operation.arguments.end(), says);
}

/// `drop old; rename new to old`, where `new` was made and filled from `old` before.
bool takes_name_after(const Model& model, std::size_t drop, Rebuild& rebuild) {
  const Operation& dropped = model.operations[drop];
  const std::string& table = dropped.target.text;
  const std::size_t count = model.operations.size();
  const std::size_t rename = find_in(model, drop + 1, count, dropped.procedure, [&](const Operation& operation) {
    return operation.action == "rename-table" && name_given(operation) == table;
  });
  if (rename == count) return false;
  const std::string& fresh = model.operations[rename].target.text;
  const std::size_t create = find_in(model, 0, drop, dropped.procedure, [&](const Operation& operation) {
    return is_on(operation, "create-table", fresh);
  });
  const std::size_t copy = find_in(model, create, drop, dropped.procedure,
                                   [&](const Operation& operation) { return copies_into(operation, table, fresh); });
  if (create == drop || copy == drop) return false;
  rebuild = {drop, create, create, table};
  return true;
}

/// `rename table to old; make table; drop old`.
bool gave_name_before(const Model& model, std::size_t drop, Rebuild& rebuild) {
  const Operation& dropped = model.operations[drop];
  const std::string& old = dropped.target.text;
  const std::size_t rename = find_in(model, 0, drop, dropped.procedure, [&](const Operation& operation) {
    return operation.action == "rename-table" && name_given(operation) == old;
  });
  if (rename == drop) return false;
  const std::string& table = model.operations[rename].target.text;
  const std::size_t create = find_in(model, rename, drop, dropped.procedure, [&](const Operation& operation) {
    return is_on(operation, "create-table", table);
  });
  const std::size_t copy = find_in(model, create, drop, dropped.procedure,
                                   [&](const Operation& operation) { return copies_into(operation, old, table); });
  if (create == drop || copy == drop) return false;
  rebuild = {drop, create, rename, table};
  return true;
}

}  // namespace

std::vector<Rebuild> rebuilds_in(const Model& model) {
  constexpr std::size_t most = 64;  // each looks through the operations
  std::vector<Rebuild> rebuilds;
  for (std::size_t i = 0; i < model.operations.size() && rebuilds.size() < most; ++i) {
    const Operation& operation = model.operations[i];
    if (operation.action != "drop-table" && operation.action != "recreate-table") continue;
    if (!operation.target.known() || operation.target.text.empty()) continue;
    Rebuild rebuild;
    if (takes_name_after(model, i, rebuild) || gave_name_before(model, i, rebuild)) rebuilds.push_back(rebuild);
  }
  return rebuilds;
}

void tell_lost_columns(Model& model, const Rebuild& rebuild, const KnownColumns& known) {
  const Operation drop = model.operations[rebuild.drop];
  std::set<std::string> kept;
  for (const Value& argument : model.operations[rebuild.create].arguments) {
    if (argument.text.starts_with("has ")) kept.insert(lower_ascii(split(argument.text, ' ')[1]));
  }
  if (kept.empty()) return;  // made by a query, or not read
  for (const Operation& operation : model.operations) {
    if (operation.procedure != drop.procedure) continue;
    const bool read = operation.verb == Verb::Copy || operation.verb == Verb::Rewrite;
    for (const Value& argument : operation.arguments) {
      if (argument.text == "reads *" && operation.target.text == drop.target.text) return;  // as many as there are
      if (read && argument.text.starts_with("reads ")) kept.insert(lower_ascii(argument.text.substr(6)));
    }
  }
  for (const std::string& column : known.columns_of(rebuild.table)) {
    if (kept.count(lower_ascii(column)) > 0) continue;
    Operation lost = drop;
    lost.verb = Verb::Destroy;
    lost.action = "drop-column";
    lost.object = "column";
    lost.target = known_string(rebuild.table + '.' + column, drop.region);
    lost.arguments = {known_string("by a rebuild", drop.region)};
    lost.certainty = std::max(drop.certainty, Certainty::Likely);
    lost.harmless_target = false;
    model.operations.push_back(std::move(lost));
  }
}

}  // namespace redtag::sql
