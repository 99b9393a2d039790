// Rails: one class a file with `change`, which runs both ways, or with `up` and `down`.
//
// What `change` can take back and what makes it stop is ActiveRecord::Migration::CommandRecorder's list
// (https://api.rubyonrails.org/classes/ActiveRecord/Migration/CommandRecorder.html).
#include "lower/migration/frontends.h"

#include <algorithm>
#include <array>

#include "lower/code/code.h"
#include "lower/migration/context.h"
#include "lower/migration/plan.h"
#include "lower/migration/rails_revert.h"
#include "lower/migration/rails_rows.h"

namespace redtag::migration {

namespace {

using code::argument;
using code::keyword;
using code::Kind;
using code::literal;
using code::Node;

std::string text_of(const Node* node) { return std::string(literal(node)); }

bool is_column_type(std::string_view word) {
  constexpr std::array types = std::to_array<std::string_view>(
      {"bigint",  "binary",     "bit",         "blob",     "boolean", "box",     "char",     "cidr",
       "citext",  "column",     "date",        "datetime", "decimal", "enum",    "float",    "hstore",
       "inet",    "int4range",  "int8range",   "integer",  "json",    "jsonb",   "longtext", "ltree",
       "macaddr", "mediumtext", "money",       "numeric",  "oid",     "point",   "string",   "text",
       "time",    "timestamp",  "timestamptz", "tsvector", "uuid",    "virtual", "xml"});
  return std::binary_search(types.begin(), types.end(), word);
}

/// A type with its limit or precision, as SQL would say it.
std::string sized(std::string_view type, const Node& call) {
  std::string text(type == "string" ? "varchar" : type == "datetime" ? "timestamp" : type);
  const Node* limit = keyword(call, "limit");
  const Node* precision = keyword(call, "precision");
  const Node* scale = keyword(call, "scale");
  if (type == "integer" && limit != nullptr)
    return limit->text == "8" ? "bigint" : limit->text == "2" ? "smallint" : "integer";
  if (limit != nullptr && limit->kind == Kind::Number) return text + '(' + limit->text + ')';
  if (precision != nullptr && precision->kind == Kind::Number && type != "datetime")
    return text + '(' + precision->text + (scale != nullptr ? ',' + scale->text : "") + ')';
  return text;
}

/// A name, or a list of names.
std::vector<std::string> texts_of(const Node* node) {
  std::vector<std::string> texts;
  if (node == nullptr) return texts;
  if (node->kind != Kind::List) return {text_of(node)};
  for (const Node& item : node->items) texts.push_back(text_of(&item));
  return texts;
}

/// What Rails calls an index that is given no name: `index_charges_on_merchant_id_and_key`.
std::string index_name(const Node& call, const std::string& table, const Node* columns) {
  if (const Node* name = keyword(call, "name")) return text_of(name);
  std::string text = "index_" + table + "_on_";
  const std::size_t start = text.size();
  for (const std::string& column : texts_of(columns)) text += (text.size() > start ? "_and_" : "") + column;
  return text;
}

class Rails {
 public:
  Rails(Plan& plan, const Node& migration)
      : plan_(plan),
        class_(migration),
        rows_(plan, migration, [this](sql::Effect effect, const Node& at, const Scope& scope, Back wanted) {
          act(std::move(effect), at, scope, wanted);
        }) {}

  void run() {
    const Node* change = code::function_named(class_.body, "change");
    const Node* up = code::function_named(class_.body, "up");
    const Node* down = code::function_named(class_.body, "down");
    const Node* first = change != nullptr ? change : up;
    // All of it in a transaction, unless the class says otherwise.
    const bool transaction = std::none_of(class_.body.begin(), class_.body.end(),
                                          [](const Node& node) { return node.text == "disable_ddl_transaction!"; });
    if (first != nullptr) {
      up_ = plan_.open(Direction::Up, first->bytes);
      plan_.procedure(up_).in_transaction = transaction;
      changes_ = change != nullptr;
      if (changes_ && (down_ = plan_.open(Direction::Down, change->bytes)) != up_) down_open_ = true;
      follow(*first, up_);
    }
    if (changes_) {
      plan_.derive_down(up_, down_);
    } else if (down != nullptr) {
      down_ = plan_.open(Direction::Down, down->bytes);
      follow(*down, down_);
    }
  }

