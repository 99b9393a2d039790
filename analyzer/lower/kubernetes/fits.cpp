#include "lower/kubernetes/fits.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "compare/quantity.h"
#include "lower/kubernetes/references.h"

namespace redtag::kubernetes {

namespace {

/// An amount of cores, pieces or bytes; nullopt for what is unknown.
std::optional<double> amount_of(const Value* value, std::string_view what) {
  if (value == nullptr || !value->known()) return std::nullopt;
  const bool bytes = what.ends_with("memory") || what.ends_with("storage");
  std::optional<double> found;
  for (const redtag::Reading& reading : read_quantity(value->text)) {
    if (reading.dimension == Dimension::Count && (!found || !bytes)) found = reading.amount;
    if (reading.dimension == Dimension::Bytes && bytes) found = reading.amount;
  }
  return found;
}

std::string shown(double amount, std::string_view what) {
  const bool bytes = what.ends_with("memory") || what.ends_with("storage");
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", bytes ? amount / (1024.0 * 1024.0) : amount);
  return std::string(text) + (bytes ? "Mi" : "");
}

bool makes_pods(const Resource& object) {
  return object.type == "apps/Deployment" || object.type == "apps/StatefulSet" || object.type == "apps/ReplicaSet";
}

/// What all pods of a workload ask for: `requests.cpu` → cores, and so on, and how many `pods` there are. Nothing that is unknown.
std::map<std::string, double> asked_by(const Resource& workload) {
  std::map<std::string, double> asked;
  const Value* replicas = value_at(workload, {"spec", "replicas"});
  const std::optional<double> count = replicas == nullptr ? std::optional(1.0) : amount_of(replicas, "pods");
  const Value* pod = value_at(workload, {"spec", "template", "spec"});
  if (!count || pod == nullptr) return asked;
  asked["pods"] = *count;
  for (const Entry& container : pod->entries) {
    const Value* resources = container.key == "containers" ? find_entry(container.value, "resources") : nullptr;
    if (resources == nullptr) continue;
    for (const std::string_view kind : {"requests", "limits"}) {
      const Value* amounts = find_entry(*resources, kind);
      if (amounts == nullptr) continue;
      for (const Entry& each : amounts->entries) {
        const std::optional<double> amount = amount_of(&each.value, each.key);
        if (amount) asked[std::string(kind) + "." + each.key] += *amount * *count;
      }
    }
  }
  return asked;
}

/// `cpu` of a quota is what is requested.
std::string full_name(std::string_view key) {
  return key == "cpu" || key == "memory" ? "requests." + std::string(key) : std::string(key);
}

using Place = std::pair<std::string, std::string>;  // directory, namespace

struct Asked {
  std::map<std::string, double> all;
  std::vector<std::pair<LoweredFile*, Resource*>> by;
};

void add_note(Resource& object, std::string_view key, const std::map<std::string, std::string>& said) {
  Value block;
  block.presence = Presence::Known;
  block.shape = Shape::Block;
  block.region = object.header;
  for (const auto& [name, text] : said)
    block.entries.push_back({name, known_string(text, object.header), object.header});
  object.attributes.push_back({std::string(key), std::move(block), object.header});
}

/// Says it where the change is: at what allows, else at what asks.
void tell(const LoweredFile& file, Resource& allowing, Asked& asked, const std::map<std::string, std::string>& said) {
  if (said.empty()) return;
  if (!file.context) return add_note(allowing, "exceeded", said);
  for (const auto& [holder, workload] : asked.by) {
    if (!holder->context) add_note(*workload, "above-quota", said);
  }
}

void judge_quota(const LoweredFile& file, Resource& quota, Asked& asked) {
  const Value* hard = value_at(quota, {"spec", "hard"});
  std::map<std::string, std::string> said;
  for (std::size_t i = 0; hard != nullptr && i < hard->entries.size(); ++i) {
    const Entry& entry = hard->entries[i];
    const auto sum = asked.all.find(full_name(entry.key));
    const std::optional<double> most = amount_of(&entry.value, entry.key);
    if (sum == asked.all.end() || !most || sum->second <= *most * 1.0000001) continue;
    said[entry.key] = shown(sum->second, entry.key) + " of " + shown(*most, entry.key);
  }
  tell(file, quota, asked, said);
}

/// A container outside of a range is refused.
void judge_container(const Value& resources, const Value& limits, std::map<std::string, std::string>& said) {
  for (const std::string_view kind : {"requests", "limits"}) {
    const Value* amounts = find_entry(resources, kind);
    if (amounts == nullptr) continue;
    for (const Entry& each : amounts->entries) {
      const std::optional<double> amount = amount_of(&each.value, each.key);
      for (const std::string_view bound : {"max", "min"}) {
        const Value* bounds = find_entry(limits, bound);
        const std::optional<double> set =
            bounds == nullptr ? std::nullopt : amount_of(find_entry(*bounds, each.key), each.key);
        if (!amount || !set || (bound == "max" ? *amount <= *set * 1.0000001 : *amount >= *set * 0.9999999)) continue;
        said[std::string(kind) + "." + each.key] =
            shown(*amount, each.key) + " with " + std::string(bound) + " " + shown(*set, each.key);
      }
    }
  }
}

void judge_range(const LoweredFile& file, Resource& range, Asked& asked) {
  const Value* spec = value_at(range, {"spec"});
  std::map<std::string, std::string> said;
  for (std::size_t i = 0; spec != nullptr && i < spec->entries.size(); ++i) {
    const Value& limits = spec->entries[i].value;
    const Value* type = find_entry(limits, "type");
    if (spec->entries[i].key != "limits" || type == nullptr || type->text != "Container") continue;
    for (const auto& [holder, workload] : asked.by) {
      const Value* pod = value_at(*workload, {"spec", "template", "spec"});
      for (std::size_t j = 0; pod != nullptr && j < pod->entries.size(); ++j) {
        const Entry& container = pod->entries[j];
        const Value* resources = container.key == "containers" ? find_entry(container.value, "resources") : nullptr;
        if (resources != nullptr) judge_container(*resources, limits, said);
      }
    }
  }
  tell(file, range, asked, said);
}

using Labels = std::map<std::string, std::string>;

bool has_node(const Value& selector, const std::vector<Labels>& nodes) {
  return std::any_of(nodes.begin(), nodes.end(), [&](const Labels& labels) {
    return std::all_of(selector.entries.begin(), selector.entries.end(), [&](const Entry& wanted) {
      const auto found = labels.find(wanted.key);
      return !wanted.value.known() || (found != labels.end() && found->second == wanted.value.text);
    });
  });
}

void judge_nodes(std::span<LoweredFile> files) {
  std::vector<Labels> nodes;
  for (const LoweredFile& file : files) {
    for (const Resource& object : file.model.resources) {
      if (object.type != "Node") continue;
      Labels labels;
      const Value* written = value_at(object, {"metadata", "labels"});
      for (std::size_t i = 0; written != nullptr && i < written->entries.size(); ++i)
        labels[written->entries[i].key] = written->entries[i].value.text;
      nodes.push_back(std::move(labels));
    }
  }
  // Without a node that is declared, nobody here knows what the nodes are called.
  if (nodes.empty()) return;
  for (LoweredFile& file : files) {
    for (Resource& object : file.model.resources) {
      const Value* selector = value_at(object, {"spec", "template", "spec", "nodeSelector"});
      if (selector == nullptr || selector->entries.empty() || has_node(*selector, nodes)) continue;
      Value none = known_bool(true, selector->region);
      object.attributes.push_back({"no-node", std::move(none), selector->region});
    }
  }
}

}  // namespace

void note_fits(std::span<LoweredFile> files) {
  judge_nodes(files);
  std::map<Place, Asked> places;
  bool bounded = false;
  for (LoweredFile& file : files) {
    for (Resource& object : file.model.resources) {
      bounded = bounded || object.type == "ResourceQuota" || object.type == "LimitRange";
      if (!makes_pods(object)) continue;
      Asked& asked = places[{object.scope, std::string(namespace_of(object))}];
      for (const auto& [what, amount] : asked_by(object)) asked.all[what] += amount;
      asked.by.emplace_back(&file, &object);
    }
  }
  if (!bounded) return;
  for (LoweredFile& file : files) {
    for (Resource& object : file.model.resources) {
      const auto place = places.find({object.scope, std::string(namespace_of(object))});
      if (place == places.end()) continue;
      if (object.type == "ResourceQuota") judge_quota(file, object, place->second);
      if (object.type == "LimitRange") judge_range(file, object, place->second);
    }
  }
}

}  // namespace redtag::kubernetes
