#include "lower/migration/queries.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace redtag::migration {

namespace {

using code::argument;
using code::Kind;
using code::literal;
using code::Node;

constexpr unsigned deepest = 4;

constexpr std::array picking =
    std::to_array<std::string_view>({"filter", "exclude", "where", "get", "in_bulk", "filter_by", "join"});

std::string joined(const std::string& first, const std::string& second) {
  return first.empty() ? second : second.empty() ? first : first + ' ' + second;
}

}  // namespace

const Node* PythonQueries::constant(const Node& root, std::string_view name) {
  for (const Node& statement : root.body) {
    if (statement.kind != Kind::Assign || statement.text != name || statement.items.empty()) continue;
    const Node& value = statement.items.front();
    return value.kind == Kind::String ? &value : nullptr;
  }
  return nullptr;
}

/// `apps.get_model('dcim', 'Device')`, `Device.objects.filter(…)`, or a variable that holds one of them.
bool PythonQueries::find_query(const Node& chain, Query& query) const {
  const std::string filters = filters_in(chain, plan_, picking);
  if (const Node* lookup = code::in_chain(chain, "get_model")) {
    const std::string_view first = literal(argument(*lookup, 0)), second = literal(argument(*lookup, 1));
    if (second.empty() && first.find('.') != std::string_view::npos) {
      query.table = lower_ascii(first);
      query.table[query.table.find('.')] = '_';
    } else {
      query.table = first.empty() || second.empty() ? std::string() : lower_ascii(first) + '_' + lower_ascii(second);
    }
    query.filters = filters;
    return true;
  }
  const Node& start = code::origin(chain);
  const auto known = queries_.find(start.text);
  if (start.kind == Kind::Name && known != queries_.end()) {
    query = known->second;
    query.filters = joined(known->second.filters, filters);
    return true;
  }
  if (const Node* asked = code::in_chain(chain, "query"); asked != nullptr && argument(*asked, 0) != nullptr) {
    const auto model = queries_.find(argument(*asked, 0)->text);  // session.query(User)
    query = model != queries_.end() ? Query{model->second.table, filters, model->second.guessed}
                                    : Query{lower_ascii(argument(*asked, 0)->text), filters, true};
    return !query.table.empty();
  }
  // A model that the file imports, or a table of SQLAlchemy's: `tables.user.delete()`, `User.objects`.
  for (const Node* at = &chain; !at->on.empty(); at = &at->on.front()) {
    const Node& owner = at->on.front();
    if (at->text == "objects" || at->text == "_default_manager" || at->text == "_base_manager" ||
        at->text == "all_objects") {
      query = {lower_ascii(owner.text), filters, true};
      return true;
    }
    if (owner.kind == Kind::Member && owner.on.size() == 1 && owner.on.front().text == "tables") {
      query = {owner.text, filters, false};
      return true;
    }
  }
  return false;
}

void PythonQueries::remember(const Node& assignment) {
  if (assignment.items.size() != 1) return;
  const Node& value = assignment.items.front();
  Query query;
  // `users = sa.table('users', …)` and `sa.Table('users', metadata, …)`.
  if (value.kind == Kind::Call && (value.text == "table" || value.text == "Table") &&
      !literal(argument(value, 0)).empty()) {
    queries_[assignment.text] = {std::string(literal(argument(value, 0))), {}, false};
  } else if ((value.kind == Kind::Call || value.kind == Kind::Member || value.kind == Kind::Name) &&
             find_query(value, query)) {
    queries_[assignment.text] = query;
  }
}

namespace {

/// `users.delete().where(…)`, `update(users).where(…).values(…)`, `Model.delete().where(…).execute()`: what is done stands inside of
/// the chain, and what bounds it behind. The node itself where it is the act; nullptr where there is none.
const Node* act_in(const Node& call) {
  constexpr std::array acts = std::to_array<std::string_view>({"delete", "_raw_delete", "update"});
  constexpr std::array behind =
      std::to_array<std::string_view>({"where", "values", "returning", "execution_options", "filter", "execute"});
  const auto is = [&](const auto& words) { return std::find(words.begin(), words.end(), call.text) != words.end(); };
  if (is(acts)) return &call;
  if (!is(behind) || call.on.empty() || (call.text == "execute" && !call.items.empty())) return nullptr;
  for (const std::string_view act : acts) {
    if (const Node* found = code::in_chain(call.on.front(), act)) return found;
  }
  return nullptr;
}

/// The assignments of an update: keyword arguments and dictionaries, of the call itself and of `values(…)` behind it.
struct Sets {
  std::vector<std::string> texts;
  std::vector<std::string> columns;
};
Sets sets_in(const Node& act, const Node& whole, const Plan& plan) {
  std::vector<const Node*> pairs;
  for (const Node* source : {&act, code::in_chain(whole, "values")}) {
    if (source == nullptr) continue;
    for (const Node& item : source->items) {
      if (item.kind == Kind::Pair) pairs.push_back(&item);
      if (item.kind != Kind::Map) continue;
      for (const Node& entry : item.items) pairs.push_back(&entry);
    }
  }
  Sets sets;
  for (const Node* pair : pairs) {
    if (pair->kind != Kind::Pair || pair->items.empty() || pair->text == "synchronize_session") continue;
    const Node& value = pair->items.front();
    sets.texts.push_back(pair->text + " = " +
                         (value.kind == Kind::Null ? "null" : std::string(plan.text_at(value.bytes))));
    sets.columns.push_back(pair->text);
  }
  return sets;
}

}  // namespace

