// Entity Framework: a class derived from `Migration` whose `Up` and `Down` call a `MigrationBuilder`; and EF6's `DbMigration`, whose
// calls stand for themselves and name the table first. (https://learn.microsoft.com/ef/core/managing-schemas/migrations/operations)
#include <algorithm>
#include <array>
#include <map>

#include "lower/migration/context.h"
#include "lower/migration/frontends.h"

namespace redtag::migration {

namespace {

using code::argument;
using code::entry;
using code::Kind;
using code::literal;
using code::Node;

struct NamedType {
  std::string_view clr;
  std::string_view sql;
};
/// Types of the language, and the methods by which EF6 names a column's type.
constexpr std::array named_types = std::to_array<NamedType>({
    {"Binary", "bytea"},       {"Boolean", "boolean"},
    {"Byte", "tinyint"},       {"DateOnly", "date"},
    {"DateTime", "timestamp"}, {"DateTimeOffset", "timestamptz"},
    {"Decimal", "numeric"},    {"Double", "double precision"},
    {"Guid", "uuid"},          {"Int", "integer"},
    {"Long", "bigint"},        {"Short", "smallint"},
    {"Single", "real"},        {"String", "varchar"},
    {"TimeOnly", "time"},      {"bool", "boolean"},
    {"byte", "tinyint"},       {"byte[]", "bytea"},
    {"decimal", "numeric"},    {"double", "double precision"},
    {"float", "real"},         {"int", "integer"},
    {"long", "bigint"},        {"short", "smallint"},
    {"string", "varchar"},
});

std::string number_of(const Node* node) {
  return node != nullptr && node->kind == Kind::Number ? node->text : std::string();
}

/// The type that the provider gives to a type of the language, with the length and precision that are said.
std::string type_of(std::string_view clr, const std::string& length, const std::string& precision,
                    const std::string& scale) {
  if (clr.ends_with("?")) clr.remove_suffix(1);
  const auto known =
      std::find_if(named_types.begin(), named_types.end(), [&](const NamedType& row) { return row.clr == clr; });
  if (known == named_types.end()) return {};
  std::string type(known->sql);
  if (type == "varchar") return length.empty() ? "text" : type + '(' + length + ')';
  if (type == "numeric" && !precision.empty())
    return type + '(' + precision + ',' + (scale.empty() ? "0" : scale) + ')';
  return type;
}

bool begins_with(std::string_view text, std::string_view start) { return text.starts_with(start); }

/// What a change of a column says of it, before or after.
enum class State : std::uint8_t { Before, After };

/// The arguments of one call, by name or by place.
class Given {
 public:
  /// `order` are the names of the positional ones.
  Given(const Node& call, std::initializer_list<std::string_view> order, const std::map<std::string, std::string>& said)
      : call_(call), order_(order), said_(said) {}

  [[nodiscard]] const Node* node(std::string_view name) const {
    if (const Node* named = entry(call_, name)) return named;
    const auto place = std::find(order_.begin(), order_.end(), name);
    return place == order_.end() ? nullptr : argument(call_, static_cast<std::size_t>(place - order_.begin()));
  }
  /// A string, a constant of the class, or what `nameof` names.
  [[nodiscard]] std::string text(std::string_view name) const {
    const Node* value = node(name);
    if (value == nullptr) return {};
    if (value->kind == Kind::String) return value->text;
    if (value->kind == Kind::Call && value->text == "nameof" && !value->items.empty()) return value->items[0].text;
    const auto known = said_.find(value->text);
    const bool named = value->kind == Kind::Name || value->kind == Kind::Member;
    if (named && known != said_.end()) return known->second;
    return value->kind == Kind::Null ? std::string() : "${" + value->text + '}';
  }
  [[nodiscard]] bool yes(std::string_view name) const { return code::is_true(node(name)); }
  [[nodiscard]] bool no(std::string_view name) const {
    const Node* value = node(name);
    return value != nullptr && value->kind == Kind::Bool && value->text == "false";
  }
  /// `schema.table`, where a schema is given.
  [[nodiscard]] std::string table(std::string_view name) const {
    const std::string schema = text("schema");
    return schema.empty() ? text(name) : schema + '.' + text(name);
  }
  [[nodiscard]] std::string column_type(State state) const {
    const bool old = state == State::Before;
    const std::string said = text(old ? "oldType" : "type");
    if (!said.empty()) return said;
    const Node* clr = old ? node("oldClrType") : nullptr;
    const std::string_view generic = call_.names.empty() ? std::string_view() : std::string_view(call_.names.front());
    if (old && clr == nullptr) return {};
    return type_of(old ? std::string_view(clr->text) : generic, number_of(node(old ? "oldMaxLength" : "maxLength")),
                   number_of(node(old ? "oldPrecision" : "precision")), number_of(node(old ? "oldScale" : "scale")));
  }

