// Migrations in JavaScript and TypeScript: Knex, Sequelize, TypeORM, node-pg-migrate, db-migrate, Kysely, MikroORM and drivers of
// document stores. They are read by one reader, because a file rarely says which of them runs it, and their words do not collide:
// `dropColumn` with a table in front, or inside of a table's block.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "lower/migration/context.h"
#include "lower/migration/frontends.h"
#include "lower/migration/node_words.h"

namespace redtag::migration {

namespace {

using code::argument;
using code::keyword;
using code::Kind;
using code::literal;
using code::Node;

constexpr std::array picking = std::to_array<std::string_view>(
    {"where", "andWhere", "orWhere", "whereIn", "whereNotIn", "whereNull", "whereNotNull", "whereRaw", "whereNot",
     "whereExists", "whereNotExists", "join", "limit", "whereBetween", "whereLike"});

class NodeMigration : public FunctionReader {
 public:
  NodeMigration(Plan& plan, const Node& root) : FunctionReader(plan), root_(root) {}

  void run(const Node& function, Direction direction) {
    if (!function.names.empty()) connection_ = function.names.front();
    run_function(function, direction);
  }

 private:
  bool read(const Node& node, const Scope& scope) override {
    if (plan_.refuse(node, scope)) return true;
    if (node.kind != Kind::Call) return false;
    const bool rejects = node.text == "reject" && node.on.size() == 1 && node.on.front().text == "Promise";
    if (rejects && !scope.conditional) return plan_.act(raises(), node, scope), true;
    // A chain runs from its start: what stands before comes first.
    if (!scope.handle.empty() && code::origin(node).text == scope.handle && code::origin(node).kind == Kind::Name)
      return read_in_table(node, scope);
    if (read_rows(node, scope)) return true;
    if (node.on.size() == 1 && node.on.front().kind == Kind::Call && is_step(node))
      walk(node.on, scope, [this](const Node& n, const Scope& in) { return read(n, in); });
    return read_table(node, scope) || read_column(node, scope) || read_sql(node, scope) ||
           read_documents(node, scope) || read_own(node, scope);
  }
  /// A call that does something itself, so that what it is called on must be read apart.
  static bool is_step(const Node& call) {
    return is_one_of(call.text, {"table", "alterTable", "createTable", "createTableIfNotExists", "dropTable",
                                 "dropTableIfExists", "renameTable", "raw", "dropColumn", "renameColumn", "query"});
  }

  [[nodiscard]] static std::string schema_of(const Node& call) {
    const Node* schema = code::in_chain(call, "withSchema");
    return schema == nullptr ? std::string() : std::string(literal(argument(*schema, 0))) + '.';
  }