  /// `ActiveRecord::Schema.define`: the schema as the migrations have left it.
  void run_schema(const Node& root) {
    Scope scope;
    schema_ = true;
    scope.draft = plan_.open(Direction::Up, root.bytes);
    plan_.procedure(scope.draft).trigger = Trigger::ByHand;
    plan_.procedure(scope.draft).reverse_expected = false;
    walk(root.body, scope, [this](const Node& node, const Scope& in) {
      const bool makes = node.text == "create_table" || node.text == "add_foreign_key";
      return makes ? read(node, in) : node.text != "define";
    });
  }

  /// A window of a patch, without the class around it: what is said, whichever way it leads.
  void run_fragment(const Node& root) {
    Scope scope;
    scope.draft = plan_.open(Direction::Unknown, root.bytes);
    walk(root.body, scope, handler());
  }

 private:
  Handler handler() {
    return [this](const Node& node, const Scope& scope) { return read(node, scope) || plan_.read_store(node, scope); };
  }
  void follow(const Node& function, std::size_t draft) {
    Scope scope;
    scope.draft = draft;
    walk(function.body, scope, handler());
  }

  bool read(const Node& node, const Scope& scope) {
    if (plan_.refuse(node, scope)) return true;
    if (node.kind == Kind::Assign) return rows_.remember(node), false;
    if (node.kind == Kind::Name) return read_own(node, scope);
    if (!scope.handle.empty() && node.on.size() == 1 && node.on.front().text == scope.handle)
      return read_in_table(node, scope);
    return read_frame(node, scope) || read_table(node, scope) || read_column(node, scope) || read_other(node, scope) ||
           rows_.read(node, scope) || read_own(node, scope);
  }

  /// What decides which way the inside leads.
  bool read_frame(const Node& call, const Scope& scope) {
    Scope inside = scope;
    if (call.text == "reversible") {
      walk(call.body, scope, [this](const Node& node, const Scope& in) { return read_direction(node, in); });
      return true;
    }
    if (call.text == "up_only" && call.on.empty()) {
      once_ = true;
      walk(call.body, scope, handler());
      once_ = false;
      return true;
    }
    if (call.text == "revert" && call.on.empty()) {
      inside.inverted = !scope.inverted;
      const Node* other = argument(call, 0);
      const std::string step = other == nullptr ? "revert" : std::string(reverts) + other->text;
      if (call.body.empty()) plan_.act(runs_code(step), call, scope, back(Back::Derived));
      walk(call.body, inside, handler());
      return true;
    }
    return false;
  }
  bool read_direction(const Node& node, const Scope& scope) {
    if (node.kind != Kind::Call || (node.text != "up" && node.text != "down")) return read(node, scope);
    Scope inside = scope;
    once_ = true;
    if (node.text == "down") inside.draft = down_open_ ? down_ : scope.draft;
    walk(node.body, inside, handler());
    once_ = false;
    return true;
  }
  /// Inside of `reversible` and `up_only`, a step is not taken back by what stands beside it.
  [[nodiscard]] Back back(Back wanted) const { return once_ ? Back::Skipped : wanted; }
  void act(sql::Effect effect, const Node& at, const Scope& scope, Back wanted = Back::Derived) {
    plan_.act(std::move(effect), at, scope, back(wanted));
  }

