#include "lower/migration/node_words.h"

#include <array>

namespace redtag::migration {

using code::argument;
using code::Kind;
using code::literal;
using code::Node;

namespace {

struct NamedType {
  std::string_view script;
  std::string_view sql;
};
// Knex's and Kysely's methods, Sequelize's constants; other words are SQL's own.
constexpr std::array named_types = std::to_array<NamedType>({
    {"BIGINT", "bigint"},
    {"BOOLEAN", "boolean"},
    {"DATE", "timestamptz"},
    {"DATEONLY", "date"},
    {"DOUBLE", "double precision"},
    {"FLOAT", "real"},
    {"INTEGER", "integer"},
    {"JSON", "json"},
    {"JSONB", "jsonb"},
    {"SMALLINT", "smallint"},
    {"STRING", "varchar"},
    {"TEXT", "text"},
    {"UUID", "uuid"},
    {"bigInteger", "bigint"},
    {"bigint", "bigint"},
    {"binary", "bytea"},
    {"boolean", "boolean"},
    {"date", "date"},
    {"dateTime", "timestamptz"},
    {"datetime", "timestamptz"},
    {"decimal", "numeric"},
    {"double", "double precision"},
    {"enu", "enum"},
    {"enum", "enum"},
    {"float", "real"},
    {"increments", "integer"},
    {"integer", "integer"},
    {"json", "json"},
    {"jsonb", "jsonb"},
    {"smallint", "smallint"},
    {"specificType", ""},
    {"string", "varchar"},
    {"text", "text"},
    {"time", "time"},
    {"timestamp", "timestamptz"},
    {"tinyint", "smallint"},
    {"uuid", "uuid"},
});

const NamedType* named_type(std::string_view word) {
  const auto known =
      std::find_if(named_types.begin(), named_types.end(), [&](const NamedType& row) { return row.script == word; });
  return known == named_types.end() ? nullptr : &*known;
}

}  // namespace

bool names_type(std::string_view word) { return named_type(word) != nullptr; }

std::string name_at(const Node& call, std::size_t index) {
  const Node* node = argument(call, index);
  if (node == nullptr) return {};
  if (node->kind == Kind::Call && argument(*node, 0) != nullptr) node = argument(*node, 0);
  if (node->kind != Kind::Map) return std::string(literal(node));
  const Node* name = code::entry(*node, "name");
  if (name == nullptr) name = code::entry(*node, "tableName");
  const std::string_view schema = literal(code::entry(*node, "schema"));
  return schema.empty() ? std::string(literal(name)) : std::string(schema) + '.' + std::string(literal(name));
}

std::string type_of(const Node* node) {
  if (node == nullptr) return {};
  if (node->kind == Kind::Call && argument(*node, 0) != nullptr && argument(*node, 0)->kind == Kind::Map)
    node = argument(*node, 0);
  if (node->kind == Kind::Map) {
    std::string type = type_of(code::entry(*node, "type"));
    const Node* length = code::entry(*node, "length");
    if (length != nullptr && type.find('(') == std::string::npos) type += '(' + length->text + ')';
    return type;
  }
  if (node->kind == Kind::String) return node->text;
  const NamedType* known = named_type(node->text);
  if (known == nullptr) return {};
  std::string type(known->sql);
  if (type == "varchar") {
    const Node* size = node->kind == Kind::Call ? argument(*node, 0) : nullptr;
    return "varchar(" + (size != nullptr && size->kind == Kind::Number ? size->text : std::string("255")) + ')';
  }
  return type;
}

const Node* default_in(const Node* node) {
  if (node != nullptr && node->kind == Kind::Call) node = code::argument(*node, 0);  // `new TableColumn({ … })`
  if (node == nullptr || node->kind != Kind::Map) return nullptr;
  const Node* given = code::entry(*node, "defaultValue");
  return given == nullptr ? code::entry(*node, "default") : given;
}

Node with_names(const Node& statement, const Node& bindings) {
  Node named = statement;
  named.text.clear();
  named.map.clear();
  std::size_t next = 0;
  for (std::size_t i = 0; i < statement.text.size(); ++i) {
    const std::uint32_t at = i < statement.map.size() ? statement.map[i] : statement.bytes.begin;
    std::string part(1, statement.text[i]);
    if (statement.text[i] == '?') {
      const bool name = i + 1 < statement.text.size() && statement.text[i + 1] == '?';
      const std::size_t given = next++;
      if (name) {
        const bool single = bindings.kind != Kind::List && given == 0;
        const Node* value = single ? &bindings : given < bindings.items.size() ? &bindings.items[given] : nullptr;
        part = literal(value).empty() ? "${name}" : std::string(literal(value));
        ++i;
      }
    }
    named.text += part;
    named.map.insert(named.map.end(), part.size(), at);
  }
  named.map.push_back(statement.bytes.end);
  return named;
}

}  // namespace redtag::migration
