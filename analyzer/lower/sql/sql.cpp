#include "lower/sql/sql.h"

#include <algorithm>
#include <map>
#include <set>

#include "lower/migration/frontends.h"
#include "lower/program/program.h"
#include "lower/sql/catalogue.h"
#include "lower/sql/columns.h"
#include "lower/sql/dialect.h"
#include "lower/sql/history.h"
#include "lower/sql/includes.h"
#include "lower/sql/migration.h"
#include "lower/sql/script.h"
#include "lower/sql/settings.h"
#include "stack/database.h"

namespace redtag {

namespace {

/// The other half of each changed migration, and earlier ones that tell the type of a column which is given another one.
std::vector<Path> wants(std::span<const LoweredFile> files, SourceTree& tree) {
  std::set<Path> have;
  for (const LoweredFile& file : files) have.insert(file.path);
  std::vector<Path> wanted;
  for (const LoweredFile& file : files) {
    if (file.context) continue;
    for (const std::string& partner : sql::read_pairing(file.path).partners) {
      if (have.count(partner) > 0 || !sql::stands(tree, partner)) continue;
      wanted.push_back(partner);
      break;
    }
  }
  for (std::vector<Path> evidence : {sql::wants_earlier_statements(files, tree), sql::wants_included(files, tree)}) {
    for (Path& path : evidence) {
      if (have.count(path) == 0) wanted.push_back(std::move(path));
    }
  }
  std::sort(wanted.begin(), wanted.end());
  wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
  return wanted;
}

const Value* argument_after(const Operation& operation, std::string_view word) {
  for (const Value& argument : operation.arguments) {
    if (argument.text.starts_with(word)) return &argument;
  }
  return nullptr;
}

/// The way back names the type that a column had: `ALTER … TYPE varchar(512)` in the down file of one that widens it.
void compare_with_way_back(Model& up, const Model& down) {
  for (Operation& operation : up.operations) {
    const bool told = argument_after(operation, "from ") != nullptr || sql::loses_all(operation);
    if (operation.action != "alter-type" || told) continue;
    for (const Operation& back : down.operations) {
      if (back.action != "alter-type" || !same_value(back.target, operation.target)) continue;
      const Value* from = argument_after(back, "to ");
      const Value* to = argument_after(operation, "to ");
      if (from == nullptr || to == nullptr) continue;
      operation.verb = Verb::Alter;
      sql::judge_conversion(operation.verb, operation.certainty, from->text.substr(3), to->text.substr(3), "");
      if (operation.verb == Verb::Narrow && argument_after(operation, sql::not_strict) != nullptr)
        operation.certainty = Certainty::Exact;
      operation.arguments.push_back(known_string("from " + from->text.substr(3), back.region));
      break;
    }
  }
}

/// A name that merely sounds like a way back is one only if the way forth stands beside it.
void confirm_direction(LoweredFile& file, SourceTree& tree, const std::set<Path>& have) {
  const sql::Pairing pairing = sql::read_pairing(file.path);
  if (pairing.by_tool || pairing.direction == Direction::Unknown) return;
  const bool paired = std::any_of(pairing.partners.begin(), pairing.partners.end(), [&](const std::string& partner) {
    return have.count(partner) > 0 || sql::stands(tree, partner);
  });
  for (Procedure& procedure : file.model.procedures) {
    if (paired) {
      procedure.reverse_expected = procedure.direction == Direction::Up && procedure.trigger != Trigger::Event;
    } else if (procedure.direction == pairing.direction) {
      procedure.direction = Direction::Unknown;
      procedure.trigger = procedure.trigger == Trigger::Event ? Trigger::Event : Trigger::Unknown;
      procedure.reverses.clear();
    }
  }
}

void link(std::span<LoweredFile> files, SourceTree& tree, const FactTables& facts) {
  std::set<Path> have;
  std::map<Path, const LoweredFile*> by_path;
  for (LoweredFile& file : files) {
    have.insert(file.path);
    by_path.emplace(file.path, &file);
  }
  for (LoweredFile& file : files) {
    sql::link_seeds(file, tree);
    confirm_direction(file, tree, have);
    sql::question_new_tables(file, tree);
    const sql::Pairing pairing = sql::read_pairing(file.path);
    if (pairing.direction != Direction::Up) continue;
    for (const std::string& partner : pairing.partners) {
      const auto down = by_path.find(partner);
      if (down != by_path.end()) compare_with_way_back(file.model, down->second->model);
    }
  }
  sql::link_included(files);
  sql::link_columns(files);
  sql::judge_by_dialect(files, tree, facts);
  sql::tell_catalogue_readers(files, tree, facts);
}

}  // namespace

namespace {

/// Programs say the same things to a database, in calls and in strings.
Model lower(const SourceFileView& file, const LoweringView& view) {
  if (view.depth == 0 && file.path.ends_with(".cs")) return migration::lower_entity_framework(file, view);
  if (view.depth == 0 && database_settings(file.path, file.text) != DatabaseSettings::None)
    return sql::lower_settings(file);
  if (view.depth == 0 && file.path.ends_with(".prisma")) return migration::lower_prisma_schema(file);
  const bool versioned = file.path.ends_with(".json") || file.path.ends_with(".toml") || file.path.ends_with(".yaml") ||
                         file.path.ends_with(".yml");
  if (view.depth == 0 && versioned) return migration::lower_versioned(file, view);
  const bool own = view.depth == 0 && program::is_program(file.path);  // and no SQL that stands in a program
  return own ? program::lower(file, view) : sql::lower_script(file, view);
}

}  // namespace

const Frontend sql_frontend{Stack::Sql, lower, wants, link};

}  // namespace redtag