 private:
  const Node& call_;
  std::vector<std::string_view> order_;
  const std::map<std::string, std::string>& said_;
};

/// Type names stand as attributes of EF6's `c => c.String(maxLength: 20)`.
std::string type_in_lambda(const Node* lambda) {
  if (lambda == nullptr || lambda->kind != Kind::Function || lambda->body.size() != 1) return {};
  const Node& call = lambda->body.front();
  if (call.kind != Kind::Call) return {};
  if (const Node* type = entry(call, "storeType")) return std::string(literal(type));
  return type_of(call.text, number_of(entry(call, "maxLength")), number_of(entry(call, "precision")),
                 number_of(entry(call, "scale")));
}

bool deletes_along(const Given& given) {
  const Node* action = given.node("onDelete");
  return (action != nullptr && action->text == "Cascade") || given.yes("cascadeDelete");
}

sql::Effect constraint_of(std::string_view action, const std::string& table, const std::string& name) {
  sql::Effect effect = alter_column(action, table, name);
  effect.object = "constraint";
  if (begins_with(action, "create-")) effect.verb = Verb::Create;
  return effect;
}

class EntityFramework : public FunctionReader {
 public:
  EntityFramework(Plan& plan, const Node& migration) : FunctionReader(plan), class_(migration) {
    old_ = std::any_of(class_.items.begin(), class_.items.end(),
                       [](const Node& base) { return base.text == "DbMigration"; });
    for (const Node& member : class_.body) remember(member);
  }

  void run(const Node& function, Direction direction) { run_function(function, direction, true); }

 private:
  void remember(const Node& node) {
    if (node.kind != Kind::Assign || node.items.size() != 1) return;
    if (node.items.front().kind == Kind::String && !node.items.front().dynamic)
      said_[node.text] = node.items.front().text;
  }

  bool read(const Node& node, const Scope& scope) override {
    if (plan_.refuse(node, scope)) return true;
    if (node.kind == Kind::Assign) return remember(node), false;
    if (node.kind != Kind::Call) return false;
    // What is said about a step behind it (`.Annotation(…)`) is looked through, as are filters in front of rows.
    const bool on_builder = node.on.size() == 1 && node.on.front().kind == Kind::Name;
    const bool own = node.on.empty() || (node.on.size() == 1 && node.on.front().text == "this");
    if (on_builder || own) {
      if (read_table(node, scope) || read_column(node, scope) || read_key(node, scope) || read_rows(node, scope) ||
          read_other(node, scope))
        return true;
    }
    return own && follow_own(code::function_named(class_.body, node.text), scope, handler());
  }

  bool read_table(const Node& call, const Scope& scope) {
    const Given given(call, {"name", "schema"}, said_);
    if (call.text == "CreateTable") {
      create(call, scope);
    } else if (call.text == "DropTable") {
      plan_.act(drop_table(given.table("name")), call, scope);
    } else if (call.text == "RenameTable") {
      const Given names(call, {"name", old_ ? "newName" : "schema", old_ ? "" : "newName"}, said_);
      const std::string from = old_ ? names.text("name") : names.table("name");
      const std::string schema = names.text("newSchema"), to = names.text("newName");
      const std::string name = to.empty() ? names.text("name") : to;
      plan_.act(rename_table(from, schema.empty() ? name : schema + '.' + name), call, scope);
    } else if (call.text == "MoveTable") {
      plan_.act(rename_table(given.text("name"),
                             Given(call, {"name", "newSchema"}, said_).text("newSchema") + '.' + given.text("name")),
                call, scope);
    } else {
      return false;
    }
    return true;
  }

