#include "lower/program/relations.h"

#include <algorithm>
#include <array>

#include "base/limits.h"
#include "base/text.h"

namespace redtag::program {

namespace {

using code::keyword;
using code::Kind;
using code::literal;
using code::Node;

constexpr unsigned deepest = 3;  // classes in classes and in modules

/// The last word of `models.CASCADE`, `:destroy`, `"all, delete-orphan"`.
std::string rule_of(const Node* given) {
  if (given == nullptr) return {};
  const Node& value = given->kind == Kind::Call && !given->items.empty() ? given->items.front() : *given;
  return value.text;
}

bool takes_along(std::string_view rule) {
  constexpr std::array words = std::to_array<std::string_view>(
      {"all, delete", "all, delete-orphan", "cascade", "delete", "delete_all", "destroy", "destroy_async"});
  return std::binary_search(words.begin(), words.end(), lower_ascii(rule));
}

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

void read(const std::vector<Node>& body, const std::string& model, unsigned depth, std::vector<Relation>& found) {
  for (const Node& node : body) {
    if (found.size() >= limits::entities_per_file) return;
    if (node.kind == Kind::Class && depth < deepest) {
      read(node.body, node.text, depth + 1, found);
    } else if (node.kind == Kind::Block && depth < deepest) {
      read(node.body, model, depth + 1, found);
    } else if (model.empty()) {
      continue;
    } else if (node.kind == Kind::Call && node.on.empty() && is_one_of(node.text, {"has_many", "has_one"})) {
      const Node* name = code::argument(node, 0);
      if (!literal(name).empty())
        found.push_back({&node, relation(model, literal(name), rule_of(keyword(node, "dependent")))});
    } else if (node.kind == Kind::Assign && node.items.size() == 1 && node.items.front().kind == Kind::Call) {
      const Node& call = node.items.front();
      if (is_one_of(call.text, {"ForeignKey", "OneToOneField", "ParentalKey"}) && keyword(call, "on_delete") != nullptr)
        found.push_back({&call, relation(model, node.text, rule_of(keyword(call, "on_delete")))});
      if (call.text == "relationship")
        found.push_back({&call, relation(model, node.text, rule_of(keyword(call, "cascade")))});
    }
  }
}

}  // namespace

sql::Effect relation(std::string_view model, std::string_view field, std::string_view rule) {
  sql::Effect effect;
  effect.verb = Verb::Alter;
  effect.action = "cascade-in-model";
  effect.object = "constraint";
  effect.target.parts = {std::string(model), std::string(field)};
  const bool along = takes_along(rule);
  effect.arming = along ? Arming::Armed : Arming::Disarmed;
  effect.arguments = {along ? "its rows go along" : "its rows stay, or stop the delete"};
  return effect;
}

std::vector<Relation> relations_in(const Node& root) {
  std::vector<Relation> found;
  read(root.body, {}, 0, found);
  return found;
}

}  // namespace redtag::program
