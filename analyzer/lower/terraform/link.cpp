#include "lower/terraform/link.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "base/limits.h"
#include "base/path.h"
#include "base/text.h"
#include "lower/refusals.h"
#include "lower/terraform/declare.h"
#include "lower/terraform/evaluate.h"
#include "lower/terraform/expand.h"
#include "lower/terraform/functions.h"
#include "lower/terraform/joins.h"
#include "lower/terraform/json.h"
#include "lower/terraform/members.h"
#include "lower/terraform/origins.h"
#include "lower/terraform/overrides.h"
#include "lower/terraform/permissions.h"
#include "lower/terraform/providers.h"
#include "lower/terraform/render.h"
#include "lower/terraform/scope.h"
#include "lower/terraform/uncalled.h"
#include "lower/terraform/units.h"

namespace redtag::terraform {

namespace {

/// Attributes whose literal text is a secret, whatever the resource: compared, never shown.
bool holds_secret(std::string_view key) {
  static constexpr std::array endings = std::to_array<std::string_view>(
      {"password", "passwd", "secret", "secret_key", "secret_string", "private_key", "private_key_pem", "auth_token",
       "api_key", "access_key", "api_token", "token", "client_secret", "shared_key", "connection_string"});
  return std::any_of(endings.begin(), endings.end(), [&](std::string_view ending) { return key.ends_with(ending); });
}

/// `count` or `for_each` in the one spelling that both sides are compared by (Resource::instances).
std::string instances_of(const Resource& resource) {
  for (const Entry& entry : resource.attributes) {
    if (entry.key == "lifecycle") {  // OpenTofu: what is not enabled is none
      const Value* enabled = find_entry(entry.value, "enabled");
      if (enabled != nullptr && as_bool(*enabled) == false) return "count=0";
    }
    if (entry.key == "count") {
      const auto number = as_number(entry.value);
      return number ? "count=" + number_value(*number, {}).text : "?" + render(entry.value);
    }
    if (entry.key != "for_each") continue;
    const Value& each = entry.value;
    Value keys;
    keys.presence = Presence::Known;
    keys.shape = Shape::List;
    for (const Entry& element : each.entries) keys.items.push_back(known_string(element.key));
    for (const Value& element : each.items) keys.items.push_back(element);
    const bool known =
        each.known() && each.shape != Shape::Scalar &&
        std::all_of(keys.items.begin(), keys.items.end(), [](const Value& key) { return as_text(key).has_value(); });
    if (!known) return "?" + render(each);
    keys = as_set(keys);
    for (Value& key : keys.items) key.type = ScalarType::String;
    return "each=" + *write_json(keys);
  }
  return {};
}

/// A document of rules by which a platform deletes (`{"rules": [{…}]}` of a registry): what it says is compared rule by rule.
const Value* rules_in(const Value& value) {
  const Value* const document = decoded(value);
  const Value* const rules = document == nullptr ? nullptr : find_entry(*document, "rules");
  const bool listed = rules != nullptr && !rules->items.empty() &&
                      std::all_of(rules->items.begin(), rules->items.end(),
                                  [](const Value& rule) { return find_entry(rule, "action") != nullptr; });
  return listed ? document : nullptr;
}

/// Last step of all: access documents in their normal form, and every other expression as its text.
void finish(Value& value) {
  if (const Value* const document = rules_in(value)) {
    Value opened = *document;
    value = std::move(opened);
  }
  if (std::optional<Value> permissions = as_permissions(value)) {
    value = std::move(*permissions);
    return;
  }
  if (std::optional<Value> members = as_members(value)) value = std::move(*members);
  if (value.known() && value.shape != Shape::Scalar) {
    for (Value& item : value.items) finish(item);
    for (Entry& entry : value.entries) finish(entry.value);
  } else {
    settle(value);
  }
}

void mark_secrets(std::vector<Entry>& entries) {
  for (Entry& entry : entries) {
    if (entry.value.shape == Shape::Block)
      mark_secrets(entry.value.entries);
    else if (entry.value.known() && entry.value.shape == Shape::Scalar && holds_secret(entry.key))
      entry.value.sensitive = true;
  }
}

void set_addresses(LoweredFile& file) {
  const std::string scope(directory_of(file.path));
  const std::string prefix = scope.empty() ? "" : scope + ":";
  for (Resource& resource : file.model.resources) {
    resource.address = prefix + resource.address;
    resource.scope = scope;
    resource.subject = !file.context;
  }
  for (Procedure& procedure : file.model.procedures) {
    procedure.address = prefix + procedure.address;
    procedure.subject = !file.context;
  }
  for (Safeguard& safeguard : file.model.safeguards) {
    safeguard.protects = prefix + safeguard.protects;
    safeguard.subject = !file.context;
  }
  for (Operation& operation : file.model.operations) operation.subject = !file.context;
}

/// A data.aws_iam_policy_document is what it grants, however its blocks are arranged: one attribute in the normal form.
void make_document(Resource& resource) {
  if (resource.declares != Declares::Data || resource.type != "aws_iam_policy_document") return;
  Value document = encoded(policy_document(resource), resource.header);
  resource.attributes.assign(1, Entry{"document", std::move(document), resource.header});
}

/// A guard whose value came from a variable is seen only now.
void renew_lifecycle_safeguards(LoweredFile& file) {
  std::erase_if(file.model.safeguards, [](const Safeguard& safeguard) {
    return safeguard.stack == Stack::Terraform && safeguard.kind == SafeguardKind::PreventDestroy;
  });
  for (const Resource& resource : file.model.resources) note_lifecycle(resource, file.model);
}

/// A configuration without a block is one nevertheless: its directory is a root that declares nothing, and not one that is gone.
void stand_for(LoweredFile& file) {
  const bool configuration = file.path.ends_with(".tf") || file.path.ends_with(".tofu");
  if (!configuration || !file.model.resources.empty() || !file.model.gaps.empty() || file.partial) return;
  Resource stand;
  stand.stack = Stack::Terraform;
  stand.declares = Declares::Setting;
  stand.type = "configuration";
  stand.name = file.path.substr(file.path.rfind('/') + 1);
  stand.address = "configuration." + stand.name;
  stand.region = stand.header = {file.file, file.side, {0, 0}};
  file.model.resources.push_back(std::move(stand));
}

/// Gives each directory the tree, and says of it whether files were left out: what is defined there is not undefined.
void note_tree(Scopes& scopes, std::span<LoweredFile> files, SourceTree& tree) {
  for (auto& [path, directory] : scopes.directories()) directory.tree = &tree;
  const auto context = std::count_if(files.begin(), files.end(), [](const LoweredFile& file) { return file.context; });
  if (static_cast<std::size_t>(context) + named_files < limits::context_files) return;  // the budget lasted
  std::set<std::string, std::less<>> read;
  for (const LoweredFile& file : files) read.insert(file.path);
  for (auto& [path, directory] : scopes.directories()) {
    const std::vector<TreeEntry> entries = tree.list(path);
    directory.unread = std::any_of(entries.begin(), entries.end(), [&](const TreeEntry& entry) {
      return !entry.directory && is_evidence(entry.name) && !read.contains(path_below(path, entry.name).value_or(""));
    });
  }
}

/// A module whose text is not at hand: what it is handed is all that can be seen of what it makes.
bool is_elsewhere(const Resource& resource) {
  if (resource.declares != Declares::Module) return false;
  return std::any_of(resource.attributes.begin(), resource.attributes.end(), [](const Entry& entry) {
    return entry.key == "source" && entry.value.known() && !entry.value.text.starts_with('.');
  });
}

/// Evaluated as far as it goes: what later phases see.
void settle_resource(Resource& resource) {
  make_document(resource);
  resource.instances = instances_of(resource);
  if (resource.type == "variable")
    std::erase_if(resource.attributes, [](const Entry& entry) { return entry.key == "type_defaults"; });
  const bool elsewhere = is_elsewhere(resource);
  for (Entry& entry : resource.attributes) {
    if (elsewhere) {
      if (std::optional<Value> entries = as_entries(entry.value)) entry.value = std::move(*entries);
    }
    if (entry.key == "for_each" || entry.key == "count")
      settle_keys(entry.value);
    else
      finish(entry.value);
  }
  if (elsewhere) {
    for (Entry& entry : resource.attributes) open_tables(entry.value);
  }
  mark_secrets(resource.attributes);
  note_origin(resource);
}

}  // namespace

void link(std::span<LoweredFile> files, SourceTree& tree, const FactTables& facts) {
  merge_overrides(files);
  join_units(files);
  for (LoweredFile& file : files) {
    stand_for(file);
    set_addresses(file);
  }
  Scopes scopes(files);
  note_tree(scopes, files, tree);
  Expansion expansion(scopes, files);
  Evaluator evaluator(facts);
  for (LoweredFile& file : files) {
    evaluator.begin();
    Directory& directory = scopes.of(file.path);
    for (Resource& resource : file.model.resources) evaluator.evaluate(resource, directory);
  }
  std::vector<PlacedCopy> copies = expansion.expand(evaluator);
  for (LoweredFile& file : files) {
    for (Resource& resource : file.model.resources) settle_resource(resource);
    renew_lifecycle_safeguards(file);
    add_joins(file);
  }
  note_calls(scopes, files);
  mark_uncalled(files, tree);
  for (auto& [file, copy] : copies) {
    settle_resource(copy);
    files[file].model.resources.push_back(std::move(copy));
  }
  note_refusals(files, facts);
  name_providers(files, facts);
}

}  // namespace redtag::terraform
