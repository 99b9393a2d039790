// Ecto: a module with `change`, which runs both ways, or `up` and `down`. What `change` takes back is in Ecto.Migration's page
// (https://hexdocs.pm/ecto_sql/Ecto.Migration.html). Ecto's first releases ran the strings that `up` returned.
#include <algorithm>
#include <array>

#include "lower/migration/context.h"
#include "lower/migration/frontends.h"

namespace redtag::migration {

namespace {

using code::argument;
using code::keyword;
using code::Kind;
using code::literal;
using code::Node;

std::string text_of(const Node* node) { return std::string(literal(node)); }

/// `table(:users)`, `table("users", prefix: :billing)`; empty for anything else.
std::string table_of(const Node* node) {
  if (node == nullptr || node->kind != Kind::Call || node->text != "table") return {};
  const std::string name = text_of(argument(*node, 0));
  const std::string_view prefix = literal(keyword(*node, "prefix"));
  return prefix.empty() ? name : std::string(prefix) + '.' + name;
}

std::string type_of(const Node* type, const Node& call) {
  if (type == nullptr) return {};
  if (type->kind == Kind::Call) return type->text == "references" ? "bigint" : std::string();
  std::string_view word = literal(type);
  if (word == "string") {
    const Node* size = keyword(call, "size");
    return "varchar(" + (size != nullptr ? size->text : std::string("255")) + ')';
  }
  if (word == "decimal") {
    const Node* precision = keyword(call, "precision");
    const Node* scale = keyword(call, "scale");
    if (precision != nullptr) return "numeric(" + precision->text + (scale != nullptr ? ',' + scale->text : "") + ')';
  }
  if (word == "binary_id") return "uuid";
  if (word == "binary") return "bytea";
  if (word.find("datetime") != std::string_view::npos) return "timestamp";
  if (word == "id") return "bigint";
  return std::string(word);
}

class Ecto : public FunctionReader {
 public:
  Ecto(Plan& plan, const Node& module) : FunctionReader(plan), module_(module) {}

  void run() {
    const Node* change = code::function_named(module_.body, "change");
    const Node* up = code::function_named(module_.body, "up");
    const Node* down = code::function_named(module_.body, "down");
    const bool transaction = std::none_of(module_.body.begin(), module_.body.end(), [](const Node& node) {
      return node.kind == Kind::Operator && !node.items.empty() && node.items.front().text == "disable_ddl_transaction";
    });
    if (change != nullptr) {
      const std::size_t forward = open(Direction::Up, *change, transaction);
      const std::size_t back = open(Direction::Down, *change, transaction);
      down_ = back;
      changes_ = true;
      follow(*change, forward);
      plan_.derive_down(forward, back);
      return;
    }
    if (up != nullptr) follow(*up, open(Direction::Up, *up, transaction));
    if (down != nullptr) follow(*down, open(Direction::Down, *down, transaction));
  }

 private:
  std::size_t open(Direction direction, const Node& function, bool transaction) {
    const std::size_t draft = plan_.open(direction, function.bytes);
    plan_.procedure(draft).in_transaction = transaction;
    return draft;
  }
  void follow(const Node& function, std::size_t draft) {
    Scope scope;
    scope.draft = draft;
    read_all(function.body, scope);
    if (!function.body.empty()) returned(function.body.back(), scope);
  }
  /// Strings that the function ends with: statements, for the first releases.
  void returned(const Node& last, const Scope& scope) {
    const bool statement = last.kind == Kind::String && last.text.find(' ') != std::string::npos;  // and not `:ok`
    if (statement) return plan_.run_sql(last, scope);
    if (last.kind != Kind::List) return;
    for (const Node& item : last.items) {
      if (item.kind == Kind::String) plan_.run_sql(item, scope);
    }
  }

  bool read(const Node& node, const Scope& scope) override {
    if (plan_.refuse(node, scope)) return true;
    if (node.kind != Kind::Call) return false;
    return read_table(node, scope) || read_column(node, scope) || read_other(node, scope) || read_rows(node, scope) ||
           read_own(node, scope);
  }

