#include "lower/kustomize/contents.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "base/text.h"
#include "document/document.h"
#include "lower/kubernetes/object.h"
#include "lower/kustomize/paths.h"

namespace redtag::kustomize {

namespace {

using document::Node;

constexpr std::size_t most_files = 400;   // of one side
constexpr std::size_t most_levels = 12;   // of kustomizations that include one another
constexpr std::size_t most_named = 40;    // objects that a finding names
constexpr std::size_t most_weighty = 40;  // objects that are told one by one
constexpr std::size_t most_directories = 60;

int weight(std::string_view severity) {
  constexpr std::array order = std::to_array<std::string_view>({"none", "low", "medium", "high", "critical"});
  return static_cast<int>(std::find(order.begin(), order.end(), severity) - order.begin());
}

/// Kinds whose selector the API refuses to change.
bool is_workload(std::string_view type) {
  constexpr std::array kinds =
      std::to_array<std::string_view>({"apps/DaemonSet", "apps/Deployment", "apps/ReplicaSet", "apps/StatefulSet"});
  return std::find(kinds.begin(), kinds.end(), type) != kinds.end();
}

/// Kinds that stand in no namespace.
bool is_of_cluster(std::string_view type) {
  constexpr std::array kinds = std::to_array<std::string_view>(
      {"APIService", "CustomResourceDefinition", "IngressClass", "MutatingWebhookConfiguration", "Namespace",
       "PersistentVolume", "PriorityClass", "StorageClass", "ValidatingWebhookConfiguration"});
  const std::string_view kind = type.substr(type.rfind('/') + 1);
  return kind.starts_with("Cluster") || std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

bool is_manifest(std::string_view name) {
  return name.ends_with(".yaml") || name.ends_with(".yml") || name.ends_with(".json");
}

std::string below(const std::string& directory, std::string_view name) {
  return directory.empty() ? std::string(name) : directory + "/" + std::string(name);
}

/// A pattern with alternatives in braces, as Argo CD takes it: `{a.yaml,b/*}`.
bool covers(std::string_view pattern, std::string_view path) {
  const std::size_t open = pattern.find('{');
  const std::size_t close = open == std::string_view::npos ? open : pattern.find('}', open);
  if (close == std::string_view::npos) return glob_match(pattern, path);
  for (const std::string_view each : split(pattern.substr(open + 1, close - open - 1), ',')) {
    const std::string whole =
        std::string(pattern.substr(0, open)) + std::string(trim(each)) + std::string(pattern.substr(close + 1));
    if (glob_match(whole, path)) return true;
  }
  return false;
}

}  // namespace

const Included& Contents::at(const std::string& path, const Reading& how) {
  const auto known = known_.find({path, how});
  if (known != known_.end()) return known->second;
  Included found;
  collect(path, found, 0);
  if (!found.found && how.plain != Plain::Nothing) collect_files(path, how, found);
  return known_.emplace(std::pair{path, how}, std::move(found)).first->second;
}

std::optional<std::string> Contents::read(const std::string& path) {
  return files_++ < most_files ? tree_.read(path) : std::nullopt;
}

/// Each place is read once, however many kustomizations include it; one that includes itself brings nothing more.
void Contents::collect(const std::string& path, Included& into, std::size_t level) {
  if (level > most_levels) return;
  const auto known = read_.find(path);
  if (known != read_.end()) return join(known->second, into);
  read_.emplace(path, Included());
  Included found;
  const std::size_t dot = path.rfind('.');
  const bool is_file = dot != std::string::npos && path.find('/', dot) == std::string::npos;
  std::optional<std::string> text = is_file ? read(path) : std::nullopt;
  if (text) {
    add_objects(*text, found);
  } else {
    for (const std::string_view name : kustomization_names) {
      text = read(below(path, name));
      if (!text) continue;
      follow(path, *text, found, level);
      break;
    }
  }
  join(found, into);
  read_[path] = std::move(found);
}

void Contents::join(const Included& from, Included& into) {
  into.found = into.found || from.found;
  into.workload = into.workload || from.workload;
  into.data = into.data || from.data;
  for (const std::string& object : from.objects) {
    if (into.objects.size() < most_named) into.objects.insert(object);
  }
  for (const std::string& object : from.weighty) {
    if (into.weighty.size() < most_weighty) into.weighty.insert(object);
  }
  into.spaces.insert(from.spaces.begin(), from.spaces.end());
  if (from.type.empty() || (from.weight <= into.weight && !into.type.empty())) return;
  into.weight = from.weight;
  into.type = from.type;
}

/// A directory as Argo CD and Flux read it. With kustomizations below it, those speak for what they stand beside.
void Contents::collect_files(const std::string& directory, const Reading& how, Included& into) {
  std::vector<std::string> waiting{directory};
  for (std::size_t seen = 0; !waiting.empty() && seen < most_directories; ++seen) {
    const std::string at = std::move(waiting.back());
    waiting.pop_back();
    const std::vector<TreeEntry> entries = tree_.list(at);
    into.found = into.found || !entries.empty();
    const bool listed = std::any_of(entries.begin(), entries.end(),
                                    [](const TreeEntry& entry) { return is_kustomization(entry.name); });
    if (listed) {
      collect(at, into, 0);
      continue;
    }
    for (const TreeEntry& entry : entries) {
      if (entry.directory && how.plain == Plain::Tree) waiting.push_back(below(at, entry.name));
      if (entry.directory || !is_manifest(entry.name)) continue;
      const std::string below_it = below(at, entry.name).substr(directory.empty() ? 0 : directory.size() + 1);
      if (!how.include.empty() && !covers(how.include, below_it)) continue;
      if (!how.exclude.empty() && covers(how.exclude, below_it)) continue;
      if (const std::optional<std::string> text = read(below(at, entry.name))) add_objects(*text, into);
    }
  }
}

void Contents::follow(const std::string& directory, const std::string& text, Included& into, std::size_t level) {
  into.found = true;
  const Expected<std::vector<Node>> documents = document::parse_yaml_stream(text, directory, document::Repeats::Kept);
  if (!documents) return;
  for (const Node& root : *documents) {
    for (const std::string_view key : {"resources", "bases", "components"}) {
      const Node* list = root.find(key);
      if (list == nullptr) continue;
      for (const Node& item : list->items) {
        const std::optional<std::string> path = resolved(directory, item.text);
        if (path && *path != directory) collect(*path, into, level + 1);
      }
    }
  }
}

void Contents::add_objects(const std::string& text, Included& into) {
  into.found = true;
  const kubernetes::Documents documents = kubernetes::read_documents(text, kubernetes::Templating::IfNeeded);
  for (const kubernetes::ReadDocument& document : documents.all) {
    if (!kubernetes::is_object(document.root)) continue;
    const std::string type =
        kubernetes::type_of(document.root.find("apiVersion")->text, document.root.find("kind")->text, facts_);
    const Node* metadata = document.root.find("metadata");
    const Node* name = metadata == nullptr ? nullptr : metadata->find("name");
    const std::string called = type + "/" + (name == nullptr ? "" : name->text);
    if (into.objects.size() < most_named) into.objects.insert(called);
    const Node* space = metadata == nullptr ? nullptr : metadata->find("namespace");
    if (!is_of_cluster(type)) into.spaces.insert(space == nullptr ? "" : space->text);
    const int heavy = weight(facts_.severity_of("kubernetes", type));
    const bool data = facts_.stateful("kubernetes", type);
    into.workload = into.workload || is_workload(type);
    into.data = into.data || (data && heavy >= weight("high"));
    if (heavy >= weight("high") && into.weighty.size() < most_weighty) into.weighty.insert(called);
    if (heavy <= into.weight && !into.type.empty()) continue;
    into.weight = heavy;
    into.type = type;
  }
}

}  // namespace redtag::kustomize
