#include "lower/migration/effects.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "lower/sql/columns.h"
#include "lower/sql/types.h"

namespace redtag::migration {

namespace {

sql::Effect effect_of(Verb verb, std::string_view action, std::string_view object, sql::Name target) {
  sql::Effect effect;
  effect.verb = verb;
  effect.action = std::string(action);
  effect.object = std::string(object);
  effect.target = std::move(target);
  return effect;
}

std::string kind_of_drop(std::string_view kind) {
  std::string action(kind);
  std::replace(action.begin(), action.end(), ' ', '-');
  return action;
}

bool is_default_schema(std::string_view part) { return part == "public" || part == "dbo" || part == "main"; }

/// Dropping one of these takes rows along; dropping an index or a view does not.
Verb verb_of_drop(std::string_view kind) {
  constexpr std::array harmless = std::to_array<std::string_view>(
      {"index", "constraint", "view", "function", "trigger", "procedure", "policy", "rule"});
  return std::find(harmless.begin(), harmless.end(), kind) == harmless.end() ? Verb::Destroy : Verb::Alter;
}

}  // namespace

sql::Name name_of(std::string_view text) {
  sql::Name name;
  name.unknown = text.empty() || text.find("${") != std::string_view::npos;
  for (const std::string_view part : split(text, '.')) {
    if (!part.empty()) name.parts.emplace_back(part);
  }
  if (name.parts.size() > 1 && is_default_schema(name.parts[name.parts.size() - 2]))
    name.parts.erase(name.parts.begin(), name.parts.end() - 1);
  return name;
}

sql::Name column_of(std::string_view table, std::string_view column) {
  sql::Name name = name_of(table);
  name.unknown = name.unknown || column.empty() || column.find("${") != std::string_view::npos;
  name.parts.emplace_back(column);
  return name;
}

sql::Effect create_table(std::string_view table) {
  return effect_of(Verb::Create, "create-table", "table", name_of(table));
}
sql::Effect drop_table(std::string_view table) {
  return effect_of(Verb::Destroy, "drop-table", "table", name_of(table));
}

sql::Effect rename_table(std::string_view from, std::string_view to) {
  sql::Effect effect = effect_of(Verb::Rename, "rename-table", "table", name_of(from));
  effect.source = name_of(to);
  effect.arguments = {"to " + effect.source.text()};
  return effect;
}

sql::Effect add_column(std::string_view table, std::string_view column, std::string_view type) {
  sql::Effect effect = effect_of(Verb::Create, "add-column", "column", column_of(table, column));
  effect.columns = {{std::string(column), sql::canonical_type(type)}};
  return effect;
}

sql::Effect drop_column(std::string_view table, std::string_view column) {
  return effect_of(Verb::Destroy, "drop-column", "column", column_of(table, column));
}

sql::Effect rename_column(std::string_view table, std::string_view from, std::string_view to) {
  sql::Effect effect = effect_of(Verb::Rename, "rename-column", "column", column_of(table, from));
  effect.source = column_of(table, to);
  effect.arguments = {"to " + std::string(to)};
  return effect;
}

sql::Effect alter_type(std::string_view table, std::string_view column, std::string_view to, std::string_view from) {
  sql::Effect effect = effect_of(Verb::Alter, "alter-type", "column", column_of(table, column));
  const std::string type = sql::canonical_type(to);
  effect.arguments = {"to " + type};
  effect.columns = {{std::string(column), type}};
  if (!from.empty()) effect.words = {sql::canonical_type(from)};
  return effect;
}

sql::Effect alter_column(std::string_view action, std::string_view table, std::string_view column) {
  return effect_of(Verb::Alter, action, "column", column_of(table, column));
}

sql::Effect set_default(std::string_view table, std::string_view column, std::string_view to) {
  sql::Effect effect = alter_column("set-default", table, column);
  if (!to.empty()) effect.arguments = {"to " + std::string(to)};
  return effect;
}

namespace {

/// Frameworks name an index or a constraint by its table, or by a name of its own: neither may be taken for a table.
sql::Name other_name(std::string_view kind, std::string_view name) {
  if (kind != "index" && kind != "constraint") return name_of(name);
  sql::Name other = name_of(name);
  other.parts = {std::string(kind) + ' ' + std::string(name)};
  return other;
}

}  // namespace

sql::Effect create_other(std::string_view kind, std::string_view name) {
  return effect_of(Verb::Create, "create-" + kind_of_drop(kind), kind, other_name(kind, name));
}

sql::Effect drop_other(std::string_view kind, std::string_view name) {
  return effect_of(verb_of_drop(kind), "drop-" + kind_of_drop(kind), kind, other_name(kind, name));
}

sql::Effect demand_unique(std::string_view kind, std::string_view name, std::string_view table,
                          std::vector<std::string> columns) {
  sql::Effect effect = create_other(kind, name);
  effect.source = name_of(table);
  effect.arguments = {"unique"};
  effect.words = std::move(columns);
  return effect;
}

sql::Effect drop_unique(std::string_view kind, std::string_view name) {
  sql::Effect effect = drop_other(kind, name);
  effect.arguments = {std::string(sql::kept_apart)};
  return effect;
}

sql::Effect refers(std::string_view table, std::string_view other) {
  sql::Effect effect = effect_of(Verb::Alter, "refers", "foreign key", name_of(table));
  effect.arguments = {"to " + name_of(other).text()};
  return effect;
}

sql::Effect delete_rows(const Rows& rows) {
  sql::Effect effect =
      effect_of(rows.predicate.empty() ? Verb::Empty : Verb::Delete, "delete", "rows", name_of(rows.table));
  effect.unbounded = rows.predicate.empty();
  effect.predicate = rows.predicate;
  if (!rows.predicate.empty()) effect.arguments = {"where " + rows.predicate};
  return effect;
}

sql::Effect truncate(std::string_view table) {
  sql::Effect effect = effect_of(Verb::Empty, "truncate", "rows", name_of(table));
  effect.unbounded = true;
  return effect;
}

sql::Effect insert_rows(std::string_view table) { return effect_of(Verb::Run, "insert", "rows", name_of(table)); }

sql::Effect copy_rows(std::string_view from, std::string_view into) {
  sql::Effect effect = effect_of(Verb::Copy, "insert-select", "rows", name_of(from));
  effect.source = name_of(into);
  effect.arguments = {"into " + effect.source.text()};
  return effect;
}

sql::Effect update_rows(const Rows& rows, std::vector<std::string> sets, std::vector<std::string> columns) {
  sql::Effect effect = effect_of(Verb::Rewrite, "update", "rows", name_of(rows.table));
  effect.unbounded = rows.predicate.empty();
  effect.predicate = rows.predicate;
  for (std::string& set : sets) effect.arguments.push_back("set " + std::move(set));
  if (!rows.predicate.empty()) effect.arguments.push_back("where " + rows.predicate);
  std::sort(columns.begin(), columns.end());
  effect.words = std::move(columns);
  return effect;
}

namespace {

/// What a way back says of the step that a text stands for.
sql::Effect about_step(std::string_view action, std::string_view step) {
  sql::Effect effect = effect_of(Verb::Run, action, "procedure", {});
  std::string text;
  for (const char c : step.substr(0, 400)) {
    const bool blank = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (!blank || (!text.empty() && text.back() != ' ')) text += blank ? ' ' : c;
  }
  effect.target.parts = {shortened(text, 80)};
  return effect;
}

}  // namespace

sql::Effect raises() { return about_step("raise", "raise"); }
sql::Effect cannot_reverse(std::string_view step) { return about_step("cannot-reverse", step); }
sql::Effect does_nothing(std::string_view step) { return about_step("no-op", step); }
sql::Effect runs_code(std::string_view name) {
  sql::Effect effect = effect_of(Verb::Run, "run-code", "code", {});
  effect.target.parts = {std::string(name)};
  return effect;
}

bool invert(const sql::Effect& effect, sql::Effect& inverse) {
  inverse = effect;
  inverse.arguments.clear();
  const std::string& action = effect.action;
  if (action.starts_with("create-")) {
    inverse.verb = Verb::Destroy;
    inverse.action = "drop-" + action.substr(7);
  } else if (action.starts_with("drop-")) {
    inverse.verb = Verb::Create;
    inverse.action = (action == "drop-column" ? "add-" : "create-") + action.substr(5);
  } else if (action == "add-column") {
    inverse.verb = Verb::Destroy;
    inverse.action = "drop-column";
  } else if (effect.verb == Verb::Rename) {
    std::swap(inverse.target, inverse.source);
    const bool column = effect.object == "column" && !effect.target.parts.empty();
    inverse.arguments = {"to " + (column ? effect.target.parts.back() : effect.target.text())};
  } else if (effect.verb == Verb::Alter || effect.verb == Verb::Narrow) {
    inverse.verb = Verb::Alter;
    inverse.columns.clear();
    inverse.words.clear();
  } else {
    return false;
  }
  return true;
}

std::string snake_case(std::string_view name) {
  std::string out;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    const bool upper = c >= 'A' && c <= 'Z';
    const bool after_lower =
        i > 0 && ((name[i - 1] >= 'a' && name[i - 1] <= 'z') || (name[i - 1] >= '0' && name[i - 1] <= '9'));
    const bool before_lower = i > 0 && i + 1 < name.size() && name[i + 1] >= 'a' && name[i + 1] <= 'z';
    if (upper && (after_lower || before_lower)) out += '_';
    out += upper ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return out;
}

std::string table_of_model(std::string_view model) {
  std::string word = snake_case(model);
  struct Irregular {
    std::string_view one;
    std::string_view many;
  };
  constexpr std::array irregular = std::to_array<Irregular>(
      {{"person", "people"}, {"child", "children"}, {"man", "men"}, {"datum", "data"}, {"medium", "media"}});
  for (const Irregular& form : irregular) {
    if (word.ends_with(form.one)) return word.substr(0, word.size() - form.one.size()) + std::string(form.many);
  }
  const auto ends = [&](std::string_view tail) { return word.ends_with(tail); };
  if (ends("y") && word.size() > 1 && std::string_view("aeiou").find(word[word.size() - 2]) == std::string_view::npos)
    return word.substr(0, word.size() - 1) + "ies";
  if (ends("s") || ends("x") || ends("z") || ends("ch") || ends("sh")) return word + "es";
  return word + "s";
}

}  // namespace redtag::migration
