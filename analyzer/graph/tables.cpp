#include "graph/tables.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"

namespace redtag {

namespace {

constexpr std::size_t most_tables = 20'000;

NodeKind kind_of_object(std::string_view object) { return object == "index" ? NodeKind::Setting : NodeKind::Thing; }

bool has_node(std::string_view object) {
  return object == "table" || object == "column" || object == "view" || object == "materialized view" ||
         object == "index" || object == "collection" || object == "schema" || object == "type";
}

std::string_view last_part(std::string_view name) { return name.substr(name.rfind('.') + 1); }
std::string_view table_of_column(std::string_view column) { return column.substr(0, column.rfind('.')); }

std::string camel(std::string_view snake, bool upper) {
  std::string out;
  for (const char c : snake) {
    if (c == '_') {
      upper = true;
      continue;
    }
    out += upper && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    upper = false;
  }
  return out;
}

std::string singular(std::string_view word) {
  const auto cut = [&](std::size_t count) { return std::string(word.substr(0, word.size() - count)); };
  if (word.ends_with("people")) return cut(6) + "person";
  if (word.ends_with("ies") && word.size() > 4) return cut(3) + "y";
  for (const std::string_view tail : {"sses", "xes", "ches", "shes", "zes"}) {
    if (word.ends_with(tail)) return cut(2);
  }
  return word.ends_with("s") && !word.ends_with("ss") && word.size() > 2 ? cut(1) : std::string(word);
}

/// How surely a program's words speak of a table; nullopt if they do not.
struct Spoken {
  Certainty certainty;
  std::string word;
};

class Reader {
 public:
  explicit Reader(const Model& model) : model_(model) {}

  Tables read() {
    for (const Operation& operation : model_.operations) {
      if (operation.target.known() && has_node(operation.object) && goes_up(operation)) add(operation);
    }
    for (const Operation& operation : model_.operations) {
      if (operation.action == "refers" && operation.target.known() && goes_up(operation)) refer(operation);
    }
    for (const Operation& operation : model_.operations) {
      if (operation.verb == Verb::Create && operation.target.known() && goes_up(operation)) hold(operation);
    }
    for (const Procedure& procedure : model_.procedures) speak(procedure);
    for (auto& [address, node] : nodes_) result_.nodes.push_back(std::move(node));
    return std::move(result_);
  }

 private:
  [[nodiscard]] bool goes_up(const Operation& operation) const {
    if (!operation.procedure.valid()) return true;
    const Direction direction = model_.procedures[operation.procedure.value].direction;
    return direction != Direction::Down && direction != Direction::CleanUp;
  }

  void add(const Operation& operation) {
    const std::string& address = operation.target.text;
    const bool makes = operation.verb == Verb::Create;
    // A column of a table that is made here is a column; a temporary table is none that anybody else uses.
    const bool passing = operation.harmless_target && (!makes || operation.object != "column");
    if (address.empty() || passing || nodes_.size() >= most_tables) return;
    const auto [at, fresh] = nodes_.try_emplace(address);
    if (!fresh && (!makes || made_.count(address) > 0)) return;
    if (makes) made_.insert(address);
    at->second = {kind_of_object(operation.object),
                  operation.stack,
                  operation.object,
                  std::string(last_part(address)),
                  address,
                  {},
                  {},
                  operation.region};
  }

  void refer(const Operation& operation) {
    for (const Value& argument : operation.arguments) {
      if (!argument.text.starts_with("to ")) continue;
      const std::string used = argument.text.substr(3);
      const std::string user(nodes_.count(operation.target.text) > 0 ? std::string_view(operation.target.text)
                                                                     : table_of_column(operation.target.text));
      result_.uses.push_back({user, used, Link::Reference, operation.certainty, operation.object, operation.region});
    }
  }

