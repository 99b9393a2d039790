// FluentMigrator: a class derived from `Migration` whose `Up` and `Down` say sentences, `Delete.Column("note").FromTable("orders")`.
// Its words are those of Entity Framework and mean something else. (https://fluentmigrator.github.io/articles/fluent-interface.html)
#include <algorithm>
#include <array>

#include "lower/migration/frontends.h"

namespace redtag::migration {

namespace {

using code::argument;
using code::Kind;
using code::literal;
using code::Node;

constexpr std::size_t longest_sentence = 400;  // a table of many columns is one

std::string text_of(const Node* node) {
  if (node == nullptr || node->kind == Kind::Null) return {};
  return node->kind == Kind::String ? std::string(literal(node)) : "${" + node->text + '}';
}

std::string type_said(const Node& call) {
  struct Named {
    std::string_view method;
    std::string_view type;
  };
  constexpr std::array types = std::to_array<Named>({{"AsBinary", "bytea"},
                                                     {"AsBoolean", "boolean"},
                                                     {"AsByte", "smallint"},
                                                     {"AsDate", "date"},
                                                     {"AsDateTime", "timestamp"},
                                                     {"AsDouble", "double precision"},
                                                     {"AsFloat", "real"},
                                                     {"AsGuid", "uuid"},
                                                     {"AsInt16", "smallint"},
                                                     {"AsInt32", "integer"},
                                                     {"AsInt64", "bigint"},
                                                     {"AsTime", "time"},
                                                     {"AsDateTimeOffset", "timestamptz"}});
  for (const Named& row : types) {
    if (call.text == row.method) return std::string(row.type);
  }
  const Node* first = argument(call, 0);
  const std::string size = first != nullptr && first->kind == Kind::Number ? first->text : std::string();
  if (call.text == "AsCustom") return text_of(first);
  if (call.text == "AsDecimal") {
    const Node* scale = argument(call, 1);
    return size.empty() || scale == nullptr ? "numeric" : "numeric(" + size + ',' + scale->text + ')';
  }
  const bool string = call.text == "AsString" || call.text == "AsAnsiString";
  if (string) return size.empty() ? "text" : "varchar(" + size + ')';
  const bool fixed = call.text == "AsFixedLengthString" || call.text == "AsFixedLengthAnsiString";
  return fixed && !size.empty() ? "char(" + size + ')' : std::string();
}

/// A chain from its root on: `Delete`, `.Column("note")`, `.FromTable("orders")`.
struct Sentence {
  std::string root;
  std::vector<const Node*> calls;

  [[nodiscard]] const Node* call(std::string_view name) const {
    const auto found = std::find_if(calls.begin(), calls.end(), [&](const Node* one) { return one->text == name; });
    return found == calls.end() ? nullptr : *found;
  }
  [[nodiscard]] std::string said(std::string_view name) const {
    const Node* found = call(name);
    return found == nullptr ? std::string() : text_of(argument(*found, 0));
  }
  [[nodiscard]] bool opens(std::string_view name) const { return !calls.empty() && calls.front()->text == name; }
  /// With the schema, where one is said behind it.
  [[nodiscard]] std::string table(std::string_view name) const {
    const std::string schema = said("InSchema"), table = said(name);
    return schema.empty() ? table : schema + '.' + table;
  }
  /// Types stand behind the column that they are of.
  [[nodiscard]] std::string type_behind(const Node* column) const {
    auto at = std::find(calls.begin(), calls.end(), column);
    while (at != calls.end() && ++at != calls.end()) {
      if ((*at)->text.ends_with("Column")) return {};
      if (std::string type = type_said(**at); !type.empty()) return type;
    }
    return {};
  }
};

Sentence sentence_of(const Node& chain) {
  constexpr std::array roots =
      std::to_array<std::string_view>({"Alter", "Create", "Delete", "Execute", "Insert", "Rename", "Update"});
  Sentence sentence;
  for (const Node* at = &chain; sentence.calls.size() < longest_sentence; at = &at->on.front()) {
    const bool word = at->kind == Kind::Name || at->kind == Kind::Member;
    if (word && std::find(roots.begin(), roots.end(), at->text) != roots.end()) {
      sentence.root = at->text;
      std::reverse(sentence.calls.begin(), sentence.calls.end());
      return sentence;
    }
    if (at->kind == Kind::Call) sentence.calls.push_back(at);
    if (at->on.empty()) break;
  }
  return {};
}

class Fluent : public FunctionReader {
 public:
  Fluent(Plan& plan, const Node& migration) : FunctionReader(plan), class_(migration) {}

  void run(const Node& function, Direction direction) { run_function(function, direction, true); }
  void run_both_ways(const Node& up) {
    Scope scope;
    scope.draft = plan_.open(Direction::Up, up.bytes);
    plan_.procedure(scope.draft).in_transaction = true;
    const std::size_t down = plan_.open(Direction::Down, up.bytes);
    read_all(up.body, scope);
    plan_.derive_down(scope.draft, down);
  }

 private:
  bool read(const Node& node, const Scope& scope) override {
    if (plan_.refuse(node, scope)) return true;
    if (node.kind != Kind::Call) return false;
    const Sentence sentence = sentence_of(node);
    if (!sentence.calls.empty())
      return read_delete(sentence, node, scope) || read_create(sentence, node, scope) ||
             read_alter(sentence, node, scope) || read_rename(sentence, node, scope) ||
             read_rows(sentence, node, scope) || read_execute(sentence, node, scope);
    return node.on.empty() && follow_own(code::function_named(class_.body, node.text), scope, handler());
  }