  bool read_table(const Node& call, const Scope& scope) {
    const std::string_view word = call.text;
    const std::string table = schema_of(call) + name_at(call, 0);
    const Node* block = argument(call, call.items.empty() ? 0 : call.items.size() - 1);
    Scope inside = scope;
    inside.table = table;
    const bool has_block = block != nullptr && block->kind == Kind::Function && !block->names.empty();
    if (has_block) inside.handle = block->names.front();
    if (is_one_of(word, {"createTable", "createTableIfNotExists", "createTableLike"})) {
      sql::Effect create = create_table(table);
      create.if_exists = word == "createTableIfNotExists" ||
                         (argument(call, 1) != nullptr && code::is_true(keyword(call, "ifNotExists")));
      if (has_block) collect_columns(block->body, inside.handle, create);
      const Node* columns = argument(call, 1);  // Sequelize: a map from names to what they are
      if (columns != nullptr && columns->kind == Kind::Map && code::entry(*columns, "columns") == nullptr) {
        for (const Node& column : columns->items) {
          if (column.kind != Kind::Pair || column.items.empty()) continue;
          if (const std::string type = type_of(&column.items.front()); !type.empty())
            create.columns.push_back({column.text, type});
        }
      }
      plan_.act(std::move(create), call, scope);
      if (has_block) {
        for (const Node& statement : block->body) refer(table, statement, scope);
      }
    } else if (is_one_of(word, {"dropTable", "dropTableIfExists"})) {
      if (call.on.empty()) return false;
      drop(call, table, scope);
    } else if (word == "renameTable") {
      plan_.act(rename_table(table, schema_of(call) + name_at(call, 1)), call, scope);
    } else if ((word == "table" || word == "alterTable") && has_block) {
      read_all(block->body, inside);
    } else if (is_one_of(word, {"clearTable", "truncateTable"})) {
      plan_.act(truncate(table), call, scope);
    } else if (is_one_of(word, {"dropAllTables", "clearDatabase", "dropDatabase", "dropSchema"}) && !call.on.empty()) {
      sql::Effect all = drop_other(word == "dropDatabase" || word == "clearDatabase" ? "database" : "schema", table);
      all.unbounded = true;
      plan_.act(std::move(all), call, scope);
    } else {
      return false;
    }
    return true;
  }
  /// Knex: `table.integer('user_id').references('id').inTable('users')`, `.references('users.id')`.
  void refer(const std::string& table, const Node& chain, const Scope& scope) {
    const Node* references = code::in_chain(chain, "references");
    if (references == nullptr) return;
    const Node* in_table = code::in_chain(chain, "inTable");
    std::string other = in_table != nullptr ? name_at(*in_table, 0) : name_at(*references, 0);
    const std::size_t dot = other.rfind('.');
    if (in_table == nullptr && dot == std::string::npos) return;
    if (in_table == nullptr) other.resize(dot);
    plan_.act(refers(table, other), chain, scope, Back::Skipped);
  }
  void drop(const Node& call, const std::string& table, const Scope& scope) {
    sql::Effect effect = drop_table(table);
    effect.if_exists = call.text == "dropTableIfExists" || code::is_true(keyword(call, "ifExists")) ||
                       code::is_true(argument(call, 1));
    const bool cascade = code::is_true(keyword(call, "cascade"));
    if (cascade) effect.arguments.emplace_back("cascade");
    Node at = call;  // a chain's earlier steps are no part of this one
    if (!call.on.empty()) at.bytes.begin = call.head.begin;
    plan_.act(std::move(effect), at, scope);
  }

  /// Calls that name the table first: Sequelize's, TypeORM's, node-pg-migrate's, db-migrate's; Kysely's name it in the chain.
  bool read_column(const Node& call, const Scope& scope) {
    const std::string_view word = call.text;
    const Node* chained = code::in_chain(call, "alterTable");
    const bool kysely = chained != nullptr && chained != &call && argument(*chained, 1) == nullptr;
    if (call.on.empty()) return false;
    const std::size_t at = kysely ? 0 : 1;
    const std::string table = kysely ? name_at(*chained, 0) : name_at(call, 0);
    if (argument(call, at) == nullptr) return false;
    Node mark = call;
    mark.bytes.begin = call.head.begin;
    if (is_one_of(word, {"removeColumn", "dropColumn", "dropColumns", "removeColumns"})) {
      drop_columns(call, at, table, mark, scope);
    } else if (is_one_of(word, {"addColumn", "addColumns"})) {
      add_columns(call, at, table, mark, scope);
    } else if (word == "renameColumn") {
      plan_.act(rename_column(table, name_at(call, at), name_at(call, at + 1)), mark, scope);
    } else if (is_one_of(word, {"changeColumn", "alterColumn"})) {
      const std::string type = type_of(argument(call, at + 1));
      if (type.empty()) return true;
      sql::Effect effect = alter_type(table, name_at(call, at), type, "");
      effect.restated = true;
      plan_.act(std::move(effect), mark, scope);
      const Node* to = default_in(argument(call, at + 1));
      plan_.set_default(table, name_at(call, at), to, mark, scope);
    } else if (is_one_of(word, {"removeConstraint", "dropConstraint", "dropForeignKey", "dropUniqueConstraint",
                                "dropCheckConstraint", "removeForeignKey"})) {
      const std::string name = table + '.' + name_at(call, at);
      plan_.act(word == "dropUniqueConstraint" ? drop_unique("constraint", name) : drop_other("constraint", name), mark,
                scope);
    } else if (is_one_of(word, {"addConstraint", "createForeignKey", "createUniqueConstraint", "createCheckConstraint",
                                "addForeignKey"})) {
      plan_.act(create_other("constraint", table + '.' + name_at(call, at)), mark, scope);
    } else {
      return false;
    }
    return true;
  }
  void drop_columns(const Node& call, std::size_t at, const std::string& table, const Node& mark, const Scope& scope) {
    const Node* given = argument(call, at);
    const bool checks = code::is_true(keyword(call, "ifExists"));
    const auto drop_one = [&](const std::string& column) {
      sql::Effect effect = drop_column(table, column);
      effect.if_exists = checks;
      plan_.act(std::move(effect), mark, scope);
    };
    if (given->kind == Kind::List) {
      for (const Node& item : given->items) drop_one(std::string(literal(&item)));
    } else if (given->kind == Kind::Map && code::entry(*given, "name") == nullptr) {
      for (const Node& item : given->items) drop_one(item.text);
    } else {
      drop_one(name_at(call, at));
    }
  }
  void add_columns(const Node& call, std::size_t at, const std::string& table, const Node& mark, const Scope& scope) {
    const Node* given = argument(call, at);
    const bool many = given->kind == Kind::Map && code::entry(*given, "name") == nullptr;
    if (many) {
      for (const Node& item : given->items)
        plan_.act(add_column(table, item.text, type_of(item.items.empty() ? nullptr : &item.items.front())), mark,
                  scope);
    } else {
      const Node* type = given->kind == Kind::String ? argument(call, at + 1) : given;
      plan_.act(add_column(table, name_at(call, at), type_of(type)), mark, scope);
    }
  }