  void create(const Node& call, const Scope& scope) {
    const Given given(call, {"name", "columns"}, said_);
    const std::string table = given.table("name");
    sql::Effect made = create_table(table);
    const Node* columns = given.node("columns");
    if (columns != nullptr && columns->body.size() == 1) {
      for (const Node& column : columns->body.front().items) {
        if (column.kind != Kind::Pair || column.items.size() != 1 || column.items.front().kind != Kind::Call) continue;
        const Node& declared = column.items.front();
        const Given says(declared, {}, said_);
        const std::string name = says.text("name");
        const std::string type = old_ ? type_of(declared.text, number_of(entry(declared, "maxLength")), "", "")
                                      : says.column_type(State::After);
        made.columns.push_back({name.empty() ? column.text : name, type});
      }
    }
    plan_.act(std::move(made), call, scope);
    if (const Node* constraints = given.node("constraints")) refer_all(constraints->body, table, scope);
  }
  /// `table.ForeignKey(name: …, principalTable: …)` among the constraints of a table that is made.
  void refer_all(const std::vector<Node>& statements, const std::string& table, const Scope& scope) {
    for (const Node& statement : statements) {
      if (statement.kind != Kind::Call || statement.text != "ForeignKey") continue;
      const Given given(statement, {"name", "column", "principalTable"}, said_);
      const std::string other = given.text("principalTable"), schema = given.text("principalSchema");
      if (!other.empty())
        plan_.act(refers(table, schema.empty() ? other : schema + '.' + other), statement, scope, Back::Skipped);
    }
  }

  bool read_column(const Node& call, const Scope& scope) {
    const Given given(call,
                      old_ ? std::initializer_list<std::string_view>{"table", "name", "columnAction"}
                           : std::initializer_list<std::string_view>{"name", "table", "type"},
                      said_);
    const std::string table = given.table("table"), column = given.text("name");
    if (call.text == "DropColumn") {
      plan_.act(drop_column(table, column), call, scope);
    } else if (call.text == "AddColumn") {
      const std::string type = old_ ? type_in_lambda(given.node("columnAction")) : given.column_type(State::After);
      plan_.act(add_column(table, column, type), call, scope);
    } else if (call.text == "RenameColumn") {
      const Given names(call,
                        old_ ? std::initializer_list<std::string_view>{"table", "name", "newName"}
                             : std::initializer_list<std::string_view>{"name", "table", "newName"},
                        said_);
      plan_.act(rename_column(table, column, names.text("newName")), call, scope);
    } else if (call.text == "AlterColumn") {
      alter(call, given, table, column, scope);
    } else {
      return false;
    }
    return true;
  }
  void alter(const Node& call, const Given& given, const std::string& table, const std::string& column,
             const Scope& scope) {
    const std::string to = old_ ? type_in_lambda(given.node("columnAction")) : given.column_type(State::After);
    if (!to.empty()) {
      sql::Effect effect = alter_type(table, column, to, given.column_type(State::Before));
      effect.restated = old_;
      plan_.act(std::move(effect), call, scope);
    }
    const Node* value = given.node("defaultValue");
    plan_.set_default(table, column, value == nullptr ? given.node("defaultValueSql") : value, call, scope);
    if (value == nullptr && given.node("defaultValueSql") == nullptr && given.node("oldDefaultValue") != nullptr)
      plan_.act(alter_column("drop-default", table, column), call, scope);
    const bool was_optional = given.yes("oldNullable"), was_required = given.no("oldNullable");
    if (was_optional && !given.yes("nullable")) plan_.act(alter_column("set-not-null", table, column), call, scope);
    if ((was_required || given.node("oldNullable") == nullptr) && given.yes("nullable") && !old_)
      plan_.act(alter_column("drop-not-null", table, column), call, scope);
  }

  bool read_key(const Node& call, const Scope& scope) {
    constexpr std::array kinds =
        std::to_array<std::string_view>({"ForeignKey", "PrimaryKey", "UniqueConstraint", "CheckConstraint", "Index"});
    const bool adds = begins_with(call.text, "Add"), makes = begins_with(call.text, "Create"),
               drops = begins_with(call.text, "Drop");
    if (!adds && !makes && !drops) return false;
    const std::string_view kind = std::string_view(call.text).substr(adds ? 3 : makes ? 6 : 4);
    if (std::find(kinds.begin(), kinds.end(), kind) == kinds.end()) return false;
    const Given given(call, {old_ ? "table" : "name", old_ ? "name" : "table"}, said_);
    const std::string table = given.table("table"), name = given.text("name");
    if (kind == "Index") {
      plan_.act(drops ? drop_other("index", name) : create_other("index", name), call, scope);
      return true;
    }
    if (drops) return plan_.act(constraint_of("drop-constraint", table, name), call, scope), true;
    const bool cascades = kind == "ForeignKey" && deletes_along(given);
    plan_.act(constraint_of(cascades ? "add-cascade" : "create-constraint", table, name), call, scope);
    const std::string other = given.text("principalTable");
    if (kind == "ForeignKey" && !other.empty()) plan_.act(refers(table, other), call, scope, Back::Skipped);
    return true;
  }

