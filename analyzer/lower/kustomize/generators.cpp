#include "lower/kustomize/generators.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "lower/kubernetes/object.h"
#include "lower/kustomize/merge.h"

namespace redtag::kustomize {

namespace {

using document::Member;
using document::Node;
using document::NodeType;

struct Generator {
  std::string_view key;
  std::string_view kind;
};

constexpr std::array generators =
    std::to_array<Generator>({{"configMapGenerator", "ConfigMap"}, {"secretGenerator", "Secret"}});

/// Lists of a generator, and what stands between a key and its value in their items.
constexpr std::array sources = std::to_array<std::string_view>({"literals", "files", "envs"});

constexpr std::string_view mark = "generated";

Node text_node(std::string text, ByteRange bytes) {
  Node node;
  node.type = NodeType::String;
  node.text = std::move(text);
  node.bytes = bytes;
  return node;
}

Member member(std::string key, Node value, ByteRange bytes) {
  Member made;
  made.key = std::move(key);
  made.key_bytes = bytes;
  made.value = std::move(value);
  return made;
}

std::string last_part(std::string_view path) { return std::string(path.substr(path.rfind('/') + 1)); }

/// `KEY=VALUE`, `key=path`, or a path that is its own key.
Member datum(std::string_view list, const Node& item) {
  const std::size_t equals = item.text.find('=');
  std::string key = equals == std::string::npos ? last_part(item.text) : item.text.substr(0, equals);
  std::string value = equals == std::string::npos ? item.text : item.text.substr(equals + 1);
  if (list != "literals") value = "file " + value;
  return member(std::move(key), text_node(std::move(value), item.bytes), item.bytes);
}

Node data_of(const Node& item) {
  Node data;
  data.type = NodeType::Mapping;
  data.bytes = item.bytes;
  for (const std::string_view name : sources) {
    const Node* list = item.find(name);
    if (list == nullptr) continue;
    for (const Node& each : list->items) {
      if (each.scalar()) data.members.push_back(datum(name, each));
    }
  }
  if (const Node* env = item.find("env"); env != nullptr && env->scalar()) data.members.push_back(datum("envs", *env));
  return data;
}

/// The object as a manifest would say it.
Node manifest_of(std::string_view kind, const Node& item, const Node& name) {
  Node metadata;
  metadata.type = NodeType::Mapping;
  metadata.bytes = name.bytes;
  metadata.members.push_back(member("name", name, name.bytes));
  if (const Node* space = item.find("namespace")) metadata.members.push_back(member("namespace", *space, space->bytes));
  Node root;
  root.type = NodeType::Mapping;
  root.bytes = item.bytes;
  root.members.push_back(member("apiVersion", text_node("v1", name.bytes), name.bytes));
  root.members.push_back(member("kind", text_node(std::string(kind), name.bytes), name.bytes));
  root.members.push_back(member("metadata", std::move(metadata), name.bytes));
  root.members.push_back(member("data", data_of(item), item.bytes));
  return root;
}

}  // namespace

std::string_view generated_kind(std::string_view key) {
  const auto found =
      std::find_if(generators.begin(), generators.end(), [&](const Generator& each) { return each.key == key; });
  return found == generators.end() ? std::string_view() : found->kind;
}

void add_generated(std::string_view kind, const Node& list, const SourceFileView& file,
                   const kubernetes::NodePlace& place, const LoweringView& view, Model& model) {
  const kubernetes::ObjectScope scope = kubernetes::scope_of(file.path);
  for (const Node& item : list.items) {
    const Node* name = item.find("name");
    if (name == nullptr || !name->scalar()) continue;
    kubernetes::ReadDocument document;
    document.root = manifest_of(kind, item, *name);
    const std::size_t first = model.resources.size();
    kubernetes::lower_objects(document, file, place, scope, view, model);
    const Node* behavior = item.find("behavior");
    const std::string said = behavior == nullptr || behavior->text == "create" ? "create" : behavior->text;
    for (std::size_t i = first; i < model.resources.size(); ++i) {
      Resource& object = model.resources[i];
      const Region region = behavior == nullptr ? object.header : place.region(behavior->bytes);
      object.attributes.push_back({std::string(mark), known_string(said, region), region});
      if (said != "create") object.attributes.push_back({"patch", known_string("true", region), region});
    }
  }
}

bool is_generated(const Resource& resource) {
  return resource.stack == Stack::Kubernetes && std::any_of(resource.attributes.begin(), resource.attributes.end(),
                                                            [](const Entry& entry) { return entry.key == mark; });
}

void lay_generated(const Resource& made, std::vector<Resource>& objects) {
  const auto said = std::find_if(made.attributes.begin(), made.attributes.end(),
                                 [](const Entry& entry) { return entry.key == mark; });
  if (said->value.text == "create") {
    objects.push_back(made);
    return;
  }
  for (Resource& object : objects) {
    if (object.type != made.type || object.name != made.name) continue;
    std::vector<Entry> data;
    std::copy_if(made.attributes.begin(), made.attributes.end(), std::back_inserter(data),
                 [](const Entry& entry) { return entry.key == "data"; });
    if (said->value.text == "replace")
      std::erase_if(object.attributes, [](const Entry& entry) { return entry.key == "data"; });
    merge_strategic(object.attributes, data);
    object.header = made.header;
  }
}

}  // namespace redtag::kustomize