  void collect_columns(const std::vector<Node>& body, const std::string& handle, sql::Effect& create) const {
    for (const Node& statement : body) {
      const Node* first = first_on(statement, handle);
      if (first == nullptr || argument(*first, 0) == nullptr) continue;
      if (const std::string type = type_of(first); !type.empty()) create.columns.push_back({name_at(*first, 0), type});
    }
  }
  static const Node* first_on(const Node& chain, std::string_view handle) {
    for (const Node* at = &chain; !at->on.empty(); at = &at->on.front()) {
      if (at->on.front().kind == Kind::Name && at->on.front().text == handle)
        return at->kind == Kind::Call ? at : nullptr;
    }
    return nullptr;
  }

  /// Knex: `table.dropColumn('x')` inside of a table's block.
  bool read_in_table(const Node& chain, const Scope& scope) {
    const Node* first = first_on(chain, scope.handle);
    if (first == nullptr) return true;
    const std::string_view word = first->text;
    if (is_one_of(word, {"dropColumn", "dropColumns"})) {
      for (std::size_t i = 0; const Node* given = argument(*first, i); ++i) {
        if (given->kind != Kind::List) {
          plan_.act(drop_column(scope.table, literal(given)), *first, scope);
          continue;
        }
        for (const Node& item : given->items) plan_.act(drop_column(scope.table, literal(&item)), item, scope);
      }
    } else if (word == "renameColumn") {
      plan_.act(rename_column(scope.table, name_at(*first, 0), name_at(*first, 1)), *first, scope);
    } else if (word == "dropTimestamps") {
      for (const char* name : {"created_at", "updated_at"}) plan_.act(drop_column(scope.table, name), *first, scope);
    } else if (word == "timestamps") {
      for (const char* name : {"created_at", "updated_at"})
        plan_.act(add_column(scope.table, name, "timestamptz"), *first, scope);
    } else if (word == "dropUnique") {
      plan_.act(drop_unique("constraint", name_at(*first, 0)), *first, scope);
    } else if (is_one_of(word, {"dropForeign", "dropPrimary", "dropIndex"})) {
      plan_.act(drop_other(word == "dropIndex" ? "index" : "constraint", name_at(*first, 0)), *first, scope);
    } else if (word == "unique") {
      std::vector<std::string> columns;
      if (const Node* given = argument(*first, 0)) {
        if (given->kind == Kind::String) columns.push_back(given->text);
        for (const Node& item : given->items) columns.emplace_back(literal(&item));
      }
      plan_.act(demand_unique("constraint", scope.table + "_unique", scope.table, std::move(columns)), *first, scope);
    } else if (word == "dropNullable") {
      plan_.act(alter_column("set-not-null", scope.table, name_at(*first, 0)), *first, scope);
    } else if (names_type(word)) {
      declare(*first, chain, scope);
      refer(scope.table, chain, scope);
    }
    return true;
  }
  void declare(const Node& first, const Node& chain, const Scope& scope) {
    std::string type = type_of(&first);
    if (first.text == "specificType") type = std::string(literal(argument(first, 1)));
    if (first.text == "string") {
      const Node* size = argument(first, 1);
      type = "varchar(" + (size != nullptr && size->kind == Kind::Number ? size->text : std::string("255")) + ')';
    }
    if (code::in_chain(chain, "alter") == nullptr)
      return plan_.act(add_column(scope.table, name_at(first, 0), type), chain, scope);
    if (type.empty()) return;
    sql::Effect effect = alter_type(scope.table, name_at(first, 0), type, "");
    effect.restated = true;
    plan_.act(std::move(effect), chain, scope);
    const Node* given = code::in_chain(chain, "defaultTo");
    plan_.set_default(scope.table, name_at(first, 0), given == nullptr ? nullptr : argument(*given, 0), chain, scope);
  }

