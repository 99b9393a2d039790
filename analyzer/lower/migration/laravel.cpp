// Laravel: one class a file, often without a name, with `up` and `down`; `Schema` makes and drops tables, a closure's `$table` is
// one of them, `DB` and models reach rows. (https://laravel.com/docs/migrations)
#include <algorithm>
#include <array>

#include "lower/migration/context.h"
#include "lower/migration/frontends.h"
#include "lower/migration/models.h"

namespace redtag::migration {

namespace {

using code::argument;
using code::Kind;
using code::literal;
using code::Node;

std::string text_of(const Node* node) { return std::string(literal(node)); }

struct NamedType {
  std::string_view laravel;
  std::string_view sql;
};
constexpr std::array named_types = std::to_array<NamedType>({
    {"bigIncrements", "bigint"},
    {"bigInteger", "bigint"},
    {"binary", "blob"},
    {"boolean", "boolean"},
    {"char", "char"},
    {"date", "date"},
    {"dateTime", "timestamp"},
    {"decimal", "numeric"},
    {"double", "double precision"},
    {"enum", "enum"},
    {"float", "real"},
    {"foreignId", "bigint"},
    {"id", "bigint"},
    {"increments", "integer"},
    {"integer", "integer"},
    {"json", "json"},
    {"jsonb", "jsonb"},
    {"longText", "longtext"},
    {"mediumInteger", "mediumint"},
    {"mediumText", "mediumtext"},
    {"smallInteger", "smallint"},
    {"string", "varchar"},
    {"text", "text"},
    {"time", "time"},
    {"timestamp", "timestamp"},
    {"timestampTz", "timestamptz"},
    {"tinyInteger", "tinyint"},
    {"tinyText", "tinytext"},
    {"unsignedBigInteger", "bigint"},
    {"unsignedInteger", "integer"},
    {"unsignedSmallInteger", "smallint"},
    {"unsignedTinyInteger", "tinyint"},
    {"uuid", "uuid"},
});

/// The type of the column that a call on a table declares; empty for one that declares none.
std::string type_of(const Node& call) {
  const auto known = std::find_if(named_types.begin(), named_types.end(),
                                  [&](const NamedType& row) { return row.laravel == call.text; });
  if (known == named_types.end()) return {};
  std::string type(known->sql);
  const Node* size = argument(call, 1);
  const bool sized = type == "varchar" || type == "char" || type == "numeric";
  if (!sized) return type;
  if (type == "varchar" && (size == nullptr || size->kind != Kind::Number)) return "varchar(255)";
  if (size == nullptr || size->kind != Kind::Number) return type;
  const Node* places = argument(call, 2);
  return type + '(' + size->text + (type == "numeric" && places != nullptr ? ',' + places->text : "") + ')';
}

constexpr std::array filters = std::to_array<std::string_view>(
    {"where", "whereIn", "whereNotIn", "whereNull", "whereNotNull", "orWhere", "whereRaw", "whereColumn",
     "whereBetween", "whereExists", "whereDate", "whereHas", "whereDoesntHave", "join", "find", "limit", "whereKey",
     "onlyTrashed", "whereNotExists"});

/// The call in a chain that stands directly on `handle`; nullptr where the chain starts elsewhere.
const Node* first_on(const Node& chain, std::string_view handle) {
  for (const Node* at = &chain; !at->on.empty(); at = &at->on.front()) {
    const Node& owner = at->on.front();
    if (owner.kind == Kind::Name && owner.text == handle) return at->kind == Kind::Call ? at : nullptr;
  }
  return nullptr;
}

class Laravel : public FunctionReader {
 public:
  Laravel(Plan& plan, const Node& migration) : FunctionReader(plan), class_(migration) {}

  void run(const Node& function, Direction direction) { run_function(function, direction); }