bool PythonQueries::change_rows(const Node& call, const Scope& scope) {
  const Node* act = act_in(call);
  if (act == nullptr) return false;
  Query query;
  const Node* target = act->on.empty() ? argument(*act, 0) : act;  // sa.delete(users), delete(users)
  if (target != nullptr && act->on.size() == 1 && act->on.front().kind == Kind::Name && argument(*act, 0) != nullptr) {
    Query argued;  // sa.delete(users): the module is no table
    if (find_query(*argument(*act, 0), argued)) target = argument(*act, 0);
  }
  if (target == nullptr) return false;
  if (!find_query(*target, query)) {
    const Node& model = code::origin(*act);
    const bool peewee = call.text == "execute" && model.kind == Kind::Name && !model.text.empty() &&
                        model.text[0] >= 'A' && model.text[0] <= 'Z';
    if (!peewee) return false;
    query = {lower_ascii(model.text), {}, true};
  }
  if (&call != act) {
    const std::string whole = filters_in(call, plan_, picking);
    if (whole.size() > query.filters.size()) query.filters = whole;
  }
  Scope inside = scope;
  inside.likely = scope.likely || query.guessed;
  const Rows rows{query.table, query.filters};
  if (act->text != "update") {
    plan_.act(delete_rows(rows), call, inside, Back::Skipped);
    return true;
  }
  Sets sets = sets_in(*act, call, plan_);
  plan_.act(update_rows(rows, std::move(sets.texts), std::move(sets.columns)), call, inside, Back::Skipped);
  return true;
}

/// `for x in query: x.delete()` deletes what the query finds.
bool PythonQueries::change_each(const Node& loop, const Scope& scope) {
  if (loop.items.size() != 1 || loop.names.size() != 1) return false;
  Query query;
  if (!find_query(loop.items.front(), query)) return false;
  const bool some =
      std::any_of(loop.body.begin(), loop.body.end(), [](const Node& node) { return node.kind == Kind::If; });
  queries_[loop.names.front()] = {query.table, some ? joined(query.filters, "some of them") : query.filters,
                                  query.guessed};
  (void)scope;
  return true;
}

/// Tables and models that stand at the top of the file: `orders = sa.table('orders', …)`, `class User(Base): __tablename__ = 'users'`.
void PythonQueries::learn(const Node& root) {
  if (learned_) return;
  learned_ = true;
  for (const Node& node : root.body) {
    if (node.kind == Kind::Assign) remember(node);
    if (node.kind != Kind::Class) continue;
    for (const Node& statement : node.body) {
      const bool says =
          statement.kind == Kind::Assign && statement.text == "__tablename__" && statement.items.size() == 1;
      const std::string table(says ? literal(&statement.items.front()) : std::string_view());
      if (!table.empty()) queries_[node.text] = {table, {}, false};
    }
  }
}

/// `schema_editor.delete_model(Order)`, `schema_editor.remove_field(Order, Order._meta.get_field('note'))`.
bool PythonQueries::edit_schema(const Node& call, const Scope& scope) {
  const Node* model = argument(call, 0);
  Query query;
  if (model == nullptr || (call.text != "delete_model" && call.text != "remove_field")) return false;
  if (!find_query(*model, query)) query = {lower_ascii(model->text), {}, true};
  Scope inside = scope;
  inside.likely = scope.likely || query.guessed;
  if (call.text == "delete_model") {
    plan_.act(drop_table(query.table), call, inside, Back::Skipped);
    return true;
  }
  const Node* field = argument(call, 1);
  const Node* named = field == nullptr ? nullptr : code::in_chain(*field, "get_field");
  plan_.act(drop_column(query.table, named == nullptr ? std::string_view() : literal(argument(*named, 0))), call,
            inside, Back::Skipped);
  return true;
}

bool PythonQueries::read(const Node& root, const Node& node, const Scope& scope) {
  learn(root);
  if (plan_.refuse(node, scope, Back::Skipped)) return true;
  if (node.kind == Kind::Assign) return remember(node), false;
  if (node.kind != Kind::Call) return false;
  if (node.text == "execute" || node.text == "exec_driver_sql" || node.text == "executescript") {
    const Node* statement = argument(node, 0);
    if (statement == nullptr) return false;
    if (statement->kind == Kind::Call && statement->text == "text" && argument(*statement, 0) != nullptr)
      statement = argument(*statement, 0);
    if (statement->kind == Kind::Name) {
      const Node* value = constant(root, statement->text);
      if (value == nullptr) return plan_.run_sql(*statement, scope, Back::Skipped), true;
      statement = value;
    }
    if (statement->kind != Kind::String) return false;  // a statement built by calls is read where it is built
    plan_.run_sql(*statement, scope, Back::Skipped);
    return true;
  }
  return edit_schema(node, scope) || change_rows(node, scope);
}

void PythonQueries::follow(const Node& root, const Node& function, const Scope& scope) {
  learn(root);
  // Variables come before what uses them in every loop and branch, so one pass in order suffices.
  const std::function<void(const std::vector<Node>&)> loops = [&](const std::vector<Node>& nodes) {
    for (const Node& node : nodes) {
      if (node.kind == Kind::Assign) remember(node);
      if (node.kind == Kind::Loop) change_each(node, scope);
      loops(node.body);
    }
  };
  loops(function.body);
  walk(function.body, scope, [&](const Node& node, const Scope& in) {
    if (read(root, node, in) || plan_.read_store(node, in)) return true;
    if (node.kind != Kind::Call || !node.on.empty() || in.depth >= deepest) return false;
    const Node* own = code::function_named(root.body, node.text);
    if (own == nullptr || own == &function) return false;
    Scope inside = in;
    ++inside.depth;
    follow(root, *own, inside);
    return true;
  });
}

}  // namespace redtag::migration