  bool read_sql(const Node& call, const Scope& scope) {
    const bool runs = is_one_of(call.text, {"raw", "query", "addSql", "runSql", "sql", "$executeRaw",
                                            "$executeRawUnsafe", "$queryRaw", "execSql", "executeSql"});
    const Node* statement = argument(call, 0);
    if (!runs || statement == nullptr) return false;
    if (statement->kind == Kind::Name) statement = constant(statement->text, *statement);
    const Node* bindings = argument(call, 1);
    if (statement->kind == Kind::String && bindings != nullptr && statement->text.find("??") != std::string::npos) {
      plan_.run_sql(with_names(*statement, *bindings), scope);
      return true;
    }
    if (statement->kind == Kind::Map && code::entry(*statement, "sql") != nullptr)
      statement = code::entry(*statement, "sql");
    if (statement->kind != Kind::String)
      return call.text == "addSql" || call.text == "runSql" ? (plan_.run_sql(*statement, scope), true) : false;
    plan_.run_sql(*statement, scope);
    return true;
  }
  /// The value of a name that is assigned once, anywhere in the file.
  const Node* constant(std::string_view name, const Node& otherwise) const {
    const Node* found = &otherwise;
    const std::function<void(const std::vector<Node>&, unsigned)> look = [&](const std::vector<Node>& nodes,
                                                                             unsigned depth) {
      if (depth > 8) return;
      for (const Node& node : nodes) {
        if (node.kind == Kind::Assign && node.text == name && !node.items.empty() &&
            node.items.front().kind == Kind::String)
          found = &node.items.front();
        look(node.body, depth + 1);
        look(node.items, depth + 1);
      }
    };
    look(root_.body, 0);
    return found;
  }

