#include "lower/refusals.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <utility>

#include "base/text.h"

namespace redtag {

namespace {

constexpr std::string_view of_organizations = "organization";

bool says(const Value& statement, std::string_view key, std::string_view word) {
  const Value* const value = find_entry(statement, key);
  if (value == nullptr || !value->known()) return false;
  if (value->shape == Shape::Scalar) return value->text == word;
  return std::any_of(value->items.begin(), value->items.end(),
                     [&](const Value& item) { return item.known() && item.text == word; });
}

bool denies_all(const Value& statement) {
  const bool conditional = std::any_of(statement.entries.begin(), statement.entries.end(), [](const Entry& entry) {
    return entry.key.starts_with("condition") || entry.key.starts_with("not_");
  });
  return !conditional && (says(statement, "effect", "Deny") || says(statement, "effect", "deny")) &&
         says(statement, "actions", "*") && says(statement, "resources", "*");
}

bool holds_refusal(const Resource& resource) {
  return std::any_of(resource.attributes.begin(), resource.attributes.end(), [](const Entry& entry) {
    return entry.value.shape == Shape::Permissions &&
           std::any_of(entry.value.items.begin(), entry.value.items.end(), denies_all);
  });
}

std::string local_name(const Resource& resource) {
  const std::string prefix = resource.scope + ":";
  return resource.address.starts_with(prefix) ? resource.address.substr(prefix.size()) : resource.address;
}

/// The top of an organisation, by its identifier or by what looks it up.
bool is_root(std::string_view target) {
  const bool identifier = target.starts_with("r-") && target.find_first_of(" .[") == std::string_view::npos;
  return identifier || target.find("roots[") != std::string_view::npos ||
         target.find("roots.") != std::string_view::npos;
}

/// Whom a value of targets names.
void add_refused(const Value& target, std::set<std::string>& refused) {
  if (is_root(target.text)) refused.insert("root");
  if (lower_ascii(target.text).find("prod") != std::string::npos) refused.insert("production");
  for (const Value& item : target.items) add_refused(item, refused);
  for (const Entry& entry : target.entries) add_refused(known_string(entry.key), refused);
}

void mark(Resource& resource) {
  constexpr std::array names = std::to_array<std::string_view>({"target_id", "TargetIds", "for_each"});
  std::set<std::string> refused;
  for (const Entry& entry : resource.attributes) {
    if (std::find(names.begin(), names.end(), entry.key) != names.end()) add_refused(entry.value, refused);
  }
  resource.attributes.push_back({"refuses", known_string("everything", resource.header), resource.header});
  for (const std::string& whom : refused)
    resource.attributes.push_back({"refuses_" + whom, known_bool(true, resource.header), resource.header});
}

}  // namespace

void note_refusals(std::span<LoweredFile> files, const FactTables& facts) {
  std::set<std::pair<std::string, std::string>> refusing;  // scope, name
  const auto concerned = [&](const Resource& resource) {
    return resource.declares == Declares::Resource &&
           facts.class_of(stack_name(resource.stack), resource.type) == of_organizations;
  };
  for (LoweredFile& file : files) {
    for (Resource& resource : file.model.resources) {
      if (!concerned(resource) || !holds_refusal(resource)) continue;
      refusing.emplace(resource.scope, local_name(resource));
      mark(resource);
    }
  }
  if (refusing.empty()) return;
  for (LoweredFile& file : files) {
    for (Resource& resource : file.model.resources) {
      if (!concerned(resource)) continue;
      const bool attaches = std::any_of(
          resource.references.begin(), resource.references.end(),
          [&](const Reference& reference) { return refusing.contains({resource.scope, reference.target}); });
      if (attaches) mark(resource);
    }
  }
}

}  // namespace redtag