  bool read_table(const Node& call, const Scope& scope) {
    const std::string table = text_of(argument(call, 0));
    Scope inside = scope;
    inside.table = table;
    inside.handle = call.names.empty() ? "" : call.names.front();
    if (call.text == "create_table" || call.text == "create_join_table") {
      std::string name = table;
      if (call.text == "create_join_table") name = join_name(call);
      const Node* force = keyword(call, "force");
      if (!schema_ && force != nullptr && (code::is_true(force) || literal(force) == "cascade")) {
        sql::Effect drop = drop_table(name);
        drop.if_exists = true;
        act(std::move(drop), call, scope, Back::Skipped);
      }
      sql::Effect create = create_table(name);
      create.if_exists = code::is_true(keyword(call, "if_not_exists"));
      if (create.if_exists) create.arguments.emplace_back("if not exists");
      collect_columns(call, inside.handle, create);
      act(std::move(create), call, scope);
      for (const Node& statement : call.body) {
        const bool on_table = statement.on.size() == 1 && statement.on.front().text == inside.handle;
        if (on_table && (statement.text == "references" || statement.text == "belongs_to"))
          need(name, text_of(argument(statement, 0)), statement, scope);
      }
      return true;
    }
    if (call.text == "drop_table" || call.text == "drop_join_table") return read_drop_table(call, scope);
    if (call.text == "rename_table") return act(rename_table(table, text_of(argument(call, 1))), call, scope), true;
    if (call.text == "change_table") return walk(call.body, inside, handler()), true;
    return false;
  }
  static std::string join_name(const Node& call) {
    if (const Node* given = keyword(call, "table_name")) return text_of(given);
    std::string first = text_of(argument(call, 0)), second = text_of(argument(call, 1));
    if (second < first) std::swap(first, second);
    return first + '_' + second;
  }
  bool read_drop_table(const Node& call, const Scope& scope) {
    if (call.items.empty()) return false;
    const bool cascade = literal(keyword(call, "force")) == "cascade";
    const bool described = !call.body.empty() || call.text == "drop_join_table";
    for (std::size_t i = 0; const Node* name = argument(call, i); ++i) {
      if (call.text == "drop_join_table" && i > 0) break;
      sql::Effect drop = drop_table(call.text == "drop_join_table" ? join_name(call) : text_of(name));
      drop.if_exists = code::is_true(keyword(call, "if_exists"));
      if (cascade) drop.arguments.emplace_back("cascade");
      act(std::move(drop), call, scope, described ? Back::Derived : Back::Cannot);
    }
    return true;
  }
  static void collect_columns(const Node& call, const std::string& handle, sql::Effect& create) {
    for (const Node& statement : call.body) {
      if (statement.kind != Kind::Call || statement.on.size() != 1 || statement.on.front().text != handle) continue;
      if (statement.text == "column") {
        create.columns.push_back({text_of(argument(statement, 0)), sized(literal(argument(statement, 1)), statement)});
      } else if (statement.text == "index") {
        const bool unique = code::is_true(keyword(statement, "unique")) && keyword(statement, "where") == nullptr;
        const std::string name = index_name(statement, create.target.text(), argument(statement, 0));
        if (unique) create.arguments.push_back("keeps apart " + name);
      } else if (is_column_type(statement.text)) {
        for (std::size_t i = 0; const Node* name = argument(statement, i); ++i)
          create.columns.push_back({text_of(name), sized(statement.text, statement)});
      }
    }
  }