  /// `knex('users').where(…).del()`, `queryInterface.bulkDelete('Users', {…})`, `db.deleteFrom('x').where(…)`.
  bool read_rows(const Node& call, const Scope& scope) {
    const std::string_view word = call.text;
    Rows rows;
    if (word == "bulkDelete" || word == "bulkUpdate") {
      rows.table = name_at(call, 0);
      const Node* condition = argument(call, word == "bulkDelete" ? 1 : 2);
      if (condition != nullptr && condition->kind != Kind::Null &&
          !(condition->kind == Kind::Map && condition->items.empty()))
        rows.predicate = "where " + shortened(plan_.text_at(condition->bytes), 200);
      change(call, rows, word == "bulkUpdate" ? argument(call, 1) : nullptr, word == "bulkUpdate", scope);
      return true;
    }
    const bool deletes = is_one_of(word, {"del", "delete"}), updates = word == "update", empties = word == "truncate";
    if (const Node* from = code::in_chain(call, "deleteFrom"); from != nullptr && word == "execute") {
      rows.table = name_at(*from, 0);
      rows.predicate = filters_in(call, plan_, picking);
      change(call, rows, nullptr, false, scope);
      return true;
    }
    const bool behind = std::find(picking.begin(), picking.end(), word) != picking.end() || word == "returning";
    if (behind && !call.on.empty()) return read_rows_before(call, scope);
    if ((!deletes && !updates && !empties) || call.on.empty()) return false;
    if (!find_table(call, rows.table)) return false;
    rows.predicate = filters_in(call, plan_, picking);
    if (empties) {
      plan_.act(truncate(rows.table), call, scope);
    } else {
      change(call, rows, argument(call, 0), updates, scope);
    }
    return true;
  }
  /// `knex('users').del().where(…)`: the bound stands behind.
  bool read_rows_before(const Node& call, const Scope& scope) {
    const Node* act = nullptr;
    for (const std::string_view word : {"del", "delete", "update"}) {
      if (act == nullptr) act = code::in_chain(call, word);
    }
    Rows rows;
    if (act == nullptr || !find_table(*act, rows.table)) return false;
    rows.predicate = filters_in(call, plan_, picking);
    change(call, rows, argument(*act, 0), act->text == "update", scope);
    return true;
  }
  void change(const Node& call, const Rows& rows, const Node* values, bool updates, const Scope& scope) {
    if (!updates) return plan_.act(delete_rows(rows), call, scope);
    std::vector<std::string> sets, columns;
    if (values != nullptr) {
      for (const Node& pair : values->items) {
        if (pair.kind != Kind::Pair || pair.items.empty()) continue;
        const Node& value = pair.items.front();
        sets.push_back(pair.text + " = " +
                       (value.kind == Kind::Null ? "null" : std::string(plan_.text_at(value.bytes))));
        columns.push_back(pair.text);
      }
      if (values->kind == Kind::String) columns.push_back(values->text);
    }
    plan_.act(update_rows(rows, std::move(sets), std::move(columns)), call, scope);
  }
  /// `knex('users')`, `trx('users')`, `knex.table('users')`, `knex.from('users')`.
  bool find_table(const Node& chain, std::string& table) const {
    for (const Node* at = &chain;; at = &at->on.front()) {
      const bool selects = at->kind == Kind::Call &&
                           (at->on.empty() || is_one_of(at->text, {"from", "into", "table"}) || at->text.empty());
      if (selects && at != &chain && argument(*at, 0) != nullptr && (argument(*at, 0)->kind == Kind::String)) {
        const Node& name = *argument(*at, 0);
        table = name.dynamic ? std::string() : name.text.substr(0, name.text.find(' '));
        return true;
      }
      if (at->on.empty()) return false;
    }
  }

  /// Document stores and caches: `db.collection('x').deleteMany({})`, `prisma.user.deleteMany()`, `redis.flushall()`.
  bool read_documents(const Node& call, const Scope& scope) {
    if (call.on.empty()) return false;
    const Node& owner = call.on.front();
    const Node* collection = code::in_chain(owner, "collection");
    Rows rows;
    rows.table = collection != nullptr ? name_at(*collection, 0) : owner.text;
    const bool managed = owner.text == "manager" && is_one_of(call.text, {"clear", "delete", "remove"});
    const Node* from = call.text == "execute" ? code::in_chain(owner, "from") : nullptr;
    if (managed && argument(call, 0) != nullptr) {  // TypeORM: `manager.clear(Order)`, `manager.delete(Order, {…})`
      rows.table = argument(call, 0)->kind == Kind::String ? name_at(call, 0) : argument(call, 0)->text;
      const Node* criteria = argument(call, 1);
      const bool all =
          call.text == "clear" || (criteria != nullptr && criteria->kind == Kind::Map && criteria->items.empty());
      if (!all) rows.predicate = "where " + shortened(plan_.text_at(call.bytes), 200);
      Scope inside = scope;
      inside.likely = true;
      change(call, rows, nullptr, false, inside);
      return true;
    }
    if (from != nullptr && code::in_chain(*from, "delete") != nullptr) {  // `createQueryBuilder().delete().from(Order)`
      rows.table = argument(*from, 0) != nullptr && argument(*from, 0)->kind == Kind::Name ? argument(*from, 0)->text
                                                                                           : name_at(*from, 0);
      rows.predicate = filters_in(call, plan_, picking);
      change(call, rows, nullptr, false, scope);
      return true;
    }
    const Node* repository = code::in_chain(owner, "getRepository");
    if (repository != nullptr && argument(*repository, 0) != nullptr && is_one_of(call.text, {"delete", "clear"})) {
      rows.table = argument(*repository, 0)->text;
      const Node* criteria = argument(call, 0);
      if (criteria != nullptr && !(criteria->kind == Kind::Map && criteria->items.empty()))
        rows.predicate = "where " + shortened(plan_.text_at(criteria->bytes), 200);
      Scope inside = scope;
      inside.likely = true;
      change(call, rows, nullptr, false, inside);
    } else if (is_one_of(call.text, {"flushall", "flushAll", "flushdb", "flushDb"})) {
      sql::Effect all = truncate("cache");
      all.object = "rows";
      plan_.act(std::move(all), call, scope);
    } else if (call.text == "deleteMany" || (call.text == "updateMany" && collection != nullptr)) {
      const Node* condition = argument(call, 0);
      if (condition != nullptr && condition->kind == Kind::Map && code::entry(*condition, "where") != nullptr)
        condition = code::entry(*condition, "where");
      if (condition != nullptr && condition->kind == Kind::Map && !condition->items.empty())
        rows.predicate = "where " + shortened(plan_.text_at(condition->bytes), 200);
      change(call, rows, argument(call, 1), call.text == "updateMany", scope);
    } else if (call.text == "dropCollection" || (call.text == "drop" && collection != nullptr)) {
      sql::Effect effect = drop_table(call.text == "drop" ? rows.table : name_at(call, 0));
      effect.object = "collection";
      effect.action = "drop-collection";
      plan_.act(std::move(effect), call, scope);
    } else {
      return false;
    }
    return true;
  }

