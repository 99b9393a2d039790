#include "lower/program/calls.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "lower/migration/effects.h"

namespace redtag::program {

using code::argument;
using code::Kind;
using code::literal;
using code::Node;

namespace {

std::string_view word_of(code::Language language) {
  switch (language) {
    case code::Language::Ruby: return "ruby";
    case code::Language::Python: return "python";
    case code::Language::Php: return "php";
    case code::Language::Elixir: return "elixir";
    case code::Language::JavaScript:
    case code::Language::TypeScript: return "javascript";
    case code::Language::CSharp: return "csharp";
  }
  return {};
}

bool holds(const std::vector<std::string_view>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// The call or member of one of these names in the chain that ends with `node`, `node` left out.
const Node* link_named(const Node& node, const std::vector<std::string_view>& names) {
  for (const Node* at = &node; !at->on.empty(); at = &at->on.front()) {
    if (holds(names, at->on.front().text)) return &at->on.front();
  }
  return nullptr;
}

/// What a call is called on, in one word: `$this->redis`, `self.client`, `Redix`.
std::string owner_word(const Node& call) {
  if (!call.names.empty() && !call.on.empty() && call.body.empty())
    return call.names.front();  // Elixir's pipe into a module
  return call.on.empty() ? std::string() : call.on.front().text;
}

/// One of these words stands among the arguments of a call, as a key or as a value, however deep.
bool says(const Node& call, const std::vector<std::string_view>& words) {
  constexpr std::size_t most = 200;
  std::vector<const Node*> waiting;
  for (const Node& item : call.items) waiting.push_back(&item);
  for (std::size_t i = 0; i < waiting.size() && i < most; ++i) {
    if (holds(words, waiting[i]->text)) return true;
    for (const Node& item : waiting[i]->items) waiting.push_back(&item);
  }
  return false;
}

/// A mapping of conditions that names none.
bool is_empty_condition(const Node& node) {
  if (node.kind == Kind::Null) return true;
  if (node.kind != Kind::Map) return false;
  const Node* where = code::entry(node, "where");
  if (where != nullptr) return where->kind == Kind::Map && where->items.empty();
  return std::all_of(node.items.begin(), node.items.end(), [](const Node& item) {
    return item.kind == Kind::Pair && !item.items.empty() && item.items.front().kind == Kind::Bool;  // options
  });
}

}  // namespace

Calls::Calls(code::Language language, const FactTables& facts) : language_(language), facts_(facts) {
  for (const FactRowView& row : facts.rows("code", "class", "none")) no_models_ = split(row.value, '|');
  for (const FactRowView& row : facts.rows("code", "chain", "none")) whole_ = split(row.value, '|');
  for (const FactRowView& row : facts.rows("code", "refill", "none")) refill_ = split(row.value, '|');
}

bool Calls::is_model(std::string_view word) const {
  if (word.size() < 2 || word[0] < 'A' || word[0] > 'Z' || holds(no_models_, word)) return false;
  return std::any_of(word.begin(), word.end(), [](char c) { return c >= 'a' && c <= 'z'; });  // and no constant
}

/// The class that a chain starts from: `Shop::Order.where(…)`, `models.Order.objects`.
std::string Calls::model_of(const Node& chain) const {
  std::vector<const Node*> links;
  for (const Node* at = &chain;; at = &at->on.front()) {
    links.push_back(at);
    if (at->on.empty()) break;
  }
  std::string model;
  for (auto at = links.rbegin(); at != links.rend(); ++at) {
    const bool named = ((*at)->kind == Kind::Name || (*at)->kind == Kind::Member) && is_model((*at)->text);
    if (named) model = (*at)->text;
    if (!named && !model.empty()) break;
  }
  return model;
}

std::string Calls::table_named(std::string_view model) const {
  const bool plural =
      language_ == code::Language::Ruby || language_ == code::Language::Php || language_ == code::Language::Elixir;
  if (model.empty()) return {};
  return plural ? migration::table_of_model(model) : migration::snake_case(model);
}

bool Calls::fits(const Node& call, const FactRowView& row, const std::vector<std::string_view>& behind) const {
  const std::vector<std::string_view> words = split(row.path, ' ');
  if (words.size() < 2 || (words[0] != "*" && words[0] != word_of(language_))) return false;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string_view shape = words[i];
    if (shape == "any") continue;
    if (shape == "free" && (!call.on.empty() || argument(call, 0) == nullptr || !is_model(argument(call, 0)->text)))
      return false;
    if (shape == "class" && (call.on.empty() || model_of(call.on.front()).empty())) return false;
    if (i + 1 >= words.size()) continue;
    const std::vector<std::string_view> names = split(words[i + 1], '|');
    if (shape == "via" && link_named(call, names) == nullptr) return false;
    if (shape == "then" && std::none_of(names.begin(), names.end(), [&](auto name) { return holds(behind, name); }))
      return false;
    if (shape == "on") {
      const std::string owner = lower_ascii(owner_word(call));
      if (std::none_of(names.begin(), names.end(), [&](auto name) { return glob_match(name, owner); })) return false;
    }
    if (shape == "says" && !says(call, names)) return false;
    if (shape == "with") {
      const std::size_t equals = words[i + 1].find('=');
      const Node* option = code::keyword(call, words[i + 1].substr(0, equals));
      if (option == nullptr || option->text != words[i + 1].substr(equals + 1)) return false;
    }
  }
  return true;
}

/// A text, a class, or a list of them; empty for what is decided when it runs.
std::string Calls::target_of(const Node& call, std::string_view how) const {
  const auto named = [&](const Node* node) -> std::string {
    if (node == nullptr) return {};
    if (node->kind == Kind::List && !node->items.empty()) node = &node->items.front();
    if (node->kind == Kind::String) return std::string(literal(node));
    const std::string model = model_of(*node);
    return table_named(model);
  };
  const std::vector<std::string_view> words = split(how, ' ');
  if (how == "class") return call.on.empty() ? std::string() : table_named(model_of(call.on.front()));
  if (how == "owner")
    return owner_word(call) == "[]" && !call.on.front().items.empty()
               ? std::string(literal(&call.on.front().items.front()))
               : owner_word(call);
  if (how == "1") return named(argument(call, 0));
  if (words.size() == 2 && words[0] == "key") {
    const Node* value = code::keyword(call, words[1]);
    return named(value != nullptr ? value : argument(call, 0));
  }
  if (words.size() == 2 && words[0] == "before") {  // `$this->orderLine->newQuery()`
    const Node* link = link_named(call, split(words[1], '|'));
    std::string model = link == nullptr || link->on.empty() ? std::string() : link->on.front().text;
    if (!model.empty() && model[0] >= 'a' && model[0] <= 'z') model[0] = static_cast<char>(model[0] - 'a' + 'A');
    return table_named(model);
  }
  if (words.size() == 2 && words[0] == "in") {
    const std::vector<std::string_view> names = split(words[1], '|');
    for (const Node* at = &call; !at->on.empty(); at = &at->on.front()) {
      const Node& link = at->on.front();
      if (link.kind == Kind::Call && holds(names, link.text) && argument(link, 0) != nullptr)
        return named(argument(link, 0));
    }
  }
  return {};
}

/// Something in the chain, in the call's own arguments or behind it says which rows. What is not known to leave a query whole counts.
bool Calls::picks(const Node& call, const std::vector<std::string_view>& behind) const {
  for (const Node* at = &call; !at->on.empty(); at = &at->on.front()) {
    const Node& link = at->on.front();
    if (link.kind == Kind::Call && !holds(whole_, link.text)) return true;
    if (link.kind != Kind::Call && link.kind != Kind::Member && link.kind != Kind::Name) return true;
  }
  for (const std::string_view word : behind) {
    if (!holds(whole_, word)) return true;
  }
  return false;
}

namespace {

/// The source of Ecto's `delete_all`: a schema, a table's name, or a query that may pick rows.
struct Source {
  const Node* node = nullptr;
  bool picks = false;
};
Source source_of(const Node& call) {
  const bool piped = !call.names.empty() && !call.on.empty();
  Source source{piped ? &call.on.front() : argument(call, 0), false};
  for (unsigned depth = 0; source.node != nullptr && depth < 20; ++depth) {
    const Node& at = *source.node;
    if (at.kind == Kind::Operator && at.text == "in" && at.items.size() == 2) {
      source.node = &at.items[1];
    } else if (at.kind == Kind::Call && at.text == "from") {
      source.picks = source.picks || code::keyword(at, "where") != nullptr || code::keyword(at, "join") != nullptr ||
                     code::keyword(at, "limit") != nullptr;
      source.node = argument(at, 0);
    } else if (at.kind == Kind::Call) {
      source.picks = true;
      source.node = at.on.empty() ? argument(at, 0) : &at.on.front();
    } else {
      break;
    }
  }
  return source;
}

sql::Effect effect_for(std::string_view kind, const std::string& target, bool picks) {
  using namespace migration;
  if (kind == "rows") return delete_rows({target, picks ? "some rows" : ""});
  if (kind == "all rows") return truncate(target);
  if (kind == "table") return drop_table(target);
  if (kind == "undeclared columns") return drop_column("any table", "what no model declares");
  sql::Effect effect = drop_other(kind, target);
  effect.verb = Verb::Destroy;  // an index of a search engine holds what it finds
  effect.target = name_of(target);
  if (kind == "keyspace" && target.empty()) {
    effect.verb = Verb::Empty;
    effect.action = "flush";
    effect.target = name_of("all keys");
  }
  effect.unbounded = target.empty();
  return effect;
}

}  // namespace

namespace {

/// A call may take SQL or a shell's command by the same name.
bool reads_like_sql(std::string_view text) {
  const std::string start = lower_ascii(trim(text).substr(0, 16));
  constexpr std::array verbs = std::to_array<std::string_view>(
      {"alter ", "create ", "delete ", "drop ", "insert ", "replace ", "truncate ", "update ", "with "});
  return std::any_of(verbs.begin(), verbs.end(), [&](std::string_view verb) { return start.starts_with(verb); });
}

}  // namespace

std::optional<Loss> Calls::loss_of(const Node& call, const FactRowView& row,
                                   const std::vector<std::string_view>& behind) const {
  Loss loss;
  if (row.value == "sql") {
    for (const Node& item : call.items) {
      if (item.kind == Kind::String) loss.statement = &item;
      if (loss.statement != nullptr) break;
      if (item.kind != Kind::Name && item.kind != Kind::Member) return std::nullopt;  // a connection may stand first
    }
    const bool sql = loss.statement != nullptr && reads_like_sql(loss.statement->text);
    return sql ? std::optional(loss) : std::nullopt;
  }
  if (row.value == "shell") {
    const Node* command = argument(call, 0);
    if (command == nullptr || command->kind != Kind::String || command->text.find(' ') == std::string::npos)
      return std::nullopt;
    loss.command = command;
    return loss;
  }
  if (row.value == "redis") {
    for (const Node& item : call.items) {
      const Node* word = item.kind == Kind::List && !item.items.empty() ? &item.items.front() : &item;
      if (!lower_ascii(literal(word)).starts_with("flush")) continue;
      loss.effect = effect_for("keyspace", {}, false);
      return loss;
    }
    return std::nullopt;
  }
  bool picked = picks(call, behind);
  std::string target;
  if (row.value == "query") {
    const Source source = source_of(call);
    if (source.node == nullptr) return std::nullopt;
    const std::string model = model_of(*source.node);
    target = source.node->kind == Kind::String ? std::string(literal(source.node)) : table_named(model);
    loss.guessed = source.node->kind != Kind::String;
    picked = source.picks;
    if (target.empty()) return std::nullopt;  // a query made elsewhere
  } else {
    target = target_of(call, row.value);
    loss.guessed =
        row.value == "class" || row.value.starts_with("before ") || row.value == "owner" || row.value == "in query";
    const bool own = row.value == "class" || row.value == "owner" || row.value.starts_with("in ") ||
                     row.value.starts_with("before ");
    for (const Node& item : call.items) {
      if (own && item.kind != Kind::Pair && item.kind != Kind::Function && !is_empty_condition(item)) picked = true;
      // `destroy(where: …)`, and options that only say how.
      if (own && item.kind == Kind::Pair && item.text != "synchronize_session" && item.text != "force") picked = true;
    }
  }
  loss.effect = effect_for(row.condition, target, picked);
  return loss;
}

std::string Calls::filled_by(const Node& call) const {
  if (call.kind != Kind::Call || !holds(refill_, call.text)) return {};
  std::string model = call.on.empty() ? std::string() : model_of(call.on.front());
  for (std::size_t i = 0; model.empty() && i < call.items.size(); ++i) model = model_of(call.items[i]);
  return table_named(model);
}

std::optional<Loss> Calls::read(const Node& call, const std::vector<std::string_view>& behind) const {
  if (call.kind != Kind::Call || call.text.empty()) return std::nullopt;
  for (const FactRowView& row : facts_.rows("code", call.text)) {
    if ((row.effect != "destroys" && row.effect != "alias") || !fits(call, row, behind)) continue;
    if (std::optional<Loss> loss = loss_of(call, row, behind)) return loss;
  }
  return std::nullopt;
}

}  // namespace redtag::program
