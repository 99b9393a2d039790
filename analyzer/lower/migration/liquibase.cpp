// Liquibase: change sets, each of which runs once and on its own, with a way back where it has a `rollback`. Without one, Liquibase
// derives it for what only makes things and refuses for the rest, so a missing one is no omission.
// (https://docs.liquibase.com/change-types)
#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "lower/migration/changelog.h"
#include "lower/migration/context.h"
#include "lower/migration/frontends.h"
#include "lower/sql/lex.h"
#include "lower/sql/words.h"

namespace redtag::migration {

namespace {

std::string table_in(const Element& change, std::string_view key) {
  const std::string schema = change.value("schemaName");
  const std::string table = change.value(key);
  return schema.empty() || table.empty() ? table : schema + '.' + table;
}

/// All elements of a name below one, however they are wrapped (`columns: - column:`).
void find_all(const Element& element, std::string_view name, std::vector<const Element*>& found) {
  for (const Element& child : element.children) {
    if (child.name == name) {
      found.push_back(&child);
    } else if (child.name == "columns") {
      find_all(child, name, found);
    }
  }
}

std::string default_of(const Element& change) {
  for (const std::string_view key :
       {"defaultValue", "defaultValueBoolean", "defaultValueNumeric", "defaultValueComputed", "defaultValueDate"}) {
    if (std::string value = change.value(key); !value.empty()) return value;
  }
  return {};
}

std::vector<const Element*> columns_in(const Element& change) {
  std::vector<const Element*> columns;
  find_all(change, "column", columns);
  return columns;
}

/// What must hold no value for a change set to run: a table, or a column of one (`orders.note`). Empty for any other question, and for
/// one that picks rows.
std::string asked_empty(const Element& condition) {
  if (condition.name == "tableIsEmpty") return table_in(condition, "tableName");
  if (condition.name == "rowCount")
    return condition.value("expectedRows") == "0" ? table_in(condition, "tableName") : std::string();
  if (condition.name != "sqlCheck" || trim(condition.value("expectedResult")) != "0") return {};
  const std::string said = condition.value("sql");
  const sql::LexedView lexed = sql::lex(said.empty() ? std::string_view(condition.text) : std::string_view(said));
  sql::WordsView words(lexed, 0, lexed.tokens.size());
  if (!words.take("select") || !words.take("count") || !words.skip_group() || !words.take("from")) return {};
  sql::Name table = words.take_name();
  if (words.done() || words.is(";")) return table.text();
  if (!words.take("where")) return {};
  const sql::Name column = words.take_name();
  const bool any = column.parts.size() == 1 && words.take({"is", "not", "null"}) && (words.done() || words.is(";"));
  return any ? table.inner(column).text() : std::string();
}

/// The questions that all must be answered for the change set to run.
void find_asked_empty(const Element& conditions, std::set<std::string>& found) {
  for (const Element& child : conditions.children) {
    if (child.name == "and") find_asked_empty(child, found);
    if (std::string name = asked_empty(child); !name.empty()) found.insert(lower_ascii(name));
  }
}

class Liquibase {
 public:
  explicit Liquibase(Plan& plan) : plan_(plan) {}

  void read(const Element& element) {
    for (const Element& child : element.children) {
      if (child.name == "changeSet") {
        change_set(child);
      } else if (child.name == "databaseChangeLog") {
        read(child);
      }
    }
  }
  /// A window of a patch: change sets as far as they are whole, and changes that stand alone.
  void read_fragment(const Element& element, const Scope& scope, unsigned depth) {
    for (const Element& child : element.children) {
      if (child.name == "changeSet" && !child.value("id").empty()) {
        change_set(child);
      } else if (child.name != "rollback" && child.name != "preConditions") {
        change(child, scope);
        if (depth < 20) read_fragment(child, scope, depth + 1);
      }
    }
  }
  std::size_t open_fragment(ByteRange bytes) { return plan_.open(Direction::Unknown, bytes); }
  void change_set(const Element& set) {
    const std::string id = "#" + set.value("author") + ":" + set.value("id");
    const std::string path(plan_.file().path);
    Scope up;
    up.draft = plan_.open(Direction::Up, set.head);
    Procedure& procedure = plan_.procedure(up.draft);
    procedure.address = path + id;
    // Without a `rollback` Liquibase derives one or refuses; with one it does what is said there, were it nothing.
    procedure.reverse_expected = set.child("rollback") != nullptr;
    // What runs again whenever it changes is meant to be edited.
    if (set.value("runOnChange") == "true" || set.value("runAlways") == "true")
      procedure.direction = Direction::Unknown;
    procedure.in_transaction = set.value("runInTransaction") != "false";
    const Element* conditions = set.child("preConditions");
    // With WARN the change set runs whatever the answer is.
    if (conditions != nullptr && conditions->value("onFail") != "WARN" && conditions->value("onError") != "WARN")
      find_asked_empty(*conditions, empty_);
    changes(set, up);
    empty_.clear();
    const Element* rollback = set.child("rollback");
    Scope down;
    down.draft = plan_.open(Direction::Down, rollback == nullptr ? set.head : rollback->bytes);
    plan_.procedure(down.draft).address = path + id + "#rollback";
    plan_.procedure(down.draft).reverses = path + id;
    if (rollback == nullptr) return plan_.derive_down(up.draft, down.draft);
    if (!trim(rollback->text).empty()) run_text(*rollback, down);
    changes(*rollback, down);
  }