  bool read_column(const Node& call, const Scope& scope) {
    const std::string table = text_of(argument(call, 0)), column = text_of(argument(call, 1));
    const std::string_view word = call.text;
    if (word == "add_column" || word == "add_column_with_default") {
      sql::Effect add = add_column(table, column, sized(literal(argument(call, 2)), call));
      add.if_exists = code::is_true(keyword(call, "if_not_exists"));
      act(std::move(add), call, scope);
    } else if (word == "add_columns") {
      for (std::size_t i = 1; const Node* name = argument(call, i); ++i)
        act(add_column(table, text_of(name), sized(literal(keyword(call, "type")), call)), call, scope);
    } else if (word == "remove_column") {
      drop(table, column, argument(call, 2) != nullptr, call, scope);
    } else if (word == "remove_columns") {
      for (std::size_t i = 1; const Node* name = argument(call, i); ++i)
        drop(table, text_of(name), keyword(call, "type") != nullptr, call, scope);
    } else if (word == "rename_column") {
      act(rename_column(table, column, text_of(argument(call, 2))), call, scope);
    } else if (word == "change_column") {
      act(alter_type(table, column, sized(literal(argument(call, 2)), call), ""), call, scope, Back::Cannot);
      set_default(table, column, keyword(call, "default"), call, scope, Back::Skipped);
    } else if (word == "change_column_default") {
      const bool both = keyword(call, "from") != nullptr && keyword(call, "to") != nullptr;
      const Node* to = keyword(call, "to");
      set_default(table, column, to != nullptr ? to : argument(call, 2), call, scope,
                  both ? Back::Derived : Back::Cannot);
    } else if (word == "change_column_null") {
      const bool allows = code::is_true(argument(call, 2));
      sql::Effect effect = alter_column(allows ? "drop-not-null" : "set-not-null", table, column);
      if (argument(call, 3) != nullptr) effect.arguments.emplace_back("filled before");  // it replaces NULL first
      act(std::move(effect), call, scope);
    } else if (word == "add_timestamps" || word == "remove_timestamps") {
      for (const char* name : {"created_at", "updated_at"}) {
        if (word == "add_timestamps") {
          act(add_column(table, name, "timestamp"), call, scope);
        } else {
          drop(table, name, true, call, scope);
        }
      }
    } else {
      return read_reference(call, table, column, scope);
    }
    return true;
  }
  /// As `act`, which knows of `reversible`.
  void set_default(const std::string& table, const std::string& column, const Node* value, const Node& call,
                   const Scope& scope, Back taken_back) {
    if (value == nullptr) return;
    act(value->kind == Kind::Null ? alter_column("drop-default", table, column)
                                  : migration::set_default(table, column, plan_.text_of_default(*value)),
        call, scope, taken_back);
  }
  void drop(const std::string& table, const std::string& column, bool described, const Node& call, const Scope& scope) {
    sql::Effect effect = drop_column(table, column);
    effect.if_exists = code::is_true(keyword(call, "if_exists"));
    act(std::move(effect), call, scope, described ? Back::Derived : Back::Cannot);
  }
  bool read_reference(const Node& call, const std::string& table, const std::string& name, const Scope& scope) {
    const bool adds = call.text == "add_reference" || call.text == "add_belongs_to";
    const bool removes = call.text == "remove_reference" || call.text == "remove_belongs_to";
    if (!adds && !removes) return false;
    refer(table, name, adds, call, scope);
    return true;
  }
  void refer(const std::string& table, const std::string& name, bool adds, const Node& call, const Scope& scope) {
    std::vector<std::string> columns{name + "_id"};
    if (keyword(call, "polymorphic") != nullptr) columns.push_back(name + "_type");
    for (const std::string& column : columns) {
      if (adds) {
        act(add_column(table, column, "bigint"), call, scope);
      } else {
        drop(table, column, true, call, scope);
      }
    }
    if (adds) need(table, name, call, scope);
  }
  /// `foreign_key: true`, `foreign_key: { to_table: :users }`.
  void need(const std::string& table, const std::string& name, const Node& call, const Scope& scope) {
    const Node* key = keyword(call, "foreign_key");
    if (key == nullptr || (key->kind == Kind::Bool && !code::is_true(key))) return;
    const Node* to = key->kind == Kind::Map ? code::entry(*key, "to_table") : nullptr;
    act(refers(table, to != nullptr ? text_of(to) : table_of_model(name)), call, scope, Back::Skipped);
  }

