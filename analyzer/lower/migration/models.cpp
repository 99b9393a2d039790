#include "lower/migration/models.h"

#include "lower/migration/effects.h"

namespace redtag::migration {

void Models::read(const std::vector<code::Node>& nodes, std::string_view attribute) {
  for (const code::Node& node : nodes) {
    if (node.kind != code::Kind::Class) continue;
    for (const code::Node& statement : node.body) {
      const bool says = statement.kind == code::Kind::Assign && statement.text == attribute && !statement.items.empty();
      if (says) said_[node.text] = std::string(code::literal(&statement.items.front()));
    }
    read(node.body, attribute);
  }
}

void Models::assign(const code::Node& assignment) {
  if (assignment.items.size() != 1) return;
  const code::Node& value = assignment.items.front();
  if (value.kind == code::Kind::Name) {
    if (const auto said = said_.find(value.text); said != said_.end()) said_[assignment.text] = said->second;
  }
}

Models::Table Models::table_of(std::string_view name, Naming naming) const {
  const auto said = said_.find(std::string(name));
  if (said != said_.end()) return {said->second, said->second.empty()};
  return {naming == Naming::Plural ? table_of_model(name) : std::string(name), true};
}

std::string Models::bound(std::string_view variable) const {
  const auto found = bound_.find(std::string(variable));
  return found == bound_.end() ? std::string() : found->second;
}

}  // namespace redtag::migration