 private:
  void changes(const Element& set, const Scope& scope) {
    for (const Element& child : set.children) {
      if (child.name == "preConditions" || child.name == "rollback" || child.name == "comment") continue;
      if (child.name == "changes") {
        changes(child, scope);
      } else {
        change(child, scope);
      }
    }
  }

  void act(sql::Effect effect, const Element& at, const Scope& scope) {
    if (effect.verb == Verb::Destroy && empty_.count(lower_ascii(effect.target.text())) > 0)
      effect.arguments.emplace_back("only if it is empty");
    code::Node node;
    node.bytes = at.bytes;
    const Back back = back_of(effect);
    plan_.act(std::move(effect), node, scope, back);
  }
  /// Without a `rollback`, Liquibase takes back what it has the opposite of, and refuses to go back over anything else.
  [[nodiscard]] static Back back_of(const sql::Effect& effect) {
    if (effect.action == "refers") return Back::Skipped;
    if (effect.action == "run-code") return Back::Same;  // a class may know its own way back
    const bool opposite = effect.verb == Verb::Create || effect.verb == Verb::Rename ||
                          effect.action == "set-not-null" || effect.action == "drop-not-null";
    return opposite ? Back::Derived : Back::Cannot;
  }
  void run_text(const Element& element, const Scope& scope) {
    code::Node string;
    string.kind = code::Kind::String;
    string.bytes = element.bytes;
    string.text = element.text;
    string.map = element.map;
    if (string.map.size() == string.text.size()) string.map.push_back(element.bytes.end);
    plan_.run_sql(string, scope, Back::Cannot);
  }

  void change(const Element& change, const Scope& scope) {
    if (table(change, scope) || column(change, scope) || rows(change, scope)) return;
    other(change, scope);
  }

  bool table(const Element& change, const Scope& scope) {
    const std::string name = table_in(change, "tableName");
    if (change.name == "createTable") {
      sql::Effect create = create_table(name);
      for (const Element* column : columns_in(change))
        create.columns.push_back({column->value("name"), lower_ascii(column->value("type"))});
      act(std::move(create), change, scope);
    } else if (change.name == "dropTable") {
      sql::Effect drop = drop_table(name);
      if (change.value("cascadeConstraints") == "true") drop.arguments.emplace_back("cascade constraints");
      act(std::move(drop), change, scope);
    } else if (change.name == "addForeignKeyConstraint") {
      act(refers(table_in(change, "baseTableName"), table_in(change, "referencedTableName")), change, scope);
    } else if (change.name == "renameTable") {
      act(rename_table(table_in(change, "oldTableName"), table_in(change, "newTableName")), change, scope);
    } else {
      return false;
    }
    return true;
  }

  bool column(const Element& change, const Scope& scope) {
    const std::string name = table_in(change, "tableName");
    if (change.name == "addColumn") {
      for (const Element* column : columns_in(change))
        act(add_column(name, column->value("name"), lower_ascii(column->value("type"))), *column, scope);
    } else if (change.name == "dropColumn") {
      if (const std::string column = change.value("columnName"); !column.empty())
        act(drop_column(name, column), change, scope);
      for (const Element* column : columns_in(change)) act(drop_column(name, column->value("name")), *column, scope);
    } else if (change.name == "renameColumn") {
      act(rename_column(name, change.value("oldColumnName"), change.value("newColumnName")), change, scope);
    } else if (change.name == "modifyDataType") {
      act(alter_type(name, change.value("columnName"), lower_ascii(change.value("newDataType")), ""), change, scope);
    } else if (change.name == "modifyColumn") {
      for (const Element* column : columns_in(change)) {
        sql::Effect effect = alter_type(name, column->value("name"), lower_ascii(column->value("type")), "");
        effect.restated = true;
        act(std::move(effect), *column, scope);
      }
    } else if (change.name == "addDefaultValue") {
      act(set_default(name, change.value("columnName"), default_of(change)), change, scope);
    } else if (change.name == "dropDefaultValue") {
      act(alter_column("drop-default", name, change.value("columnName")), change, scope);
    } else if (change.name == "addNotNullConstraint") {
      sql::Effect effect = alter_column("set-not-null", name, change.value("columnName"));
      if (!change.value("defaultNullValue").empty()) effect.arguments.emplace_back("filled before");
      act(std::move(effect), change, scope);
    } else if (change.name == "dropNotNullConstraint") {
      act(alter_column("drop-not-null", name, change.value("columnName")), change, scope);
    } else if (change.name == "mergeColumns") {
      act(add_column(name, change.value("finalColumnName"), change.value("finalColumnType")), change, scope);
      for (const char* key : {"column1Name", "column2Name"}) act(drop_column(name, change.value(key)), change, scope);
    } else {
      return false;
    }
    return true;
  }