 private:
  bool read(const Node& node, const Scope& scope) override {
    if (plan_.refuse(node, scope)) return true;
    if (node.kind == Kind::Assign) return remember(node), false;
    if (node.kind == Kind::Loop) return bind_loop(node), false;
    if (node.kind != Kind::Call) return false;
    bind_each(node);
    const Node& start = code::origin(node);
    if (!scope.handle.empty() && start.kind == Kind::Name && start.text == scope.handle) {
      if (const Node* first = first_on(node, scope.handle)) read_in_table(*first, node, scope);
      return true;
    }
    return read_schema(node, scope) || read_sql(node, scope) || read_rows(node, scope) || read_own(node, scope);
  }

  bool read_schema(const Node& call, const Scope& scope) {
    const Node& start = code::origin(call);
    if (start.kind != Kind::Name || (start.text != "Schema" && start.text != "schema")) return false;
    const std::string name = text_of(argument(call, 0));
    Scope inside = scope;
    inside.table = name;
    const Node* closure = argument(call, 1);
    if (closure != nullptr && closure->kind == Kind::Function && !closure->names.empty())
      inside.handle = closure->names.front();
    if (call.text == "create") {
      sql::Effect create = create_table(name);
      if (closure != nullptr) collect_columns(closure->body, inside.handle, create);
      plan_.act(std::move(create), call, scope);
      if (closure == nullptr) return true;
      for (const Node& statement : closure->body) {
        if (const Node* first = first_on(statement, inside.handle))
          refer(text_of(argument(*first, 0)), statement, inside);
      }
    } else if (call.text == "table") {
      if (closure != nullptr) read_all(closure->body, inside);
    } else if (call.text == "drop" || call.text == "dropIfExists") {
      sql::Effect drop = drop_table(name);
      drop.if_exists = call.text == "dropIfExists";
      plan_.act(std::move(drop), call, scope);
    } else if (call.text == "rename") {
      plan_.act(rename_table(name, text_of(argument(call, 1))), call, scope);
    } else if (call.text == "dropColumns" || call.text == "dropColumn") {
      drop_columns(call, 1, inside);
    } else if (call.text == "dropAllTables" || call.text == "dropDatabaseIfExists") {
      sql::Effect all = drop_other(call.text == "dropAllTables" ? "schema" : "database", name);
      all.unbounded = true;
      plan_.act(std::move(all), call, scope);
    } else if (call.text == "whenTableHasColumn" || call.text == "whenTableDoesntHaveColumn") {
      const Node* body = argument(call, 2);
      inside.conditional = true;
      if (body != nullptr && !body->names.empty()) inside.handle = body->names.front();
      if (body != nullptr) read_all(body->body, inside);
    } else {
      return false;
    }
    return true;
  }

  void collect_columns(const std::vector<Node>& body, const std::string& handle, sql::Effect& create) const {
    for (const Node& statement : body) {
      const Node* first = first_on(statement, handle);
      if (first == nullptr) continue;
      const std::string type = type_of(*first);
      if (!type.empty() && argument(*first, 0) != nullptr)
        create.columns.push_back({text_of(argument(*first, 0)), type});
    }
  }

  void drop_columns(const Node& call, std::size_t from, const Scope& scope) {
    for (std::size_t i = from; const Node* given = argument(call, i); ++i) {
      if (given->kind != Kind::List) {
        plan_.act(drop_column(scope.table, text_of(given)), call, scope);
        continue;
      }
      for (const Node& item : given->items) plan_.act(drop_column(scope.table, text_of(&item)), item, scope);
    }
  }

