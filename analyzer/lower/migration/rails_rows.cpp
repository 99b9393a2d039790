#include "lower/migration/rails_rows.h"

#include <algorithm>
#include <array>
#include <utility>

namespace redtag::migration {

namespace {

using code::argument;
using code::Kind;
using code::literal;
using code::Node;

constexpr std::array filters = std::to_array<std::string_view>(
    {"where", "not", "joins", "left_joins", "left_outer_joins", "having", "limit", "only_deleted", "includes"});

bool is_plain(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

bool is_constant(const Node& node) {
  return node.kind == Kind::Name && !node.text.empty() && node.text[0] >= 'A' && node.text[0] <= 'Z';
}

bool finds_one(std::string_view word) {
  constexpr std::array words = std::to_array<std::string_view>(
      {"find", "find_by", "find_by!", "find_sole_by", "first", "first!", "last", "last!", "sole", "take", "take!"});
  return std::binary_search(words.begin(), words.end(), word);
}

bool decides(const std::vector<Node>& nodes) {
  return std::any_of(nodes.begin(), nodes.end(), [](const Node& node) { return node.kind == Kind::If; });
}

/// `find_each(&:destroy)` and `each { |x| x.destroy }`.
bool destroys_each(const Node& call) {
  const auto destroys = [](std::string_view word) {
    return word == "destroy" || word == "destroy!" || word == "delete";
  };
  for (const Node& item : call.items) {
    for (const Node& part : item.items) {
      if (part.kind == Kind::String && destroys(part.text)) return true;
    }
  }
  return call.body.size() == 1 && call.body.front().kind == Kind::Call && destroys(call.body.front().text) &&
         call.body.front().on.size() == 1 && !call.names.empty() &&
         call.body.front().on.front().text == call.names.front();
}

/// A call in the chain that is none of ActiveRecord's own: a scope, which picks rows.
bool has_scope(const Node& call) {
  constexpr std::array all =
      std::to_array<std::string_view>({"all", "unscoped", "find_each", "each", "in_batches", "delete_all",
                                       "destroy_all", "update_all", "with_deleted", "order"});
  for (const Node* at = &call.on.front(); at->kind == Kind::Call; at = &at->on.front()) {
    if (std::find(all.begin(), all.end(), at->text) == all.end()) return true;
    if (at->on.empty()) break;
  }
  return false;
}

}  // namespace

RailsRows::RailsRows(Plan& plan, const Node& migration, Act act)
    : plan_(plan), class_(migration), act_(std::move(act)) {
  models_.read(migration.body, "self.table_name");
}

bool RailsRows::read_relation(const Node& call, const Scope& scope) {
  const bool deletes = call.text == "delete_all" || call.text == "destroy_all";
  const bool updates = call.text == "update_all";
  const bool each = call.text == "each" || call.text == "find_each" || call.text == "each_record";
  if (!deletes && !updates && !each) return false;
  const Node& model = code::origin(call);
  if (model.kind != Kind::Name || model.text.empty() || call.on.empty()) return false;
  const bool constant = model.text[0] >= 'A' && model.text[0] <= 'Z';
  if (each && records_.count(model.text) > 0) return bind_each(call), false;
  if (!constant) return false;
  if (each && !destroys_each(call)) return bind_each(call), false;
  const Models::Table table = models_.table_of(model_in(call), Naming::Plural);
  Scope inside = scope;
  inside.likely = scope.likely || table.guessed;
  Rows rows{table.name, filters_in(call, plan_, filters)};
  if (rows.predicate.empty() && has_scope(call)) rows.predicate = "a scope of the model";
  if (!updates) return act_(delete_rows(rows), call, inside, Back::Same), true;
  std::vector<std::string> sets, columns;
  for (const Node& item : call.items) {
    if (item.kind == Kind::Pair) columns.push_back(item.text);
    sets.emplace_back(plan_.text_at(item.bytes));
    if (const std::size_t equals = item.text.find('='); item.kind == Kind::String && equals != std::string::npos)
      columns.push_back(item.text.substr(0, item.text.find_first_of(" =")));
  }
  act_(update_rows(rows, std::move(sets), std::move(columns)), call, inside, Back::Same);
  return true;
}

/// `document = Document.find(id)`, `old = Order.where(…)`
void RailsRows::remember(const Node& assignment) {
  models_.assign(assignment);
  records_.erase(assignment.text);
  if (assignment.items.size() != 1) return;
  const Node& value = assignment.items.front();
  if (value.kind != Kind::Call || value.on.empty() || !is_constant(code::origin(value))) return;
  const std::string picked = filters_in(value, plan_, filters);
  const bool one = finds_one(value.text);
  if (one || !picked.empty())
    records_[assignment.text] = {models_.table_of(model_in(value), Naming::Plural), one ? "one record" : picked};
}

/// `Order.where(…).find_each do |order|`: what is done to `order` is done to what the query finds.
void RailsRows::bind_each(const Node& call) {
  if (call.names.empty()) return;
  if (const auto held = records_.find(code::origin(call).text); held != records_.end()) {
    records_[call.names.front()] = held->second;
    return;
  }
  std::string picked = filters_in(call, plan_, filters);
  if (picked.empty() && (has_scope(call) || decides(call.body))) picked = "some of them";
  records_[call.names.front()] = {models_.table_of(model_in(call), Naming::Plural), picked};
}

/// `order.destroy!`, `order.lines.destroy_all`, `Order.find_by(…).destroy!`
bool RailsRows::read_record(const Node& call, const Scope& scope) {
  constexpr std::array words = std::to_array<std::string_view>(
      {"delete", "delete_all", "delete_by", "destroy", "destroy!", "destroy_all", "destroy_by", "really_destroy!"});
  if (call.kind != Kind::Call || call.on.size() != 1) return false;
  if (!std::binary_search(words.begin(), words.end(), call.text)) return rewrite_record(call, scope);
  const Node& owner = call.on.front();
  const Node& start = code::origin(call);
  const auto record = records_.find(start.text);
  Models::Table table;
  std::string picked = "one record";
  // `Order.delete([1, 2])`, `Order.destroy(id)`
  const bool by_key = is_constant(owner) && !call.items.empty() && owner.text != "File" && owner.text != "FileUtils" &&
                      owner.text != "Dir";
  if (by_key || (is_constant(start) && owner.kind == Kind::Call && finds_one(owner.text))) {
    table = models_.table_of(model_in(call), Naming::Plural);
  } else if (start.kind == Kind::Name && record != records_.end()) {
    table = record->second.table;
    if (&owner == &start) {
      picked = record->second.picked;
    } else {
      const Node* link = &owner;
      while (!link->on.front().on.empty()) link = &link->on.front();
      picked = "of one of " + table.name;
      table = {call.text.ends_with("_all") ? link->text : table_of_model(link->text), true};
    }
  } else {
    return false;
  }
  Scope inside = scope;
  inside.likely = scope.likely || table.guessed;
  act_(delete_rows({table.name, picked}), call, inside, Back::Same);
  return true;
}

/// `user.update_columns(email: user.email.downcase)` for each: the old value is what the new one is made of, and is gone.
bool RailsRows::rewrite_record(const Node& call, const Scope& scope) {
  const Node& owner = call.on.front();
  const auto record = records_.find(owner.text);
  if (!call.text.starts_with("update") || owner.kind != Kind::Name || record == records_.end()) return false;
  std::vector<std::string> sets, columns;
  const auto assign = [&](const std::string& column, const Node& given) {
    const std::string value(plan_.text_at(given.bytes)), own = owner.text + '.';
    if (value.starts_with(own) && is_plain(value.substr(own.size()))) {
      if (!record->second.picked.empty()) return;
      sql::Effect copy = copy_rows(record->second.table.name, record->second.table.name);
      copy.action = "update-self";
      copy.words = {value.substr(own.size())};
      act_(std::move(copy), call, scope, Back::Skipped);
    } else if (value.find(own + column + '.') != std::string::npos) {
      sets.push_back(column + " = " + value);
      columns.push_back(column);
    }
  };
  for (const Node& item : call.items) {
    if (item.kind == Kind::Pair && !item.items.empty()) assign(item.text, item.items.front());
  }
  const bool single = call.text == "update_column" || call.text == "update_attribute";
  if (single && argument(call, 1) != nullptr) assign(std::string(literal(argument(call, 0))), *argument(call, 1));
  if (sets.empty()) return false;
  Scope inside = scope;
  inside.likely = scope.likely || record->second.table.guessed;
  act_(update_rows({record->second.table.name, record->second.picked}, std::move(sets), std::move(columns)), call,
       inside, Back::Same);
  return true;
}

/// `ActiveStorage::Blob.unscoped…` → `ActiveStorageBlob`: generators put a module's name in front of its tables' names. A class of
/// the migration's own stands alone.
std::string RailsRows::model_in(const Node& call) const {
  std::string model;
  for (const Node* at = &call;; at = &at->on.front()) {
    const bool constant = at->kind != Kind::Call && !at->text.empty() && at->text[0] >= 'A' && at->text[0] <= 'Z';
    if (!constant) model.clear();
    const bool own = constant && at->on.empty() && !model.empty() && at->text == class_.text;
    if (constant && !own) model.insert(0, at->text);
    if (at->on.empty()) return model;
  }
}

}  // namespace redtag::migration