  /// `t.remove :a, :b` and the like, inside of a change_table or create_table.
  bool read_in_table(const Node& call, const Scope& scope) {
    const std::string_view word = call.text;
    if (word == "remove") {
      for (std::size_t i = 0; const Node* name = argument(call, i); ++i)
        drop(scope.table, text_of(name), keyword(call, "type") != nullptr, call, scope);
    } else if (word == "rename") {
      act(rename_column(scope.table, text_of(argument(call, 0)), text_of(argument(call, 1))), call, scope);
    } else if (word == "change") {
      act(alter_type(scope.table, text_of(argument(call, 0)), sized(literal(argument(call, 1)), call), ""), call, scope,
          Back::Cannot);
    } else if (word == "references" || word == "belongs_to" || word == "remove_references" ||
               word == "remove_belongs_to") {
      for (std::size_t i = 0; const Node* name = argument(call, i); ++i)
        refer(scope.table, text_of(name), !word.starts_with("remove"), call, scope);
    } else if (word == "timestamps" || word == "remove_timestamps") {
      for (const char* name : {"created_at", "updated_at"}) {
        if (word == "timestamps") {
          act(add_column(scope.table, name, "timestamp"), call, scope);
        } else {
          drop(scope.table, name, true, call, scope);
        }
      }
    } else if (word == "column") {
      act(add_column(scope.table, text_of(argument(call, 0)), sized(literal(argument(call, 1)), call)), call, scope);
    } else if (is_column_type(word)) {
      for (std::size_t i = 0; const Node* name = argument(call, i); ++i)
        act(add_column(scope.table, text_of(name), sized(word, call)), call, scope);
    }
    return true;
  }

  bool read_other(const Node& call, const Scope& scope) {
    const std::string_view word = call.text;
    const std::string first = text_of(argument(call, 0));
    const bool connected = (word == "delete" || word == "update") && argument(call, 0) != nullptr &&
                           argument(call, 0)->kind == Kind::String && !call.on.empty() &&
                           call.on.front().text.ends_with("connection");
    if (word == "execute" || word == "exec_query" || word == "exec_update" || word == "exec_delete" || connected) {
      const Node* statement = statement_in(argument(call, 0));
      if (statement == nullptr) return false;
      const Back taken_back = call.on.empty() ? Back::Cannot : Back::Same;  // on a connection it simply runs again
      plan_.run_sql(*statement, scope, back(taken_back));
    } else if (word == "remove_index") {
      const Node* column = argument(call, 1) != nullptr ? argument(call, 1) : keyword(call, "column");
      sql::Effect drop = drop_other("index", first);
      drop.arguments = {"named " + index_name(call, first, column)};
      act(std::move(drop), call, scope, column != nullptr ? Back::Derived : Back::Cannot);
    } else if (word == "add_index") {
      const bool unique = code::is_true(keyword(call, "unique")) && keyword(call, "where") == nullptr;
      sql::Effect index =
          unique ? demand_unique("index", first, first, texts_of(argument(call, 1))) : create_other("index", first);
      index.arguments.push_back("named " + index_name(call, first, argument(call, 1)));
      act(std::move(index), call, scope);
    } else if (word == "disable_extension") {
      act(drop_other("extension", first), call, scope);
    } else if (word == "enable_extension") {
      act(create_other("extension", first), call, scope);
    } else if (word == "create_enum") {
      act(create_other("type", first), call, scope);
    } else if (word == "drop_enum") {
      act(drop_other("type", first), call, scope, argument(call, 1) != nullptr ? Back::Derived : Back::Cannot);
    } else if (word == "add_check_constraint" || word == "add_exclusion_constraint" ||
               word == "add_unique_constraint") {
      act(create_other("constraint", first), call, scope);
    } else if (word == "add_foreign_key") {
      act(refers(first, text_of(argument(call, 1))), call, scope, Back::Skipped);
    } else if (word == "remove_foreign_key" || word == "remove_check_constraint" ||
               word == "remove_exclusion_constraint" || word == "remove_unique_constraint") {
      act(drop_other("constraint", first), call, scope);
    } else if (word == "drop_view" && call.on.empty()) {
      const bool materialized = code::is_true(keyword(call, "materialized"));
      const bool described = keyword(call, "revert_to_version") != nullptr;
      act(drop_other(materialized ? "materialized view" : "view", first), call, scope,
          described ? Back::Derived : Back::Cannot);
    } else if (word == "truncate_tables" || (word == "truncate" && !call.items.empty() && !first.empty())) {
      for (std::size_t i = 0; const Node* name = argument(call, i); ++i)
        act(truncate(text_of(name)), call, scope, Back::Same);
    } else {
      return false;
    }
    return true;
  }