  /// `first` is the call on `$table`, `chain` all that is said about it.
  void read_in_table(const Node& first, const Node& chain, const Scope& scope) {
    const std::string_view word = first.text;
    const std::string name = text_of(argument(first, 0));
    const auto drop = [&](std::string_view column) { plan_.act(drop_column(scope.table, column), first, scope); };
    if (word == "dropColumn" || word == "removeColumn") return drop_columns(first, 0, scope);
    if (word == "dropConstrainedForeignId") return drop(name);
    if (word == "dropForeignIdFor" || word == "dropConstrainedForeignIdFor")
      return drop(snake_case(argument(first, 0) == nullptr ? "" : argument(first, 0)->text) + "_id");
    if (word == "dropSoftDeletes" || word == "dropSoftDeletesTz") return drop(name.empty() ? "deleted_at" : name);
    if (word == "dropRememberToken") return drop("remember_token");
    if (word == "dropTimestamps" || word == "dropTimestampsTz") return drop("created_at"), drop("updated_at");
    if (word == "dropMorphs") return drop(name + "_type"), drop(name + "_id");
    if (word == "drop" || word == "dropIfExists") return plan_.act(drop_table(scope.table), first, scope);
    if (word == "rename") return plan_.act(rename_table(scope.table, name), first, scope);
    if (word == "renameColumn")
      return plan_.act(rename_column(scope.table, name, text_of(argument(first, 1))), first, scope);
    if (word == "dropUnique") return plan_.act(drop_unique("constraint", rule_name(first, name, scope)), first, scope);
    if (word == "dropForeign" || word == "dropIndex" || word == "dropPrimary")
      return plan_.act(drop_other(word == "dropIndex" ? "index" : "constraint", rule_name(first, name, scope)), first,
                       scope);
    if (word == "unique" && argument(first, 0) != nullptr) {
      std::vector<std::string> columns;
      const Node& given = *argument(first, 0);
      if (given.kind != Kind::List) columns.emplace_back(literal(&given));
      for (const Node& item : given.items) columns.emplace_back(literal(&item));
      return plan_.act(
          demand_unique("constraint", scope.table + '_' + columns.front() + "_unique", scope.table, columns), first,
          scope);
    }
    declare(first, chain, scope);
  }

  /// `dropForeign(['user_id'])` names what Laravel called `orders_user_id_foreign`.
  static std::string rule_name(const Node& call, const std::string& name, const Scope& scope) {
    const Node* given = argument(call, 0);
    if (given == nullptr || given->kind != Kind::List || given->items.empty()) return name;
    return scope.table + '_' + std::string(literal(&given->items.front())) + '_' + snake_case(call.text.substr(4));
  }

  void declare(const Node& first, const Node& chain, const Scope& scope) {
    const std::string type = type_of(first);
    const std::string name = text_of(argument(first, 0));
    if (code::in_chain(chain, "change") != nullptr) {
      if (type.empty()) return;
      sql::Effect effect = alter_type(scope.table, name, type, "");
      effect.restated = true;
      plan_.act(std::move(effect), chain, scope);
      const Node* given = code::in_chain(chain, "default");
      return plan_.set_default(scope.table, name, given == nullptr ? nullptr : argument(*given, 0), chain, scope);
    }
    const std::string_view word = first.text;
    const auto add = [&](std::string_view column) { plan_.act(add_column(scope.table, column, type), chain, scope); };
    if (word == "timestamps" || word == "nullableTimestamps" || word == "timestampsTz")
      return add("created_at"), add("updated_at");
    if (word == "softDeletes") return add(name.empty() ? "deleted_at" : name);
    if (word == "rememberToken") return add("remember_token");
    if (word == "morphs" || word == "nullableMorphs") return add(name + "_type"), add(name + "_id");
    if (word == "foreignIdFor")
      return add(snake_case(argument(first, 0) == nullptr ? "" : argument(first, 0)->text) + "_id");
    if (!type.empty() || word == "foreignUuid" || word == "addColumn" || word == "set" || word == "year" ||
        word == "ipAddress")
      add(name);
    refer(name, chain, scope);
  }
  /// `->foreignId('user_id')->constrained()`, `->foreign('user_id')->references('id')->on('users')`.
  void refer(const std::string& column, const Node& chain, const Scope& scope) {
    std::string other;
    if (const Node* on = code::in_chain(chain, "on")) {
      other = text_of(argument(*on, 0));
    } else if (const Node* constrained = code::in_chain(chain, "constrained")) {
      other = text_of(argument(*constrained, 0));
      const bool named = column.size() > 3 && column.ends_with("_id");
      if (other.empty() && named) other = table_of_model(column.substr(0, column.size() - 3));
    }
    if (!other.empty()) plan_.act(refers(scope.table, other), chain, scope, Back::Skipped);
  }

