// Alembic: a revision is a module with `upgrade` and `downgrade`; `op` is the schema, `batch_alter_table` a table of it.
// (https://alembic.sqlalchemy.org/en/latest/ops.html)
#include <algorithm>
#include <array>

#include "lower/migration/context.h"
#include "lower/migration/frontends.h"
#include "lower/migration/queries.h"

namespace redtag::migration {

namespace {

using code::argument;
using code::keyword;
using code::Kind;
using code::literal;
using code::Node;

std::string text_of(const Node* node) { return std::string(literal(node)); }

struct NamedType {
  std::string_view sqlalchemy;
  std::string_view sql;
};
constexpr std::array named_types = std::to_array<NamedType>({
    {"BIGINT", "bigint"},
    {"BigInteger", "bigint"},
    {"Boolean", "boolean"},
    {"BOOLEAN", "boolean"},
    {"CHAR", "char"},
    {"Date", "date"},
    {"DATE", "date"},
    {"DateTime", "timestamp"},
    {"DATETIME", "timestamp"},
    {"Float", "double precision"},
    {"INTEGER", "integer"},
    {"Integer", "integer"},
    {"JSON", "json"},
    {"JSONB", "jsonb"},
    {"LargeBinary", "bytea"},
    {"Numeric", "numeric"},
    {"SmallInteger", "smallint"},
    {"String", "varchar"},
    {"TEXT", "text"},
    {"Text", "text"},
    {"TIMESTAMP", "timestamp"},
    {"Unicode", "varchar"},
    {"UnicodeText", "text"},
    {"UUID", "uuid"},
    {"Uuid", "uuid"},
    {"VARCHAR", "varchar"},
});

/// `sa.String(length=255)` → `varchar(255)`; empty for what is no type of SQLAlchemy's own.
std::string type_of(const Node* node) {
  if (node == nullptr || (node->kind != Kind::Call && node->kind != Kind::Member && node->kind != Kind::Name))
    return {};
  const auto known = std::find_if(named_types.begin(), named_types.end(),
                                  [&](const NamedType& row) { return row.sqlalchemy == node->text; });
  if (known == named_types.end()) return {};
  std::string type(known->sql);
  const Node* size = keyword(*node, "length") != nullptr ? keyword(*node, "length") : argument(*node, 0);
  if (node->kind != Kind::Call || size == nullptr || size->kind != Kind::Number) return type;
  if (type == "varchar" || type == "char") return type + '(' + size->text + ')';
  const Node* scale = keyword(*node, "scale") != nullptr ? keyword(*node, "scale") : argument(*node, 1);
  if (type == "numeric" && scale != nullptr) return "numeric(" + size->text + ',' + scale->text + ')';
  return type;
}

class Alembic : public FunctionReader {
 public:
  Alembic(Plan& plan, const Node& root) : FunctionReader(plan), root_(root), queries_(plan) {}

  void run(const Node& function, Direction direction) { run_function(function, direction, true); }

 private:
  bool read(const Node& node, const Scope& scope) override {
    if (node.kind == Kind::Call && (read_table(node, scope) || read_column(node, scope) || read_other(node, scope)))
      return true;
    if (queries_.read(root_, node, scope)) return true;
    return node.kind == Kind::Call && node.on.empty() &&
           follow_own(code::function_named(root_.body, node.text), scope, handler());
  }

  /// The table of a call: its first argument, or the batch that it is called on.
  [[nodiscard]] static bool in_batch(const Node& call, const Scope& scope) {
    return !scope.handle.empty() && call.on.size() == 1 && call.on.front().text == scope.handle;
  }
  [[nodiscard]] static std::string qualified(const Node& call, std::string table) {
    const std::string_view schema = literal(keyword(call, "schema"));
    return schema.empty() ? table : std::string(schema) + '.' + table;
  }

  bool read_table(const Node& call, const Scope& scope) {
    if (call.on.empty()) return false;
    const std::string name = qualified(call, text_of(argument(call, 0)));
    if (call.text == "batch_alter_table") {
      Scope inside = scope;
      inside.table = name;
      inside.handle = call.names.empty() ? "" : call.names.front();
      read_all(call.body, inside);
    } else if (call.text == "create_table") {
      sql::Effect create = create_table(name);
      create.if_exists = code::is_true(keyword(call, "if_not_exists"));
      for (const Node& item : call.items) {
        if (item.kind != Kind::Call || item.text != "Column") continue;
        if (const std::string type = type_of(argument(item, 1)); !type.empty())
          create.columns.push_back({text_of(argument(item, 0)), type});
      }
      plan_.act(std::move(create), call, scope);
      for (const Node& item : call.items) refer(name, item, scope);
    } else if (call.text == "drop_table") {
      sql::Effect drop = drop_table(name);
      drop.if_exists = code::is_true(keyword(call, "if_exists"));
      plan_.act(std::move(drop), call, scope);
    } else if (call.text == "rename_table") {
      plan_.act(rename_table(name, qualified(call, text_of(argument(call, 1)))), call, scope);
    } else if (call.text == "bulk_insert") {
      plan_.act(insert_rows(argument(call, 0) == nullptr ? "" : argument(call, 0)->text), call, scope);
    } else {
      return false;
    }
    return true;
  }

