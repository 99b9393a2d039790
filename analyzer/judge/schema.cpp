// The published schema of a policy, from the same table that reads it.
#include <nlohmann/json.hpp>

#include "judge/defaults.h"
#include "judge/grammar.h"

namespace redtag {
namespace {

using Json = nlohmann::ordered_json;

Json list_or_one(const Json& item) { return {{"anyOf", Json::array({item, {{"type", "array"}, {"items", item}}})}}; }

/// A version like `0.2` is a number to YAML, and text to us.
Json text() { return {{"type", Json::array({"string", "number"})}, {"minLength", 1}}; }

Json words(const KeyView& key) {
  Json list = Json::array();
  for (const std::string_view word : key.words) list.push_back(word);
  return {{"enum", std::move(list)}};
}

Json mapping(std::span<const KeyView> keys);

/// Nested three levels at most: the table is ours.
Json value(const KeyView& key) {
  switch (key.kind) {
    case KeyKind::Word: return words(key);
    case KeyKind::Words: return list_or_one(words(key));
    case KeyKind::Text:
    case KeyKind::Glob: return text();
    case KeyKind::Texts:
    case KeyKind::Globs: return list_or_one(text());
    case KeyKind::Paths: return {{"type", "array"}, {"items", {{"type", "string"}, {"pattern", "^[^/]"}}}};
    case KeyKind::Number: return {{"type", "integer"}, {"minimum", key.least}, {"maximum", key.most}};
    case KeyKind::Date: return {{"type", "string"}, {"pattern", "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}};
    case KeyKind::Group: return mapping(key.parts);
    case KeyKind::Groups: return {{"type", "array"}, {"items", mapping(key.parts)}};
    case KeyKind::Named: {
      Json parts = mapping(key.parts);
      parts["type"] = Json::array({"object", "null"});
      return {{"type", "object"}, {"additionalProperties", std::move(parts)}};
    }
  }
  return {};
}

Json mapping(std::span<const KeyView> keys) {
  Json properties = Json::object(), required = Json::array();
  for (const KeyView& key : keys) {
    Json entry{{"description", key.sentence}};
    entry.update(value(key));
    properties[std::string(key.key)] = std::move(entry);
    if (key.needed == Needed::Required) required.push_back(key.key);
  }
  Json json{{"type", "object"}, {"additionalProperties", false}, {"properties", std::move(properties)}};
  if (!required.empty()) json["required"] = std::move(required);
  return json;
}

}  // namespace

std::string policy_schema() {
  Json schema{
      {"$schema", "https://json-schema.org/draft/2020-12/schema"},
      {"title", "A policy of redtag (.redtag.yaml)"},
      {"description", "Read from the tip of the target branch, never from the change. Lists extend the defaults."}};
  schema.update(mapping(policy_keys()));
  Json entries = Json::array();
  for (const std::string& entry : default_entries()) entries.push_back(entry);
  schema["properties"]["unset"] = {{"description", schema["properties"]["unset"]["description"]}};
  schema["properties"]["unset"].update(list_or_one({{"enum", std::move(entries)}}));
  return schema.dump(1) + "\n";
}

}  // namespace redtag