  bool read_sql(const Node& call, const Scope& scope) {
    constexpr std::array runs = std::to_array<std::string_view>(
        {"statement", "unprepared", "delete", "update", "insert", "affectingStatement", "exec"});
    const Node& start = code::origin(call);
    const bool database = start.kind == Kind::Name && start.text == "DB";
    if (!database || std::find(runs.begin(), runs.end(), call.text) == runs.end()) return false;
    if (code::in_chain(call, "table") != nullptr) return false;
    const Node* statement = argument(call, 0);
    if (statement != nullptr && statement->kind == Kind::Call && statement->text == "raw")
      statement = argument(*statement, 0);
    if (statement == nullptr) return false;
    plan_.run_sql(*statement, scope);
    return true;
  }

  /// `DB::table('x')->where(…)->delete()`, `User::where(…)->delete()`.
  bool read_rows(const Node& call, const Scope& scope) {
    const bool deletes = call.text == "delete" || call.text == "forceDelete", empties = call.text == "truncate";
    const bool updates = call.text == "update";
    if ((!deletes && !updates && !empties) || call.on.empty()) return false;
    Rows rows;
    Scope inside = scope;
    if (!find_table(call, rows.table, inside.likely)) return false;
    rows.predicate = filters_in(call, plan_, filters);
    const std::string bound = filters_of(code::origin(call).text);
    if (!bound.empty()) rows.predicate = rows.predicate.empty() ? bound : bound + ' ' + rows.predicate;
    if (empties) return plan_.act(truncate(rows.table), call, inside), true;
    if (deletes) return plan_.act(delete_rows(rows), call, inside), true;
    std::vector<std::string> sets, columns;
    if (const Node* values = argument(call, 0)) {
      for (const Node& pair : values->items) {
        if (pair.kind != Kind::Pair || pair.items.empty()) continue;
        const bool null = pair.items.front().kind == Kind::Null || pair.items.front().text == "null";
        sets.push_back(pair.text + " = " + (null ? "null" : std::string(plan_.text_at(pair.items.front().bytes))));
        columns.push_back(pair.text);
      }
    }
    plan_.act(update_rows(rows, std::move(sets), std::move(columns)), call, inside);
    return true;
  }

  bool find_table(const Node& chain, std::string& table, bool& guessed) const {
    if (const Node* named = code::in_chain(chain, "table")) {
      table = text_of(argument(*named, 0));
      table = table.substr(0, table.find(' '));  // `users as u`
      return true;
    }
    const Node& start = code::origin(chain);
    if (start.kind != Kind::Name || start.text.empty()) return false;
    if (const auto bound = bound_.find(start.text); bound != bound_.end()) {
      table = bound->second.first;
      return true;
    }
    if (start.text[0] < 'A' || start.text[0] > 'Z' || start.text == "DB" || start.text == "Schema" ||
        start.text == "Artisan" || start.text == "Storage" || start.text == "Cache" || start.text == "File")
      return false;
    table = table_of_model(start.text);
    guessed = true;
    return true;
  }
  [[nodiscard]] std::string filters_of(const std::string& variable) const {
    const auto bound = bound_.find(variable);
    return bound == bound_.end() ? std::string() : bound->second.second;
  }
  void remember(const Node& assignment) {
    if (assignment.items.size() != 1 || assignment.items.front().kind != Kind::Call) return;
    std::string table;
    bool guessed = false;
    const std::string_view last = assignment.items.front().text;
    const bool fetched = last == "get" || last == "first" || last == "pluck" || last == "find" ||
                         last == "findOrFail" || last == "firstOrFail";
    if (!find_table(assignment.items.front(), table, guessed) || (guessed && !fetched)) return;
    std::string picked = filters_in(assignment.items.front(), plan_, filters);
    // What was fetched already is some rows, whichever.
    if (picked.empty() && fetched) picked = "rows fetched before";
    bound_[assignment.text] = {table, picked};
  }