  bool read_delete(const Sentence& said, const Node& at, const Scope& scope) {
    if (said.root != "Delete") return false;
    if (said.opens("Table")) {
      sql::Effect drop = drop_table(said.table("Table"));
      drop.if_exists = said.call("IfExists") != nullptr;
      plan_.act(std::move(drop), at, scope);
    } else if (said.opens("Column")) {
      for (const Node* call : said.calls) {
        if (call->text == "Column")
          plan_.act(drop_column(said.table("FromTable"), text_of(argument(*call, 0))), at, scope);
      }
    } else if (said.opens("FromTable")) {
      const bool all = said.call("AllRows") != nullptr;
      const std::string bound = all ? std::string() : std::string(plan_.text_at(said.calls.back()->bytes));
      plan_.act(delete_rows({said.table("FromTable"), bound.substr(0, 200)}), at, scope, Back::Cannot);
    } else if (said.opens("Schema") || said.opens("Sequence") || said.opens("Index")) {
      const std::string kind = said.opens("Schema") ? "schema" : said.opens("Index") ? "index" : "sequence";
      plan_.act(drop_other(kind, text_of(argument(*said.calls.front(), 0))), at, scope, Back::Cannot);
    } else {
      plan_.act(drop_other("constraint", text_of(argument(*said.calls.front(), 0))), at, scope, Back::Cannot);
    }
    return true;
  }

  bool read_create(const Sentence& said, const Node& at, const Scope& scope) {
    if (said.root != "Create") return false;
    if (said.opens("Table")) {
      sql::Effect made = create_table(said.table("Table"));
      for (const Node* call : said.calls) {
        if (call->text == "WithColumn") made.columns.push_back({text_of(argument(*call, 0)), said.type_behind(call)});
      }
      plan_.act(std::move(made), at, scope);
    } else if (said.opens("Column")) {
      const Node* column = said.calls.front();
      plan_.act(add_column(said.table("OnTable"), text_of(argument(*column, 0)), said.type_behind(column)), at, scope);
    } else {
      const std::string kind = said.opens("Schema")     ? "schema"
                               : said.opens("Index")    ? "index"
                               : said.opens("Sequence") ? "sequence"
                                                        : "constraint";
      plan_.act(create_other(kind, text_of(argument(*said.calls.front(), 0))), at, scope);
    }
    return true;
  }

  bool read_alter(const Sentence& said, const Node& at, const Scope& scope) {
    if (said.root != "Alter") return false;
    const bool one = said.opens("Column");
    const std::string table = one ? said.table("OnTable") : said.table("Table");
    for (const Node* call : said.calls) {
      const std::string column = text_of(argument(*call, 0));
      if (call->text == "AddColumn") plan_.act(add_column(table, column, said.type_behind(call)), at, scope);
      if (call->text != "AlterColumn" && !(one && call == said.calls.front())) continue;
      sql::Effect effect = alter_type(table, column, said.type_behind(call), "");
      effect.restated = true;
      plan_.act(std::move(effect), at, scope, Back::Cannot);
    }
    return true;
  }

  bool read_rename(const Sentence& said, const Node& at, const Scope& scope) {
    if (said.root != "Rename") return false;
    if (said.opens("Table")) plan_.act(rename_table(said.table("Table"), said.said("To")), at, scope);
    if (said.opens("Column"))
      plan_.act(rename_column(said.table("OnTable"), said.said("Column"), said.said("To")), at, scope);
    return true;
  }

  bool read_rows(const Sentence& said, const Node& at, const Scope& scope) {
    if (said.root == "Insert") return plan_.act(insert_rows(said.table("IntoTable")), at, scope, Back::Cannot), true;
    if (said.root != "Update") return false;
    const Node* where = said.call("Where");
    const Node* set = said.call("Set");
    const std::string bound =
        where == nullptr ? std::string() : std::string(plan_.text_at(where->bytes).substr(0, 200));
    std::vector<std::string> sets;
    for (std::size_t i = 0; set != nullptr && i < set->items.size(); ++i)
      sets.emplace_back(plan_.text_at(set->items[i].bytes));
    plan_.act(update_rows({said.table("Table"), bound}, std::move(sets), {}), at, scope, Back::Cannot);
    return true;
  }

  bool read_execute(const Sentence& said, const Node& at, const Scope& scope) {
    if (said.root != "Execute") return false;
    const Node* text = argument(*said.calls.front(), 0);
    if (said.opens("Sql") && text != nullptr) return plan_.run_sql(*text, scope), true;
    plan_.act(runs_code(said.calls.front()->text), at, scope, Back::Cannot);
    return true;
  }

  const Node& class_;
};

}  // namespace

void lower_fluent(Plan& plan, const code::Node& migration) {
  const Node* up = code::function_named(migration.body, "Up");
  const Node* down = code::function_named(migration.body, "Down");
  const auto derives = [&](std::string_view base) {
    return std::any_of(migration.items.begin(), migration.items.end(),
                       [&](const Node& item) { return item.text == base; });
  };
  Fluent fluent(plan, migration);
  if (up == nullptr) return;
  if (derives("AutoReversingMigration")) return fluent.run_both_ways(*up);
  fluent.run(*up, Direction::Up);
  if (derives("ForwardOnlyMigration")) {
    plan.procedure(0).reverse_expected = false;
  } else if (down != nullptr) {
    fluent.run(*down, Direction::Down);
  }
}

}  // namespace redtag::migration
