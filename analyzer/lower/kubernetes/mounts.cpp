#include "lower/kubernetes/mounts.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "lower/engine.h"

namespace redtag::kubernetes {

namespace {

constexpr std::size_t most_mounts = 64;

const Value* below(const std::vector<Entry>& entries, std::string_view key) {
  for (const Entry& entry : entries) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

const Value* at(const Value* block, std::initializer_list<std::string_view> path) {
  for (const std::string_view key : path) {
    block = block == nullptr ? nullptr : find_entry(*block, key);
  }
  return block;
}

/// The part that describes the pods: of a workload, of a job that is made by the clock, or of a pod itself.
const Value* pod_of(const Resource& workload, const Value* spec) {
  if (workload.type == "Pod") return spec;
  if (const Value* pod = at(spec, {"template", "spec"})) return pod;
  return at(spec, {"jobTemplate", "spec", "template", "spec"});
}

std::string text_of(const Value* value) { return value == nullptr ? std::string() : value->text; }

/// Names of volumes that are claims → the claim's name; nullptr for what the set's own templates make.
std::map<std::string, const Value*> claims_of(const Value& spec, const Value& pod) {
  std::map<std::string, const Value*> claims;
  for (const Entry& entry : spec.entries) {
    const Value* name = entry.key == "volumeClaimTemplates" ? at(&entry.value, {"metadata", "name"}) : nullptr;
    if (name != nullptr) claims.emplace(name->text, nullptr);
  }
  for (const Entry& entry : pod.entries) {
    if (entry.key != "volumes") continue;
    const Value* claim = at(&entry.value, {"persistentVolumeClaim", "claimName"});
    if (claim != nullptr) claims.emplace(text_of(find_entry(entry.value, "name")), claim);
  }
  return claims;
}

}  // namespace

void note_mounts(Resource& workload) {
  const Value* spec = below(workload.attributes, "spec");
  const Value* pod = spec == nullptr ? nullptr : pod_of(workload, spec);
  if (pod == nullptr) return;
  const std::map<std::string, const Value*> claims = claims_of(*spec, *pod);
  if (claims.empty()) return;
  std::vector<Entry> found;
  std::set<std::pair<std::string, std::string>> seen;
  for (const Entry& container : pod->entries) {
    if (container.key != "containers") continue;
    for (const Entry& mount : container.value.entries) {
      if (mount.key != "volumeMounts" || found.size() >= most_mounts) continue;
      const auto claim = claims.find(text_of(find_entry(mount.value, "name")));
      const Value* target = find_entry(mount.value, "mountPath");
      if (claim == claims.end() || target == nullptr) continue;
      if (!seen.insert({claim->first, target->text}).second) continue;
      Value data;
      data.presence = Presence::Known;
      data.shape = Shape::Block;
      data.region = mount.region;
      if (claim->second != nullptr) data.entries.push_back({"source", *claim->second, claim->second->region});
      data.entries.push_back({"target", *target, target->region});
      found.push_back({"data", std::move(data), mount.region});
    }
  }
  workload.attributes.insert(workload.attributes.end(), found.begin(), found.end());
}

void note_engine(Resource& workload, const FactTables& facts) {
  const Value* spec = below(workload.attributes, "spec");
  const Value* pod = spec == nullptr ? nullptr : pod_of(workload, spec);
  if (pod == nullptr) return;
  const std::map<std::string, const Value*> claims = claims_of(*spec, *pod);
  for (const Entry& container : pod->entries) {
    const Value* image = container.key == "containers" ? find_entry(container.value, "image") : nullptr;
    if (image == nullptr || !image->known()) continue;
    const std::vector<Entry>& parts = container.value.entries;
    const bool keeps = std::any_of(parts.begin(), parts.end(), [&](const Entry& mount) {
      return mount.key == "volumeMounts" && claims.contains(text_of(find_entry(mount.value, "name")));
    });
    const std::string engine = keeps ? redtag::engine_of(image->text, facts) : std::string();
    if (engine.empty()) continue;
    const Region place = image->region;
    workload.attributes.push_back({"engine", known_string(engine, place), place});
    return;
  }
}

}  // namespace redtag::kubernetes