  /// A schema holds its tables, and a column is of a type that somebody made: what goes with CASCADE.
  void hold(const Operation& operation) {
    const std::string& address = operation.target.text;
    if (nodes_.count(address) == 0) return;
    const auto is = [&](const std::string& name, std::string_view type) {
      const auto found = nodes_.find(name);
      return found != nodes_.end() && found->second.type == type;
    };
    const std::string schema = address.substr(0, address.find('.'));
    if (operation.object != "column" && schema != address && is(schema, "schema"))
      result_.uses.push_back({address, schema, Link::Reference, operation.certainty, "in it", operation.region});
    for (const Value& argument : operation.arguments) {
      if (!argument.text.starts_with("has ")) continue;
      const std::string type = argument.text.substr(std::min(argument.text.find(' ', 4), argument.text.size() - 1) + 1);
      if (is(type, "type"))
        result_.uses.push_back({address, type, Link::Reference, operation.certainty, "of that type", operation.region});
    }
  }

  void speak(const Procedure& procedure) {
    std::map<std::string_view, Region> words;
    for (const Reference& reference : procedure.references) {
      if (reference.through == plain_word) words.emplace(reference.target, reference.region);
    }
    if (words.empty()) return;
    std::map<std::string_view, std::optional<Spoken>> tables;
    const auto spoken = [&](std::string_view table) -> const std::optional<Spoken>& {
      const auto [at, fresh] = tables.try_emplace(table);
      if (fresh) at->second = speaks_of(table, words);
      return at->second;
    };
    for (const auto& [address, node] : nodes_) {
      if (node.type == "index" || node.type == "schema" || node.type == "type") continue;
      if (node.type != "column") {
        if (const auto& one = spoken(address)) use(procedure, address, one->certainty, one->word, words.at(one->word));
        continue;
      }
      const auto here = words.find(node.name);
      if (here == words.end()) continue;
      const auto& one = spoken(table_of_column(address));
      if (one) {
        use(procedure, address, Certainty::Likely, node.name, here->second);
      } else if (is_distinctive(node.name)) {
        use(procedure, address, Certainty::Partial, node.name, here->second);
      }
    }
  }
  void use(const Procedure& procedure, const std::string& used, Certainty certainty, std::string_view word,
           const Region& region) {
    result_.uses.push_back({procedure.address, used, Link::Name, certainty, std::string(word), region});
  }

  static std::optional<Spoken> speaks_of(std::string_view address, const std::map<std::string_view, Region>& words) {
    std::optional<Spoken> weak;
    for (const std::string& form : forms_of_table(last_part(address))) {
      const auto found = words.find(form);
      if (found == words.end()) continue;
      const bool of_class = form[0] >= 'A' && form[0] <= 'Z' && form.size() > 3;
      if (of_class || is_distinctive(form)) return Spoken{Certainty::Likely, std::string(found->first)};
      if (!weak) weak = Spoken{Certainty::Partial, std::string(found->first)};
    }
    return weak;
  }

  const Model& model_;
  Tables result_;
  std::map<std::string, GraphNode> nodes_;
  std::set<std::string> made_;
};

}  // namespace

std::vector<std::string> forms_of_table(std::string_view table) {
  const std::string one = singular(table);
  std::vector<std::string> forms{std::string(table)};
  const auto add = [&](std::string form) {
    if (!form.empty() && std::find(forms.begin(), forms.end(), form) == forms.end()) forms.push_back(std::move(form));
  };
  add(camel(one, true));
  add(camel(table, true));
  add(one);
  add(camel(one, false));
  add(camel(table, false));
  // Prisma's client calls the model User `user`.
  if (!one.empty() && one[0] >= 'A' && one[0] <= 'Z') {
    add(lower_ascii(one.substr(0, 1)) + one.substr(1));
    add(lower_ascii(table.substr(0, 1)) + std::string(table.substr(1)));
  }
  // Django puts the application in front: `shop_order` is the model Order.
  const std::size_t cut = table.find('_');
  if (cut != std::string_view::npos && cut + 4 < table.size()) add(camel(table.substr(cut + 1), true));
  return forms;
}

Tables tables_of(const Model& model) { return Reader(model).read(); }

}  // namespace redtag
