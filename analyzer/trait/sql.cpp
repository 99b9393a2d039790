#include "trait/sql.h"

#include <algorithm>
#include <array>
#include <map>
#include <span>
#include <string>

#include "base/text.h"
#include "model/surrounding.h"

namespace redtag {

namespace {

bool has_argument(const Operation& operation, std::string_view text) {
  return std::any_of(operation.arguments.begin(), operation.arguments.end(),
                     [&](const Value& argument) { return argument.text == text; });
}

bool drops(const Operation& operation) {
  return operation.verb == Verb::Destroy && operation.target.known() && operation.procedure.valid();
}

bool loses_rows(const Operation& operation) {
  return (operation.verb == Verb::Delete || operation.verb == Verb::Empty) && operation.object == "rows" &&
         operation.target.known() && operation.procedure.valid();
}

/// How far from a drop its copy may stand. A dump of a hundred thousand statements is not searched whole for each of them.
constexpr std::size_t reach = 1000;

/// The operations of the same procedure near this one; front ends put them one after the other.
std::span<const Operation> around(const Model& model, const Operation& operation) {
  const std::span<const Operation> all(model.operations);
  auto begin = static_cast<std::size_t>(&operation - all.data());
  std::size_t end = begin + 1;
  const std::size_t here = begin;
  while (begin > 0 && here - begin < reach && all[begin - 1].procedure == operation.procedure) --begin;
  while (end < all.size() && end - here < reach && all[end].procedure == operation.procedure) ++end;
  return all.subspan(begin, end - begin);
}

const Operation* whole_copy_before(const Model& model, const Operation& drop) {
  for (const Operation& other : around(model, drop)) {
    if (other.position >= drop.position || other.verb != Verb::Copy || !other.unbounded) continue;
    if (same_value(other.target, drop.target)) return &other;
  }
  return nullptr;
}

/// Whether a successor has the dropped table's name, or the dropped table only had its predecessor's rows under another one.
bool has_successor(const Model& model, const Operation& drop) {
  bool made_again = false, filled_again = false;
  for (const Operation& other : around(model, drop)) {
    if (other.verb == Verb::Rename && other.object == "table" && has_argument(other, "to " + drop.target.text))
      return true;
    if (other.position <= drop.position) continue;
    made_again = made_again || (other.verb == Verb::Create && same_value(other.target, drop.target));
    filled_again = filled_again || (other.verb == Verb::Copy && has_argument(other, "into " + drop.target.text));
  }
  return made_again && filled_again;
}

const Operation* rebuild_of(const Model& model, const Operation& drop) {
  if (!drops(drop) || drop.object != "table") return nullptr;
  const Operation* copy = whole_copy_before(model, drop);
  return copy != nullptr && has_successor(model, drop) ? copy : nullptr;
}

/// The text of an argument behind a word, or an empty one.
std::string argument_after(const Operation& operation, std::string_view word) {
  for (const Value& argument : operation.arguments) {
    if (argument.text.starts_with(word)) return argument.text.substr(word.size());
  }
  return {};
}

/// One column of a table is no copy of it. (All words of a query are among what it reads, and the name of the table.)
bool reads_little(const Operation& copy) {
  std::size_t columns = 0;
  for (const Value& argument : copy.arguments) {
    if (!argument.text.starts_with("reads ")) continue;
    if (argument.text == "reads *") return false;
    const std::string name = argument.text.substr(6);
    const bool other =
        name == "select" || name == "from" || copy.target.text == name || copy.target.text.ends_with('.' + name);
    columns += other ? 0 : 1;
  }
  return columns == 1;
}

/// The copy takes rows by comparing something other than the column with a constant: `WHERE uploaded_at >= now() - …`. What its
/// condition says of the column itself, or of two tables' keys, leaves no value behind.
bool picks_rows(const Operation& copy, std::string_view column) {
  std::string condition = lower_ascii(argument_after(copy, "only where "));
  if (condition.find("select") != std::string::npos || condition.find(lower_ascii(column)) != std::string::npos)
    return false;
  for (std::size_t at = 0; (at = condition.find_first_of("=<>", at)) != std::string::npos;) {
    at = std::min(condition.find_first_not_of("=<> (", at), condition.size());
    const std::string_view behind = std::string_view(condition).substr(at);
    constexpr std::array constants =
        std::to_array<std::string_view>({"'", "now", "current_", "date", "false", "interval", "true"});
    const bool number = !behind.empty() && behind.front() >= '0' && behind.front() <= '9';
    if (number || std::any_of(constants.begin(), constants.end(),
                              [&](std::string_view word) { return behind.starts_with(word); }))
      return true;
  }
  return false;
}

/// All rows of the table, or the column itself, are read by a copy. One that picks rows is no copy of the table; it is one of the
/// rows that the same condition deletes.
bool carries(const Operation& copy, const Operation& drop) {
  if (!copy.target.known()) return false;
  if (drop.object == "rows") {
    const std::string gone = argument_after(drop, "where ");
    const bool same = !gone.empty() && argument_after(copy, "only where ") == gone;
    return same_value(copy.target, drop.target) && (copy.unbounded || same);
  }
  if (drop.object == "table")
    return same_value(copy.target, drop.target) &&
           ((copy.unbounded && !reads_little(copy)) || copy.action == "update-from");
  const std::string& column = drop.target.text;
  const std::size_t dot = column.rfind('.');
  if (drop.object != "column" || dot == std::string::npos || copy.target.text != column.substr(0, dot)) return false;
  if (!copy.unbounded && copy.action == "insert-select" && picks_rows(copy, column.substr(dot + 1))) return false;
  return has_argument(copy, "reads " + column.substr(dot + 1)) || has_argument(copy, "reads *");
}

bool runs_up(const Model& model, const Operation& operation) {
  return operation.procedure.valid() && model.procedures[operation.procedure.value].direction == Direction::Up;
}

/// Another migration of the change takes away what a copy filled.
bool is_lost_later(const Model& model, const Operation& copy) {
  constexpr std::size_t most = 20000;  // each copy looks through all of them
  const std::size_t count = std::min(most, model.operations.size());
  return std::any_of(model.operations.begin(), model.operations.begin() + static_cast<std::ptrdiff_t>(count),
                     [&](const Operation& other) {
                       const bool loses = other.verb == Verb::Destroy || other.verb == Verb::Empty;
                       return loses && other.subject && other.procedure != copy.procedure && runs_up(model, other) &&
                              has_argument(copy, "into " + other.target.text);
                     });
}

/// Whether what a copy filled still stands at the end of its procedure, and behind those that come with it.
bool survives(const Model& model, const Operation& copy) {
  if (has_argument(copy, "for this session") || is_lost_later(model, copy)) return false;
  for (const Operation& other : around(model, copy)) {
    const bool loses = other.verb == Verb::Destroy || other.verb == Verb::Empty;
    if (loses && other.position > copy.position && has_argument(copy, "into " + other.target.text)) return false;
  }
  return true;
}

bool holds_rows(const Operation& operation) {
  const std::string& object = operation.object;
  return object == "table" || object == "column" || object == "rows" || object == "partition" || object == "schema" ||
         object == "database";
}

}  // namespace

namespace {

/// `migrations-sqlite/2_tree.js` and `migrations/2_tree.js`: one migration, written for two databases. (A folder for each migration has
/// files of one name too.)
bool is_for_another_database(std::string_view one, std::string_view other) {
  const auto parts = [](std::string_view address) {
    const std::string_view path = address.substr(0, address.find('#'));
    const std::size_t slash = path.rfind('/');
    return std::pair(path.substr(0, slash == std::string_view::npos ? 0 : slash),
                     path.substr(slash == std::string_view::npos ? 0 : slash + 1));
  };
  const auto [folder, name] = parts(one);
  const auto [other_folder, other_name] = parts(other);
  const bool numbered = !name.empty() && name.front() >= '0' && name.front() <= '9';
  return numbered && name == other_name && folder != other_folder;
}

}  // namespace

bool migrates_before(const Model& model, const Operation& creation, const Operation& operation) {
  if (!creation.procedure.valid() || !operation.procedure.valid() || creation.procedure == operation.procedure)
    return false;
  const Procedure& first = model.procedures[creation.procedure.value];
  const Procedure& second = model.procedures[operation.procedure.value];
  return first.direction == Direction::Up && second.direction == Direction::Up && first.trigger != Trigger::Event &&
         first.address < second.address && !is_for_another_database(first.address, second.address) &&
         !has_argument(creation, "if not exists");
}

TraitResult rebuilds_table(const DeltaView& view, const Subject& subject) {
  const Operation* drop = operation_of(view, subject, Side::After);
  if (drop == nullptr) return {};
  const Operation* copy = rebuild_of(view.sides.after, *drop);
  if (copy == nullptr) return {};
  return {Answer::Yes, {{copy->region, "all of it is copied into its successor before"}}};
}

TraitResult copied_before(const DeltaView& view, const Subject& subject) {
  const Operation* drop = operation_of(view, subject, Side::After);
  if (drop == nullptr || !(drops(*drop) || loses_rows(*drop))) return {};
  for (const Operation& other : around(view.sides.after, *drop)) {
    if (other.position >= drop->position || other.verb != Verb::Copy) continue;
    if (!carries(other, *drop) || !survives(view.sides.after, other)) continue;
    return {Answer::Yes,
            {{other.region, drop->object == "column" ? "its values are copied before" : "its rows are copied before"}}};
  }
  return {};
}

TraitResult copied_in_part(const DeltaView& view, const Subject& subject) {
  const Operation* drop = operation_of(view, subject, Side::After);
  const Model& model = view.sides.after;
  if (drop == nullptr || !drops(*drop) || drop->object != "table") return {};
  if (whole_copy_before(model, *drop) != nullptr || !has_successor(model, *drop)) return {};
  for (const Operation& other : around(model, *drop)) {
    const bool copies = other.verb == Verb::Copy && other.action == "insert-select" && other.position < drop->position;
    if (copies && same_value(other.target, drop->target))
      return {Answer::Yes, {{other.region, "this copy leaves rows out"}}};
  }
  return {};
}

namespace {

std::string_view folder_of(std::string_view address) {
  const std::string_view path = address.substr(0, address.find('#'));
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

/// Another migration of the after side, new or edited in this change, does the same to the same thing.
bool done_elsewhere(const DeltaView& view, const Operation& operation) {
  const Model& model = view.sides.after;
  return std::any_of(model.operations.begin(), model.operations.end(), [&](const Operation& other) {
    return other.subject && other.action == operation.action && same_value(other.target, operation.target) &&
           other.procedure.valid() && model.procedures[other.procedure.value].direction == Direction::Up;
  });
}

TraitResult leaves_history(const DeltaView& view, const ProcedureChange& change) {
  const Model& before = view.sides.before;
  const Procedure& gone = before.procedures[change.before.value];
  if (gone.direction != Direction::Up || gone.trigger != Trigger::Deploy || gone.unread) return {};
  const std::string_view folder = folder_of(gone.address);
  std::size_t others_gone = 0, added = 0;
  for (const ProcedureChange& other : view.delta.procedures) {
    if (other.fate == ProcedureFate::Removed && folder_of(before.procedures[other.before.value].address) == folder)
      ++others_gone;
    if (other.fate == ProcedureFate::Added &&
        folder_of(view.sides.after.procedures[other.after.value].address) == folder)
      ++added;
  }
  if (added > 0 && others_gone > 2 * added) return {};  // squashed; a pair goes as two
  for (const Operation& operation : before.operations) {
    const bool acts = operation.procedure == change.before && operation.verb != Verb::Run;
    if (acts && !done_elsewhere(view, operation))
      return {Answer::Yes, {{operation.region, "nothing else does this now"}}};
  }
  return {};
}

/// What a procedure makes of tables and columns, in words.
std::multimap<std::string, const Operation*> structure_of(const Model& model, ProcedureId procedure) {
  std::multimap<std::string, const Operation*> said;
  for (const Operation& operation : model.operations) {
    const bool shapes = operation.verb == Verb::Create || operation.verb == Verb::Rename ||
                        operation.action == "alter-type" || drops(operation);
    const bool kept = operation.object == "table" || operation.object == "column";
    if (operation.procedure != procedure || !shapes || !kept || operation.harmless_target) continue;
    std::string text = operation.action + ' ' + operation.target.text;
    for (const Value& argument : operation.arguments) {
      // What was found out about the type before is not the migration's own word, and a look at existence changes no table.
      const bool own =
          !argument.text.starts_with("from ") && !argument.text.starts_with("if ") && !is_surrounding(argument);
      if (own) text += '\n' + argument.text;
    }
    said.emplace(std::move(text), &operation);
  }
  return said;
}

/// A column that another migration of the change adds to a table.
bool adds_elsewhere(const Model& model, ProcedureId procedure, const std::string& column) {
  return std::any_of(model.operations.begin(), model.operations.end(), [&](const Operation& other) {
    return other.subject && other.action == "add-column" && other.target.text == column && runs_up(model, other) &&
           other.procedure != procedure;
  });
}

/// A table is still made, and the columns that it is made without are added by another migration of the change: both histories end at
/// the same schema.
bool hands_columns_over(const Model& model, ProcedureId procedure, const Operation& made) {
  for (const Operation& other : model.operations) {
    if (other.procedure != procedure || other.action != "create-table" || made.action != "create-table") continue;
    if (!same_value(other.target, made.target)) continue;
    // What it makes besides is missing where it ran before.
    const bool more = std::any_of(other.arguments.begin(), other.arguments.end(), [&](const Value& argument) {
      return argument.text.starts_with("has ") && !has_argument(made, argument.text);
    });
    return !more && std::all_of(made.arguments.begin(), made.arguments.end(), [&](const Value& argument) {
      if (!argument.text.starts_with("has ") || has_argument(other, argument.text)) return true;
      const std::string column = argument.text.substr(4, argument.text.find(' ', 4) - 4);
      return adds_elsewhere(model, procedure, made.target.text + '.' + column);
    });
  }
  return false;
}

/// A migration that stood leaves other tables behind than before: what it made of one it makes no longer. What is put behind its end, rows,
/// functions, comments and the way back are no matter.
TraitResult rewrites_history(const DeltaView& view, const ProcedureChange& change) {
  const Model &before = view.sides.before, &after = view.sides.after;
  const auto runs_once = [](const Procedure& procedure) {
    return procedure.direction == Direction::Up && procedure.trigger == Trigger::Deploy && !procedure.unread;
  };
  if (!runs_once(before.procedures[change.before.value]) || !runs_once(after.procedures[change.after.value])) return {};
  const auto now = structure_of(after, change.after);
  for (const auto& [text, operation] : structure_of(before, change.before)) {
    if (now.count(text) > 0 || hands_columns_over(after, change.after, *operation)) continue;
    return {Answer::Yes, {{operation->region, "it does this no longer, or in another way"}}};
  }
  return {};
}

/// The way back of a migration that stays does nothing any more, or is gone.
TraitResult loses_reverse(const DeltaView& view, const ProcedureChange& change) {
  const Model &before = view.sides.before, &after = view.sides.after;
  const auto does = [](const Model& model, ProcedureId procedure) {
    return std::find_if(model.operations.begin(), model.operations.end(), [&](const Operation& operation) {
      return operation.procedure == procedure && operation.verb != Verb::Run;
    });
  };
  const auto did = does(before, change.before);
  const bool unread = change.after.valid() && after.procedures[change.after.value].unread;
  if (did == before.operations.end() || unread || does(after, change.after) != after.operations.end()) return {};
  const std::string& up = before.procedures[change.before.value].reverses;
  const bool stays = std::any_of(after.procedures.begin(), after.procedures.end(), [&](const Procedure& procedure) {
    return procedure.direction == Direction::Up && procedure.address == up;
  });
  return stays ? TraitResult{Answer::Yes, {{did->region, "this took it back"}}} : TraitResult{};
}

}  // namespace

TraitResult edits_history(const DeltaView& view, const Subject& subject) {
  if (subject.kind == SubjectKind::Procedure) {
    const ProcedureChange& change = view.delta.procedures[subject.change];
    const bool stood = change.fate == ProcedureFate::Removed || change.fate == ProcedureFate::Edited;
    if (stood && view.sides.before.procedures[change.before.value].direction == Direction::Down)
      return loses_reverse(view, change);
    if (change.fate == ProcedureFate::Removed) return leaves_history(view, change);
    if (change.fate == ProcedureFate::Edited) return rewrites_history(view, change);
  }
  const Procedure* procedure = procedure_of(view, subject, Side::After);
  if (procedure == nullptr || procedure->direction != Direction::Up || procedure->trigger != Trigger::Deploy) return {};
  for (const Procedure& before : view.sides.before.procedures) {
    if (before.address == procedure->address && before.direction == Direction::Up)
      return {Answer::Yes, {{before.region, "this migration stood before the change"}}};
  }
  return {};
}

TraitResult needs_reverse(const DeltaView& view, const Subject& subject) {
  const Procedure* procedure = procedure_of(view, subject, Side::After);
  if (procedure == nullptr) return {};
  const Model& model = view.sides.after;
  for (const Operation& operation : model.operations) {
    if (!operation.procedure.valid() || operation.harmless_target) continue;
    if (&model.procedures[operation.procedure.value] != procedure) continue;
    const bool loses = operation.verb == Verb::Empty || operation.verb == Verb::Narrow ||
                       operation.verb == Verb::Overwrite ||
                       (operation.verb == Verb::Destroy && holds_rows(operation)) ||
                       (operation.verb == Verb::Rewrite && operation.unbounded) || operation.verb == Verb::Rename ||
                       has_argument(operation, "no two rows could be alike");
    if (loses && rebuild_of(model, operation) == nullptr)
      return {Answer::Yes, {{operation.region, "this does not come back by itself"}}};
  }
  return {};
}

}  // namespace redtag