  /// What `execute` is handed: a string, or a constant of the class that holds one.
  const Node* statement_in(const Node* given) const {
    if (given == nullptr || given->kind != Kind::Name) return given;
    for (const Node& node : class_.body) {
      if (node.kind != Kind::Assign || node.text != given->text || node.items.size() != 1) continue;
      const Node& value = code::origin(node.items.front());  // `"…".freeze`, `<<~SQL.squish`
      return value.kind == Kind::String ? &value : given;
    }
    return given;
  }

  /// A method of the migration itself runs where it is called.
  bool read_own(const Node& call, const Scope& scope) {
    return call.on.empty() && follow_own(code::function_named(class_.body, call.text), scope, handler());
  }

  Plan& plan_;
  const Node& class_;
  RailsRows rows_;
  std::size_t up_ = 0;
  std::size_t down_ = 0;
  bool down_open_ = false;
  bool changes_ = false;
  bool once_ = false;
  bool schema_ = false;  // what is declared stands already
};

const Node* find_migration(const std::vector<Node>& nodes) {
  for (const Node& node : nodes) {
    if (node.kind != Kind::Class) continue;
    const bool way =
        code::function_named(node.body, "change") != nullptr || code::function_named(node.body, "up") != nullptr;
    if (way) return &node;
    if (const Node* inner = find_migration(node.body)) return inner;
  }
  return nullptr;
}

/// `db/data_migration/20240101000000_x.rb`: statements that a tool of the house runs from the first to the last, without a class.
bool is_script(const Node& root) {
  return std::none_of(root.body.begin(), root.body.end(),
                      [](const Node& node) { return node.kind == Kind::Class || node.text == "define"; });
}

bool is_schema(std::string_view path) { return path == "schema.rb" || path.ends_with("/schema.rb"); }

Model lower(const SourceFileView& file, const LoweringView& view) {
  const code::Program program = code::read(code::Language::Ruby, file.text, file.offset);
  Plan plan(file, view, Stack::Rails);
  const Node* migration = find_migration(program.root.body);
  if (migration != nullptr) {
    Rails(plan, *migration).run();
  } else if (is_schema(file.path)) {
    Rails(plan, program.root).run_schema(program.root);
  } else if (file.partial || is_script(program.root)) {
    Rails(plan, program.root).run_fragment(program.root);
  }
  report_unread(plan, program);
  return plan.finish();
}

}  // namespace

namespace {

std::vector<Path> wants(std::span<const LoweredFile> files, SourceTree& tree) {
  std::vector<Path> wanted = wants_earlier(files, tree);
  for (Path& path : wants_reverted(files, tree)) {
    if (std::find(wanted.begin(), wanted.end(), path) == wanted.end()) wanted.push_back(std::move(path));
  }
  return wanted;
}

void link(std::span<LoweredFile> files, SourceTree& tree, const FactTables& facts) {
  link_history(files, tree, facts);
  link_reverted(files);
}

}  // namespace

const Frontend rails_frontend{Stack::Rails, lower, wants, link};

}  // namespace redtag::migration