  bool rows(const Element& change, const Scope& scope) {
    Rows rows{table_in(change, "tableName"), std::string(trim(change.value("where")))};
    if (change.name == "delete") {
      act(delete_rows(rows), change, scope);
    } else if (change.name == "update") {
      std::vector<std::string> sets, columns;
      for (const Element* column : columns_in(change)) {
        std::string value;
        for (const Element::Attribute& attribute : column->attributes) {
          if (attribute.name.starts_with("value")) value = attribute.value;
        }
        if (value.empty()) value = std::string(trim(column->text));
        const bool null = value.empty() || lower_ascii(value) == "null";
        columns.push_back(column->value("name"));
        sets.push_back(columns.back() + " = " + (null ? "null" : value));
      }
      act(update_rows(rows, std::move(sets), std::move(columns)), change, scope);
    } else if (change.name == "insert" || change.name == "loadData" || change.name == "loadUpdateData") {
      act(insert_rows(rows.table), change, scope);
    } else if (change.name == "sql") {
      const Element* inner = change.child("sql");
      run_text(inner != nullptr ? *inner : change, scope);
    } else {
      return false;
    }
    return true;
  }

  void other(const Element& change, const Scope& scope) {
    struct Dropped {
      std::string_view change;
      std::string_view kind;
      std::string_view name;
    };
    constexpr std::array drops = std::to_array<Dropped>({
        {"dropView", "view", "viewName"},
        {"dropSequence", "sequence", "sequenceName"},
        {"dropIndex", "index", "indexName"},
        {"dropForeignKeyConstraint", "constraint", "constraintName"},
        {"dropPrimaryKey", "constraint", "constraintName"},
        {"dropProcedure", "procedure", "procedureName"},
    });
    for (const Dropped& drop : drops) {
      if (change.name == drop.change) return act(drop_other(drop.kind, change.value(drop.name)), change, scope);
    }
    if (change.name == "dropUniqueConstraint")
      return act(drop_unique("constraint", change.value("constraintName")), change, scope);
    if (change.name == "customChange" || change.name == "sqlFile" || change.name == "executeCommand")
      act(runs_code(change.name == "customChange" ? change.value("class") : change.value("path")), change, scope);
    if (change.name == "createSequence") act(create_other("sequence", change.value("sequenceName")), change, scope);
    const bool unique_index = change.name == "createIndex" && change.value("unique") == "true";
    if (unique_index || change.name == "addUniqueConstraint") {
      std::vector<std::string> columns;
      for (const Element* column : columns_in(change)) columns.push_back(column->value("name"));
      const std::string names = change.value("columnNames");
      for (const std::string_view name : split(names, ',')) columns.emplace_back(trim(name));
      return act(demand_unique(unique_index ? "index" : "constraint",
                               change.value(unique_index ? "indexName" : "constraintName"),
                               table_in(change, "tableName"), std::move(columns)),
                 change, scope);
    }
    if (change.name == "createIndex") act(create_other("index", change.value("indexName")), change, scope);
    if (change.name == "addPrimaryKey") act(create_other("constraint", change.value("constraintName")), change, scope);
    if (change.name == "createView") act(create_other("view", change.value("viewName")), change, scope);
  }

  Plan& plan_;
  std::set<std::string>
      empty_;  // tables and columns that the change set asks for values, and does not run if they have any
};

Model lower(const SourceFileView& file, const LoweringView& view) {
  const Changelog changelog = read_changelog(file.path, file.text, file.offset);
  Plan plan(file, view, Stack::Liquibase);
  Element document;
  document.children = changelog.roots;
  Liquibase liquibase(plan);
  if (file.partial) {
    Scope scope;
    scope.draft = liquibase.open_fragment({file.offset, static_cast<std::uint32_t>(file.offset + file.text.size())});
    liquibase.read_fragment(document, scope, 0);
  } else {
    liquibase.read(document);
  }
  for (const ByteRange& error : changelog.errors) plan.gap(error, 0, "does not parse as a changelog");
  return plan.finish();
}

/// Change sets stand in one file in their order, so what one of them declares is known to the later ones.
void link(std::span<LoweredFile> files, SourceTree& tree, const FactTables& facts) { link_history(files, tree, facts); }

}  // namespace

const Frontend liquibase_frontend{Stack::Liquibase, lower, wants_earlier, link};

}  // namespace redtag::migration