  bool read_table(const Node& call, const Scope& scope) {
    const bool creates = call.text == "create" || call.text == "create_if_not_exists";
    const bool drops = call.text == "drop" || call.text == "drop_if_exists";
    const Node* what = argument(call, 0);
    if (what == nullptr && !call.on.empty()) what = &call.on.front();
    const std::string table = table_of(what);
    Scope inside = scope;
    inside.table = table;
    if (call.text == "alter" && !table.empty()) return read_all(call.body, inside), true;
    if (call.text == "rename" && !table.empty()) return rename(call, table, scope), true;
    if ((!creates && !drops) || what == nullptr || what->kind != Kind::Call) return false;
    if (what->text != "table") return other(call, *what, creates, scope), true;
    if (creates) {
      sql::Effect create = create_table(table);
      create.if_exists = call.text != "create";
      if (create.if_exists) create.arguments.emplace_back("if not exists");
      for (const Node& statement : call.body) {
        if (statement.kind == Kind::Call && statement.text == "add")
          create.columns.push_back({text_of(argument(statement, 0)), type_of(argument(statement, 1), statement)});
      }
      plan_.act(std::move(create), call, scope);
      for (const Node& statement : call.body) refer(table, statement, scope);
      return true;
    }
    sql::Effect drop = drop_table(table);
    drop.if_exists = call.text == "drop_if_exists";
    if (literal(keyword(call, "mode")) == "cascade") drop.arguments.emplace_back("cascade");
    plan_.act(std::move(drop), call, scope, Back::Cannot);
    return true;
  }
  /// `add :user_id, references(:users)`.
  void refer(const std::string& table, const Node& add, const Scope& scope) {
    const Node* type = argument(add, 1);
    if (type != nullptr && type->kind == Kind::Call && type->text == "references")
      plan_.act(refers(table, text_of(argument(*type, 0))), add, scope, Back::Skipped);
  }
  void rename(const Node& call, const std::string& table, const Scope& scope) {
    const Node* to = keyword(call, "to");
    const std::string column = text_of(argument(call, 1));
    if (column.empty()) return plan_.act(rename_table(table, table_of(to)), call, scope);
    plan_.act(rename_column(table, column, text_of(to)), call, scope);
  }
  void other(const Node& call, const Node& what, bool creates, const Scope& scope) {
    const std::string_view kind = what.text.ends_with("index") ? "index" : "constraint";
    const std::string name = text_of(argument(what, 0));
    // `unique_index(:users, [:email])`, `index(:users, [:email], unique: true)`
    const bool unique = what.text == "unique_index" || code::is_true(keyword(what, "unique"));
    if (creates && unique && keyword(what, "where") == nullptr) {
      std::vector<std::string> columns;
      if (const Node* list = argument(what, 1)) {
        for (const Node& item : list->items) columns.push_back(text_of(&item));
      }
      return plan_.act(demand_unique(kind, name, name, std::move(columns)), call, scope);
    }
    plan_.act(creates  ? create_other(kind, name)
              : unique ? drop_unique(kind, name)
                       : drop_other(kind, name),
              call, scope);
  }

  bool read_column(const Node& call, const Scope& scope) {
    if (scope.table.empty() || !call.on.empty()) return false;
    const std::string column = text_of(argument(call, 0));
    const Node* type = argument(call, 1);
    if (call.text == "add" || call.text == "add_if_not_exists") {
      sql::Effect add = add_column(scope.table, column, type_of(type, call));
      add.if_exists = call.text != "add";
      plan_.act(std::move(add), call, scope);
      refer(scope.table, call, scope);
    } else if (call.text == "remove" || call.text == "remove_if_exists") {
      sql::Effect drop = drop_column(scope.table, column);
      drop.if_exists = call.text != "remove";
      plan_.act(std::move(drop), call, scope, type != nullptr ? Back::Derived : Back::Cannot);
    } else if (call.text == "modify") {
      const Node* from = keyword(call, "from");
      const Node* from_type =
          from != nullptr && from->kind == Kind::List && !from->items.empty() ? &from->items.front() : from;
      const std::string to = type_of(type, call);
      const Back back = from != nullptr ? Back::Derived : Back::Cannot;
      const Node* given = keyword(call, "default");
      sql::Effect effect = to.empty() ? alter_column("set-default", scope.table, column)
                                      : alter_type(scope.table, column, to, type_of(from_type, call));
      effect.restated = true;
      if (!to.empty() || given == nullptr) plan_.act(std::move(effect), call, scope, back);
      plan_.set_default(scope.table, column, given, call, scope, to.empty() ? back : Back::Skipped);
    } else if (call.text == "timestamps") {
      for (const char* name : {"inserted_at", "updated_at"})
        plan_.act(add_column(scope.table, name, "timestamp"), call, scope);
    } else {
      return false;
    }
    return true;
  }

