#include "lower/terraform/joins.h"

#include <algorithm>
#include <array>
#include <optional>

#include "lower/terraform/scope.h"

namespace redtag::terraform {

namespace {

/// Settings that tell one state from another, whatever the kind of back end; the others say how to get there.
void add_names(const std::vector<Entry>& entries, std::vector<std::string>& names) {
  static constexpr std::array telling =
      std::to_array<std::string_view>({"bucket", "key", "prefix", "path", "address", "container_name",
                                       "storage_account_name", "organization", "workspaces", "name", "state_id"});
  for (const Entry& entry : entries) {
    if (std::find(telling.begin(), telling.end(), entry.key) == telling.end()) continue;
    if (entry.value.known() && entry.value.shape == Shape::Scalar) {
      names.push_back(entry.key + "=" + entry.value.text);
    } else {
      add_names(entry.value.entries, names);
    }
  }
}

/// `state s3 bucket=acme-state key=prod/net.tfstate`; empty where too little is known to tell it from others.
std::string state_name(std::string_view kind, const std::vector<Entry>& settings) {
  std::vector<std::string> names;
  add_names(settings, names);
  if (names.empty() || (names.size() == 1 && kind != "local" && kind != "http")) return {};
  std::sort(names.begin(), names.end());
  std::string text = "state " + std::string(kind);
  for (const std::string& name : names) text += " " + name;
  return text;
}

std::string text_of(const Resource& resource, std::string_view key) {
  const Value* value = nullptr;
  for (const Entry& entry : resource.attributes) {
    if (entry.key == key) value = &entry.value;
  }
  return value != nullptr && value->known() && value->shape == Shape::Scalar ? value->text : std::string();
}

const Entry* entry_of(const Resource& resource, std::string_view key) {
  const auto found = std::find_if(resource.attributes.begin(), resource.attributes.end(),
                                  [&](const Entry& entry) { return entry.key == key; });
  return found == resource.attributes.end() ? nullptr : &*found;
}

void join_module(Resource& call, std::string_view directory) {
  const Entry* source = entry_of(call, "source");
  if (source == nullptr || !source->value.known()) return;
  if (auto callee = resolve_local_source(directory, source->value.text))
    call.references.push_back({std::move(*callee), "source", source->region});
}

void join_state(Resource& reader) {
  const Entry* settings = entry_of(reader, "config");
  if (settings == nullptr) return;
  std::string name = state_name(text_of(reader, "backend"), settings->value.entries);
  if (!name.empty()) reader.references.push_back({std::move(name), "config", settings->region});
}

}  // namespace

void add_joins(LoweredFile& file) {
  const std::string directory(directory_of(file.path));
  for (Resource& resource : file.model.resources) {
    if (resource.declares == Declares::Module) join_module(resource, directory);
    if (resource.type == "terraform_remote_state") join_state(resource);
    if (resource.declares != Declares::Backend) continue;
    std::string name = state_name(text_of(resource, "label"), resource.attributes);
    if (!name.empty()) resource.references.push_back({std::move(name), {}, resource.header});
  }
}

}  // namespace redtag::terraform