  /// `foreach (Order::where(…)->get() as $order)`
  void bind_loop(const Node& loop) {
    std::string table;
    bool guessed = false;
    if (loop.names.empty() || loop.items.size() != 1 || loop.items.front().kind != Kind::Call) return;
    if (!find_table(loop.items.front(), table, guessed)) return;
    const bool some =
        std::any_of(loop.body.begin(), loop.body.end(), [](const Node& node) { return node.kind == Kind::If; });
    std::string picked = filters_in(loop.items.front(), plan_, filters);
    bound_[loop.names.back()] = {table, picked.empty() && some ? "some of them" : picked};
  }
  /// `Order::where(…)->each(fn ($order) => …)`, `->chunkById(100, function ($orders) { foreach ($orders as $order) … })`.
  void bind_each(const Node& call) {
    constexpr std::array words =
        std::to_array<std::string_view>({"chunk", "chunkById", "each", "eachById", "lazyById"});
    if (call.on.empty() || std::find(words.begin(), words.end(), call.text) == words.end()) return;
    std::string table;
    bool guessed = false;
    if (!find_table(call, table, guessed)) return;
    for (const Node& item : call.items) {
      if (item.kind != Kind::Function || item.names.empty()) continue;
      bound_[item.names.front()] = {table, filters_in(call, plan_, filters)};
      for (const Node& statement : item.body) {
        const bool same = statement.kind == Kind::Loop && statement.names.size() == 1 && !statement.items.empty() &&
                          statement.items.front().text == item.names.front();
        if (same) bound_[statement.names.front()] = bound_[item.names.front()];
      }
    }
  }

  bool read_own(const Node& call, const Scope& scope) {
    const bool own = call.on.size() == 1 && (call.on.front().text == "this" || call.on.front().text == "self");
    return own && follow_own(code::function_named(class_.body, call.text), scope, handler());
  }

  const Node& class_;
  std::map<std::string, std::pair<std::string, std::string>> bound_;  // variable → table and filters
};

const Node* find_migration(const std::vector<Node>& nodes, unsigned depth) {
  for (const Node& node : nodes) {
    if (node.kind == Kind::Class && code::function_named(node.body, "up") != nullptr) return &node;
    if (depth > 4) continue;
    if (const Node* inner = find_migration(node.items, depth + 1)) return inner;
    if (const Node* inner = find_migration(node.body, depth + 1)) return inner;
  }
  return nullptr;
}

Model lower(const SourceFileView& file, const LoweringView& view) {
  // A window of a patch may begin behind the opening tag, without which everything is HTML.
  constexpr std::string_view tag = "<?php ";
  const bool tagless = file.partial && file.offset >= tag.size() && file.text.find("<?") == std::string_view::npos;
  const std::string opened = tagless ? std::string(tag) + std::string(file.text) : std::string();
  const code::Program program =
      code::read(code::Language::Php, tagless ? std::string_view(opened) : file.text,
                 tagless ? file.offset - static_cast<std::uint32_t>(tag.size()) : file.offset);
  Plan plan(file, view, Stack::Laravel);
  const Node* migration = find_migration(program.root.body, 0);
  if (migration != nullptr) {
    Laravel laravel(plan, *migration);
    laravel.run(*code::function_named(migration->body, "up"), Direction::Up);
    if (const Node* down = code::function_named(migration->body, "down")) laravel.run(*down, Direction::Down);
  } else if (file.partial) {
    Laravel(plan, program.root).run_fragment(program.root);
  }
  report_unread(plan, program);
  return plan.finish();
}

}  // namespace

const Frontend laravel_frontend{Stack::Laravel, lower, wants_earlier, link_history};

}  // namespace redtag::migration