  /// `sa.ForeignKeyConstraint(['user_id'], ['users.id'])`, and `sa.ForeignKey('users.id')` of a column.
  void refer(const std::string& table, const Node& item, const Scope& scope) {
    const Node* other = nullptr;
    if (item.kind == Kind::Call && item.text == "ForeignKeyConstraint") {
      other = argument(item, 1);
      if (other != nullptr && !other->items.empty()) other = &other->items.front();
    } else if (item.kind == Kind::Call && item.text == "Column") {
      for (const Node& part : item.items) {
        if (part.kind == Kind::Call && part.text == "ForeignKey") other = argument(part, 0);
      }
    }
    const std::string column = text_of(other);
    const std::size_t dot = column.rfind('.');
    if (dot != std::string::npos) plan_.act(refers(table, column.substr(0, dot)), item, scope, Back::Skipped);
  }

  bool read_column(const Node& call, const Scope& scope) {
    if (call.on.empty()) return false;
    const bool batch = in_batch(call, scope);
    const std::string table = batch ? scope.table : qualified(call, text_of(argument(call, 0)));
    const std::size_t at = batch ? 0 : 1;
    if (call.text == "add_column") {
      const Node* column = argument(call, at);
      if (column == nullptr) return true;
      plan_.act(add_column(table, text_of(argument(*column, 0)), type_of(argument(*column, 1))), call, scope);
      refer(table, *column, scope);
    } else if (call.text == "drop_column") {
      plan_.act(drop_column(table, text_of(argument(call, at))), call, scope);
    } else if (call.text == "alter_column") {
      alter(call, table, text_of(argument(call, at)), scope);
    } else {
      return false;
    }
    return true;
  }

  void alter(const Node& call, const std::string& table, const std::string& column, const Scope& scope) {
    const std::string type = type_of(keyword(call, "type_"));
    if (!type.empty()) plan_.act(alter_type(table, column, type, type_of(keyword(call, "existing_type"))), call, scope);
    const Node* nullable = keyword(call, "nullable");
    if (nullable != nullptr && !code::is_true(nullable))
      plan_.act(alter_column("set-not-null", table, column), call, scope);
    plan_.set_default(table, column, keyword(call, "server_default"), call, scope);
    const Node* name = keyword(call, "new_column_name");
    if (name == nullptr) name = keyword(call, "name");
    if (name != nullptr) plan_.act(rename_column(table, column, text_of(name)), call, scope);
  }

  /// `op.create_unique_constraint('uq', 'users', ['email'])`; in a batch the table is not said again.
  static sql::Effect demand(const Node& call, std::string_view kind, const std::string& name, const Scope& scope) {
    const bool batch = in_batch(call, scope);
    std::vector<std::string> columns;
    if (const Node* list = argument(call, batch ? 1 : 2)) {
      for (const Node& item : list->items) columns.emplace_back(literal(&item));
    }
    return demand_unique(kind, name, batch ? scope.table : text_of(argument(call, 1)), std::move(columns));
  }

  bool read_other(const Node& call, const Scope& scope) {
    const std::string name = text_of(argument(call, 0));
    if (call.text == "drop_index" || call.text == "drop_constraint") {
      const bool unique = literal(keyword(call, "type_")) == "unique";
      const std::string_view kind = call.text == "drop_index" ? "index" : "constraint";
      plan_.act(unique ? drop_unique(kind, name) : drop_other(kind, name), call, scope);
    } else if (call.text == "create_index") {
      const bool unique = code::is_true(keyword(call, "unique")) && keyword(call, "postgresql_where") == nullptr;
      plan_.act(unique ? demand(call, "index", name, scope) : create_other("index", name), call, scope);
    } else if (call.text == "create_unique_constraint") {
      plan_.act(demand(call, "constraint", name, scope), call, scope);
    } else if (call.text == "create_foreign_key" || call.text == "create_unique_constraint" ||
               call.text == "create_check_constraint") {
      plan_.act(create_other("constraint", name), call, scope);
      if (call.text == "create_foreign_key" && argument(call, 2) != nullptr)
        plan_.act(refers(text_of(argument(call, 1)), text_of(argument(call, 2))), call, scope, Back::Skipped);
    } else if (call.text == "drop" && call.on.size() == 1 && call.on.front().kind == Kind::Call &&
               (call.on.front().text == "Enum" || call.on.front().text == "ENUM")) {
      plan_.act(drop_other("type", text_of(keyword(call.on.front(), "name"))), call, scope);
    } else if (call.text == "drop_all") {
      sql::Effect all = drop_other("schema", "");
      all.unbounded = true;
      plan_.act(std::move(all), call, scope);
    } else {
      return false;
    }
    return true;
  }

  const Node& root_;
  PythonQueries queries_;
};

Model lower(const SourceFileView& file, const LoweringView& view) {
  const code::Program program = code::read(code::Language::Python, file.text, file.offset);
  Plan plan(file, view, Stack::Alembic);
  const Node* up = code::function_named(program.root.body, "upgrade");
  const Node* down = code::function_named(program.root.body, "downgrade");
  Alembic alembic(plan, program.root);
  if (up != nullptr) alembic.run(*up, Direction::Up);
  if (down != nullptr) alembic.run(*down, Direction::Down);
  if (up == nullptr && down == nullptr && file.partial) alembic.run_fragment(program.root);
  report_unread(plan, program);
  return plan.finish();
}

}  // namespace

const Frontend alembic_frontend{Stack::Alembic, lower, wants_earlier, link_history};

}  // namespace redtag::migration