  bool read_other(const Node& call, const Scope& scope) {
    const bool runs =
        call.text == "execute" || call.text == "query" || call.text == "query!" || call.text == "execute_file";
    if (!runs) return false;
    // Repo.query(sql), repo().query!(sql), Ecto.Adapters.SQL.query!(repo, sql).
    const Node* statement = argument(call, 0);
    if (statement != nullptr && statement->kind != Kind::String && argument(call, 1) != nullptr &&
        argument(call, 1)->kind == Kind::String)
      statement = argument(call, 1);
    if (statement == nullptr) return false;
    const Node* reverse = call.text == "execute" ? argument(call, 1) : nullptr;
    if (statement->kind == Kind::Function) {
      read_all(statement->body, scope);
    } else {
      const Back back = call.text != "execute" ? Back::Same : reverse != nullptr ? Back::Skipped : Back::Cannot;
      plan_.run_sql(*statement, scope, back);
    }
    if (changes_ && reverse != nullptr && scope.draft != down_) {
      Scope back = scope;
      back.draft = down_;
      if (reverse->kind == Kind::Function) {
        read_all(reverse->body, back);
      } else if (reverse->kind == Kind::String && reverse->text.empty()) {
        plan_.act(does_nothing(plan_.text_at(call.bytes)), *reverse, back, Back::Skipped);
      } else {
        plan_.run_sql(*reverse, back, Back::Skipped);
      }
    }
    return true;
  }

  /// `repo().delete_all(from u in "users", where: …)`, `Repo.update_all("users", set: …)`.
  bool read_rows(const Node& call, const Scope& scope) {
    const bool deletes = call.text == "delete_all", updates = call.text == "update_all";
    if (!deletes && !updates) return false;
    std::string filters;
    Rows rows;
    Scope inside = scope;
    for (const Node* source : {call.on.empty() ? nullptr : &call.on.front(), argument(call, 0)}) {
      if (source != nullptr && rows.table.empty()) find_source(*source, rows, inside.likely);
    }
    if (deletes) return plan_.act(delete_rows(rows), call, inside, Back::Same), true;
    std::vector<std::string> sets, columns;
    const Node* set = keyword(call, "set");
    if (set != nullptr) {
      for (const Node& pair : set->items) {
        columns.push_back(pair.text);
        sets.push_back(pair.text + " = " +
                       (pair.items.empty() ? "" : std::string(plan_.text_at(pair.items.front().bytes))));
      }
    }
    plan_.act(update_rows(rows, std::move(sets), std::move(columns)), call, inside, Back::Same);
    return true;
  }
  void find_source(const Node& node, Rows& rows, bool& guessed) const {
    if (node.kind == Kind::String) {
      rows.table = node.text;
    } else if (node.kind == Kind::Name && !node.text.empty() && node.text[0] >= 'A' && node.text[0] <= 'Z') {
      rows.table = table_of_model(node.text);
      guessed = true;
    } else if (node.kind == Kind::Operator && node.text == "in" && node.items.size() == 2) {
      find_source(node.items[1], rows, guessed);
    } else if (node.kind == Kind::Call) {
      if (node.text == "where" || node.text == "limit" || node.text == "join") {
        rows.predicate = node.text + ' ' + std::string(plan_.text_at(node.bytes)).substr(0, 200);
      }
      if (keyword(node, "where") != nullptr)
        rows.predicate = "where " + std::string(plan_.text_at(keyword(node, "where")->bytes));
      if (!node.on.empty()) find_source(node.on.front(), rows, guessed);
      if (rows.table.empty() && argument(node, 0) != nullptr) find_source(*argument(node, 0), rows, guessed);
    }
  }

  bool read_own(const Node& call, const Scope& scope) {
    return call.on.empty() && follow_own(code::function_named(module_.body, call.text), scope, handler());
  }

  const Node& module_;
  std::size_t down_ = 0;
  bool changes_ = false;
};

const Node* find_module(const std::vector<Node>& nodes) {
  for (const Node& node : nodes) {
    if (node.kind != Kind::Class) continue;
    const bool way =
        code::function_named(node.body, "change") != nullptr || code::function_named(node.body, "up") != nullptr;
    if (way) return &node;
    if (const Node* inner = find_module(node.body)) return inner;
  }
  return nullptr;
}

Model lower(const SourceFileView& file, const LoweringView& view) {
  const code::Program program = code::read(code::Language::Elixir, file.text, file.offset);
  Plan plan(file, view, Stack::Ecto);
  const Node* module = find_module(program.root.body);
  if (module != nullptr) {
    Ecto(plan, *module).run();
  } else if (file.partial) {
    Ecto(plan, program.root).run_fragment(program.root);
  }
  report_unread(plan, program);
  return plan.finish();
}

}  // namespace

const Frontend ecto_frontend{Stack::Ecto, lower, wants_earlier, link_history};

}  // namespace redtag::migration
