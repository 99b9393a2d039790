#include "lower/kustomize/transform.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace redtag::kustomize {

namespace {

constexpr std::array counted =
    std::to_array<std::string_view>({"Deployment", "ReplicaSet", "ReplicationController", "StatefulSet"});

constexpr std::array container_lists =
    std::to_array<std::string_view>({"containers", "ephemeralContainers", "initContainers"});

template <std::size_t N>
bool is_one_of(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::string text_at(const Value& block, std::string_view key) {
  const Value* found = find_entry(block, key);
  return found != nullptr && found->known() ? found->text : std::string();
}

void set_count(Resource& object, const Value& count) {
  auto spec = std::find_if(object.attributes.begin(), object.attributes.end(),
                           [](const Entry& entry) { return entry.key == "spec"; });
  if (spec == object.attributes.end()) return;
  std::vector<Entry>& entries = spec->value.entries;
  std::erase_if(entries, [](const Entry& entry) { return entry.key == "replicas"; });
  entries.push_back({"replicas", count, count.region});
}

/// `registry/web:1@sha256:…` as its name and what says which version of it.
std::pair<std::string, std::string> split_image(const std::string& image) {
  const std::size_t digest = image.find('@');
  const std::string named = image.substr(0, digest);
  const std::size_t colon = named.rfind(':');
  const bool tagged = colon != std::string::npos && named.find('/', colon) == std::string::npos;
  const std::size_t end = tagged ? colon : named.size();
  return {named.substr(0, end), image.substr(end)};
}

void rename_image(Value& image, const Value& rule) {
  const auto [name, version] = split_image(image.text);
  if (!image.known() || name != text_at(rule, "name")) return;
  const std::string other = text_at(rule, "newName"), tag = text_at(rule, "newTag"), digest = text_at(rule, "digest");
  image.text = (other.empty() ? name : other) + (!digest.empty() ? "@" + digest : !tag.empty() ? ":" + tag : version);
  for (const std::string_view key : {"digest", "newTag", "newName"}) {
    const Value* said = find_entry(rule, key);
    if (said == nullptr) continue;
    image.region = said->region;
    return;
  }
}

/// All containers of an object, at whatever depth its kind keeps its pods.
void rename_images(std::vector<Entry>& attributes, const Value& rule) {
  std::vector<std::vector<Entry>*> waiting{&attributes};
  while (!waiting.empty()) {
    std::vector<Entry>& entries = *waiting.back();
    waiting.pop_back();
    for (Entry& entry : entries) {
      if (entry.value.shape != Shape::Block) continue;
      waiting.push_back(&entry.value.entries);
      if (!is_one_of(entry.key, container_lists)) continue;
      for (Entry& part : entry.value.entries) {
        if (part.key != "image") continue;
        rename_image(part.value, rule);
        part.region = part.value.region;
      }
    }
  }
}

}  // namespace

bool transforms(const Resource& kustomization) {
  return kustomization.type == "kustomization" &&
         std::any_of(kustomization.attributes.begin(), kustomization.attributes.end(),
                     [](const Entry& entry) { return entry.key == "replicas" || entry.key == "images"; });
}

std::vector<std::string> carry_out(const Resource& kustomization, std::vector<Resource>& objects) {
  std::vector<std::string> met;
  for (const Entry& rule : kustomization.attributes) {
    if (rule.value.shape != Shape::Block) continue;
    if (rule.key == "images") {
      for (Resource& object : objects) rename_images(object.attributes, rule.value);
    }
    const Value* count = rule.key == "replicas" ? find_entry(rule.value, "count") : nullptr;
    if (count == nullptr) continue;
    const std::string name = text_at(rule.value, "name");
    for (Resource& object : objects) {
      const std::string_view kind = std::string_view(object.type).substr(object.type.rfind('/') + 1);
      if (object.name != name || !is_one_of(kind, counted)) continue;
      set_count(object, *count);
      object.header = rule.region;
      met.push_back(name);
    }
  }
  return met;
}

}  // namespace redtag::kustomize
