// Small models for the tests of delta/.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "delta/delta.h"

namespace redtag::testing {

inline Entry attribute(std::string key, Value value) { return {std::move(key), std::move(value), {}}; }

inline Value block(std::vector<Entry> entries) {
  Value value;
  value.presence = Presence::Known;
  value.shape = Shape::Block;
  value.entries = std::move(entries);
  return value;
}

inline Value list(const std::vector<std::string>& texts) {
  Value value;
  value.presence = Presence::Known;
  value.shape = Shape::List;
  for (const std::string& text : texts) value.items.push_back(known_string(text));
  return value;
}

inline Resource resource(std::string type, std::string name, std::vector<Entry> attributes, std::string scope = "") {
  Resource made;
  made.stack = Stack::Terraform;
  made.address = (scope.empty() ? "" : scope + ":") + type + "." + name;
  made.type = std::move(type);
  made.name = std::move(name);
  made.scope = std::move(scope);
  made.attributes = std::move(attributes);
  made.header = made.region = {FileId{0}, Side::Before, {0, 1}};
  return made;
}

inline Resource directive(Declares declares, std::vector<Entry> attributes, std::string scope = "") {
  Resource made = resource("moved", "", std::move(attributes), std::move(scope));
  made.declares = declares;
  return made;
}

inline FactTables table(const std::string& rows) {
  FactTables facts = FactTables::empty();
  if (!rows.empty() && !facts.add("test", rows)) std::abort();
  return facts;
}

/// The fates of all resources, as `address fate`.
inline std::vector<std::string> fates(const Delta& delta, const Sides& sides) {
  std::vector<std::string> found;
  for (const ResourceChange& change : delta.resources) {
    const Resource& named =
        change.before.valid() ? sides.before.resources[change.before.value] : sides.after.resources[change.after.value];
    found.push_back(named.address + " " + std::string(fate_name(change.fate)));
  }
  return found;
}

}  // namespace redtag::testing
