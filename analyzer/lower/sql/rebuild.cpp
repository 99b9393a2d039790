// A table that is made again, its rows copied, and the old one dropped: SQLite's way to alter one. What the new one has no place for is
// lost, and no statement says so.
#include <algorithm>
#include <iterator>
#include <set>

#include "base/text.h"
#include "lower/sql/columns.h"
#include "lower/sql/history.h"

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

/// `make another; copy some columns; drop old`: what is known of the old one says which columns those are not.
bool was_copied_before(const Model& model, std::size_t drop, Rebuild& rebuild) {
  const Operation& dropped = model.operations[drop];
  const std::size_t copy = find_in(model, 0, drop, dropped.procedure, [&](const Operation& operation) {
    return operation.action == "insert-select" && operation.unbounded && operation.target.text == dropped.target.text;
  });
  const bool up = dropped.procedure.valid() && model.procedures[dropped.procedure.value].direction == Direction::Up;
  if (copy == drop || !up) return false;
  rebuild = {drop, drop, copy, dropped.target.text};
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
    if (takes_name_after(model, i, rebuild) || gave_name_before(model, i, rebuild) ||
        was_copied_before(model, i, rebuild))
      rebuilds.push_back(rebuild);
  }
  return rebuilds;
}

namespace {

/// A column that the new table holds with a type that holds less.
Operation narrowed(const Operation& drop, const std::string& column, const std::string& from, const std::string& to) {
  Operation lost = drop;
  lost.verb = Verb::Alter;
  lost.action = "alter-type";
  lost.object = "column";
  lost.target = known_string(column, drop.region);
  lost.arguments = {known_string("to " + to, drop.region)};
  if (!from.empty()) lost.arguments.push_back(known_string("from " + from, drop.region));
  lost.arguments.push_back(known_string("by a rebuild", drop.region));
  lost.harmless_target = false;
  return lost;
}

/// What the copies of a rebuild make of single columns, and the types that the new table gives the others.
std::vector<Operation> narrowed_by(const Model& model, const Rebuild& rebuild, const KnownColumns& known) {
  const Operation& drop = model.operations[rebuild.drop];
  std::vector<Operation> told;
  std::set<std::string> converted;
  const auto tell = [&](const std::string& column, const std::string& to, const std::string& expression) {
    const std::string name = rebuild.table + '.' + column, from = known.type_of(name);
    Operation lost = narrowed(drop, name, from, to);
    judge_conversion(lost.verb, lost.certainty, from, to, expression);
    if (lost.verb == Verb::Narrow) told.push_back(std::move(lost));
  };
  for (const Operation& copy : model.operations) {
    const bool read =
        copy.procedure == drop.procedure && copy.verb == Verb::Copy && same_value(copy.target, drop.target);
    for (const Value& argument : copy.arguments) {
      const std::vector<std::string_view> words = split(argument.text, ' ');
      if (!read || words.size() < 2 || (words[0] != "casts" && words[0] != "cuts")) continue;
      const std::string column(words[1]);
      converted.insert(lower_ascii(column));
      const bool casts = words[0] == "casts" && words.size() > 3;
      tell(column, casts ? argument.text.substr(argument.text.find(" to ") + 4) : "what is left of it",
           casts ? "" : "substr(");
    }
  }
  if (rebuild.create == rebuild.drop) return told;
  for (const Value& argument : model.operations[rebuild.create].arguments) {
    const std::vector<std::string_view> words = split(argument.text, ' ');
    if (words.size() < 3 || words[0] != "has" || converted.count(lower_ascii(words[1])) > 0) continue;
    const std::string column(words[1]);
    if (known.type_of(rebuild.table + '.' + column).empty()) continue;
    const std::size_t before = told.size();
    tell(column, argument.text.substr(5 + column.size()), "");
    // SQLite keeps what does not fit: there a type is advice.
    if (told.size() > before) told.back().certainty = std::max(told.back().certainty, Certainty::Partial);
  }
  return told;
}

}  // namespace

namespace {

/// Columns that the new table compares by another rule. (SQLite has no other way to change one.)
std::vector<Operation> compared_anew(const Model& model, const Rebuild& rebuild, const KnownColumns& known) {
  std::vector<Operation> told;
  if (rebuild.create == rebuild.drop) return told;
  const Operation& create = model.operations[rebuild.create];
  for (const std::string& column : known.columns_of(rebuild.table)) {
    std::string to, start = "collates " + column + ' ';
    bool stays = false;
    for (const Value& argument : create.arguments) {
      if (argument.text.starts_with(start)) to = argument.text.substr(start.size());
      stays = stays || argument.text == "has " + column || argument.text.starts_with("has " + column + ' ');
    }
    const std::string from = known.collation_of(rebuild.table + '.' + column);
    if (!stays || to == from) continue;
    Operation changed = create;
    changed.verb = Verb::Alter;
    changed.action = "change-collation";
    changed.object = "column";
    changed.target = known_string(rebuild.table + '.' + column, create.region);
    changed.arguments = {known_string("to " + (to.empty() ? std::string("the database's own") : to), create.region),
                         known_string("by a rebuild", create.region)};
    changed.harmless_target = false;
    told.push_back(std::move(changed));
  }
  return told;
}

}  // namespace

void tell_lost_columns(Model& model, const Rebuild& rebuild, const KnownColumns& known) {
  const Operation drop = model.operations[rebuild.drop];
  std::vector<Operation> compared = compared_anew(model, rebuild, known);
  std::move(compared.begin(), compared.end(), std::back_inserter(model.operations));
  std::vector<Operation> narrower = narrowed_by(model, rebuild, known);
  std::move(narrower.begin(), narrower.end(), std::back_inserter(model.operations));
  std::set<std::string> kept;
  for (const Operation& operation : model.operations) {
    if (operation.procedure != drop.procedure) continue;
    const bool read = operation.verb == Verb::Copy || operation.verb == Verb::Rewrite;
    for (const Value& argument : operation.arguments) {
      if (argument.text == "reads *" && operation.target.text == drop.target.text) return;  // as many as there are
      if (read && argument.text.starts_with("reads ")) kept.insert(lower_ascii(argument.text.substr(6)));
    }
  }
  // What the new table declares and no copy reads is empty there.
  if (kept.empty()) return;
  for (const std::string& column : known.columns_of(rebuild.table)) {
    const bool key = rebuild.create == rebuild.drop && column == "id";  // rows elsewhere have keys of their own
    if (key || kept.count(lower_ascii(column)) > 0) continue;
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