  bool read_own(const Node& call, const Scope& scope) {
    const bool own_method = call.on.size() == 1 && call.on.front().text == "this";
    return (call.on.empty() || own_method) && follow_own(find_function(root_.body, call.text), scope, handler());
  }
  static const Node* find_function(const std::vector<Node>& nodes, std::string_view name) {
    if (name.empty()) return nullptr;
    if (const Node* found = code::function_named(nodes, name)) return found;
    for (const Node& node : nodes) {
      if (node.kind == Kind::Assign && node.text == name && !node.items.empty() &&
          node.items.front().kind == Kind::Function)
        return &node.items.front();
      if (node.kind == Kind::Class) {
        if (const Node* found = code::function_named(node.body, name)) return found;
      }
    }
    return nullptr;
  }

  const Node& root_;
  std::string connection_;
};

/// The function that a file exports under a name, however it does so.
const Node* exported(const std::vector<Node>& nodes, std::string_view name) {
  if (const Node* function = code::function_named(nodes, name)) return function;
  const std::string dotted = "." + std::string(name);
  for (const Node& node : nodes) {
    if (node.kind == Kind::Class) {
      if (const Node* method = exported(node.body, name)) return method;
    }
    if (node.kind != Kind::Assign || node.items.empty()) continue;
    const Node& value = node.items.front();
    const bool named = node.text == name || node.text.ends_with(dotted);
    if (named && value.kind == Kind::Function) return &value;
    if (value.kind == Kind::Class) {
      if (const Node* method = exported(value.body, name)) return method;
    }
    if (value.kind != Kind::Map) continue;
    const Node* entry = code::entry(value, name);
    if (entry != nullptr && entry->kind == Kind::Function) return entry;
  }
  return nullptr;
}

Model lower(const SourceFileView& file, const LoweringView& view) {
  const bool typed = file.path.ends_with("ts");
  const code::Program program =
      code::read(typed ? code::Language::TypeScript : code::Language::JavaScript, file.text, file.offset);
  Plan plan(file, view, Stack::NodeMigration);
  const Node* up = exported(program.root.body, "up");
  const Node* down = exported(program.root.body, "down");
  NodeMigration migration(plan, program.root);
  if (up != nullptr) migration.run(*up, Direction::Up);
  if (down != nullptr) migration.run(*down, Direction::Down);
  if (up == nullptr && down == nullptr && file.partial) migration.run_fragment(program.root);
  report_unread(plan, program);
  return plan.finish();
}

}  // namespace

const Frontend node_frontend{Stack::NodeMigration, lower, wants_earlier, link_history};

}  // namespace redtag::migration