  /// Rows that the model holds (`HasData`), named by their keys.
  bool read_rows(const Node& call, const Scope& scope) {
    const Given given(call, {"table", "keyColumn", "keyValue", "column", "value"}, said_);
    const auto keys = [&] {
      std::string text;
      for (const std::string_view name : {"keyColumn", "keyColumns", "keyValue", "keyValues"}) {
        const Node* node = given.node(name);
        if (node != nullptr) text += (text.empty() ? "" : " ") + std::string(plan_.text_at(node->bytes));
      }
      return text;
    };
    if (call.text == "InsertData") {
      plan_.act(insert_rows(given.table("table")), call, scope);
    } else if (call.text == "DeleteData") {
      plan_.act(delete_rows({given.table("table"), keys()}), call, scope);
    } else if (call.text == "UpdateData") {
      std::vector<std::string> columns;
      for (const std::string_view name : {"column", "columns"}) {
        const Node* node = given.node(name);
        if (node == nullptr) continue;
        if (node->kind == Kind::String) columns.push_back(node->text);
        for (const Node& item : node->items) columns.emplace_back(literal(&item));
      }
      plan_.act(update_rows({given.table("table"), keys()}, {}, std::move(columns)), call, scope);
    } else {
      return false;
    }
    return true;
  }

  bool read_other(const Node& call, const Scope& scope) {
    const Given given(call, {call.text == "Sql" ? "sql" : "name"}, said_);
    if (call.text == "Sql") {
      const Node* text = given.node("sql");
      if (text == nullptr) return true;
      if (given.yes("suppressTransaction")) plan_.procedure(scope.draft).in_transaction = false;
      const auto known = said_.find(text->text);
      if (text->kind == Kind::Name && known != said_.end()) {
        Node string = *text;
        string.kind = Kind::String;
        string.text = known->second;
        string.map.assign(string.text.size(), text->bytes.begin);
        string.map.push_back(text->bytes.end);
        plan_.run_sql(string, scope);
      } else {
        plan_.run_sql(*text, scope);
      }
    } else if (call.text == "SqlFile" || call.text == "SqlResource") {
      plan_.act(runs_code(call.text), call, scope);
    } else if (call.text == "DropSchema") {
      plan_.act(drop_other("schema", given.text("name")), call, scope);
    } else if (call.text == "EnsureSchema") {
      plan_.act(create_other("schema", given.text("name")), call, scope, Back::Skipped);
    } else if (call.text == "DropSequence" || call.text == "CreateSequence") {
      const std::string name = given.table("name");
      const bool drops = call.text == "DropSequence";
      plan_.act(drops ? drop_other("sequence", name) : create_other("sequence", name), call, scope);
    } else if (call.text == "DropStoredProcedure" || call.text == "CreateStoredProcedure") {
      const bool drops = call.text == "DropStoredProcedure";
      const std::string name = given.text("name");
      plan_.act(drops ? drop_other("procedure", name) : create_other("procedure", name), call, scope);
    } else {
      return false;
    }
    return true;
  }

  const Node& class_;
  bool old_ = false;                         // EF6
  std::map<std::string, std::string> said_;  // constants and variables that are strings
};

const Node* find_class(const std::vector<Node>& nodes, unsigned depth) {
  for (const Node& node : nodes) {
    if (node.kind == Kind::Class && code::function_named(node.body, "Up") != nullptr) return &node;
    if (depth > 4) continue;
    if (const Node* inner = find_class(node.items, depth + 1)) return inner;
    if (const Node* inner = find_class(node.body, depth + 1)) return inner;
  }
  return nullptr;
}

}  // namespace

Model lower_entity_framework(const SourceFileView& file, const LoweringView& view) {
  const code::Program program = code::read(code::Language::CSharp, file.text, file.offset);
  Plan plan(file, view, Stack::Sql);
  const Node* migration = find_class(program.root.body, 0);
  if (migration != nullptr && file.text.find("FluentMigrator") != std::string_view::npos) {
    lower_fluent(plan, *migration);
  } else if (migration != nullptr) {
    EntityFramework framework(plan, *migration);
    framework.run(*code::function_named(migration->body, "Up"), Direction::Up);
    if (const Node* down = code::function_named(migration->body, "Down")) framework.run(*down, Direction::Down);
  } else if (file.partial) {
    EntityFramework(plan, program.root).run_fragment(program.root);
  }
  report_unread(plan, program);
  return plan.finish();
}

}  // namespace redtag::migration
