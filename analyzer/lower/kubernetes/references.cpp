#include "lower/kubernetes/references.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

namespace redtag::kubernetes {

namespace {

constexpr std::size_t most_references = 2000;

/// A key whose value (or whose `name`) names an object of that type in the same namespace, or in none.
struct NamingKey {
  std::string_view key;
  std::string_view part;  ///< the member that holds the name; empty: the value itself
  std::string_view type;
  bool in_namespace = true;
};

constexpr std::array naming_keys = std::to_array<NamingKey>({
    {"serviceAccountName", "", "ServiceAccount"},
    {"configMapRef", "name", "ConfigMap"},
    {"configMapKeyRef", "name", "ConfigMap"},
    {"configMap", "name", "ConfigMap"},
    {"secretRef", "name", "Secret"},
    {"secretKeyRef", "name", "Secret"},
    {"secret", "secretName", "Secret"},
    {"secretName", "", "Secret"},
    {"imagePullSecrets", "name", "Secret"},
    {"persistentVolumeClaim", "claimName", "PersistentVolumeClaim"},
    {"service", "name", "Service"},
    {"serviceName", "", "Service"},
    {"storageClassName", "", "storage.k8s.io/StorageClass", false},
    {"volumeName", "", "PersistentVolume", false},
    {"ingressClassName", "", "networking.k8s.io/IngressClass", false},
    {"priorityClassName", "", "scheduling.k8s.io/PriorityClass", false},
    {"runtimeClassName", "", "node.k8s.io/RuntimeClass", false},
});

/// Keys whose value names another object by kind and name.
constexpr std::array kinded_keys = std::to_array<std::string_view>(
    {"ownerReferences", "scaleTargetRef", "targetRef", "issuerRef", "roleRef", "subjects", "sourceRef", "dependsOn",
     "secretStoreRef", "parentRefs", "backendRefs", "nodeClassRef", "clusterRef", "compositionRef",
     "providerConfigRef"});

std::string text_of(const Value& map, std::string_view key) {
  const Value* value = find_entry(map, key);
  return value == nullptr || !value->known() ? std::string() : value->text;
}

/// The group that a kind without one belongs to, where it is not the core's.
std::string_view group_of_kind(std::string_view kind) {
  static constexpr std::array groups = std::to_array<std::pair<std::string_view, std::string_view>>({
      {"Deployment", "apps/"},
      {"StatefulSet", "apps/"},
      {"DaemonSet", "apps/"},
      {"ReplicaSet", "apps/"},
      {"Role", "rbac.authorization.k8s.io/"},
      {"ClusterRole", "rbac.authorization.k8s.io/"},
      {"Issuer", "cert-manager.io/"},
      {"ClusterIssuer", "cert-manager.io/"},
      {"Gateway", "gateway.networking.k8s.io/"},
      {"SecretStore", "external-secrets.io/"},
      {"ClusterSecretStore", "external-secrets.io/"},
      {"GitRepository", "source.toolkit.fluxcd.io/"},
      {"HelmRepository", "source.toolkit.fluxcd.io/"},
      {"OCIRepository", "source.toolkit.fluxcd.io/"},
      {"Bucket", "source.toolkit.fluxcd.io/"},
  });
  for (const auto& [name, group] : groups) {
    if (name == kind) return group;
  }
  return {};
}

class Walker {
 public:
  explicit Walker(Resource& object) : object_(object), space_(namespace_of(object)) {}

  void walk(const std::vector<Entry>& entries, const std::string& path) {
    for (const Entry& entry : entries) {
      const std::string below = path.empty() ? entry.key : path + "." + entry.key;
      look_at(entry, below);
      if (!entry.value.entries.empty()) walk(entry.value.entries, below);
      for (const Value& item : entry.value.items) {
        if (!item.entries.empty()) walk(item.entries, below);
      }
    }
  }

 private:
  void add(std::string target, const std::string& through, Region region) {
    if (object_.references.size() >= most_references) return;
    object_.references.push_back({std::move(target), through, region});
  }

  static std::string target_of(std::string_view type, std::string_view space, std::string_view name) {
    std::string target(type);
    if (!space.empty()) target += "/" + std::string(space);
    return target + "/" + std::string(name);
  }

  void look_at(const Entry& entry, const std::string& path) {
    for (const NamingKey& naming : naming_keys) {
      if (naming.key != entry.key) continue;
      const std::string name = naming.part.empty() ? scalar(entry.value) : text_of(entry.value, naming.part);
      if (!name.empty())
        add(target_of(naming.type, naming.in_namespace ? space_ : std::string_view(), name), path, entry.region);
    }
    if (std::find(kinded_keys.begin(), kinded_keys.end(), entry.key) != kinded_keys.end()) {
      look_at_kinded(entry.value, path, entry.region);
      for (const Value& item : entry.value.items) look_at_kinded(item, path, item.region);
    }
    if (is_selector(entry.key, path)) look_at_selector(entry.value, path, entry.region);
  }

  static std::string scalar(const Value& value) {
    return value.known() && value.shape == Shape::Scalar ? value.text : std::string();
  }

  void look_at_kinded(const Value& value, const std::string& path, Region region) {
    // A binding's subjects have become `Kind:namespace/name` by now.
    if (value.shape == Shape::Scalar && value.text.starts_with("ServiceAccount:")) {
      add("ServiceAccount/" + value.text.substr(15), path, region);
      return;
    }
    const std::string kind = text_of(value, "kind"), name = text_of(value, "name");
    if (kind.empty() || name.empty()) return;
    std::string group = text_of(value, "apiVersion");
    group = group.find('/') == std::string::npos ? text_of(value, "apiGroup") : group.substr(0, group.find('/'));
    if (!group.empty()) group += '/';
    if (group.empty()) group = group_of_kind(kind);
    const bool wide = kind.starts_with("Cluster");
    const std::string named = text_of(value, "namespace");
    add(target_of(group + kind,
                  wide            ? std::string_view()
                  : named.empty() ? space_
                                  : std::string_view(named),
                  name),
        path, region);
  }

  static bool is_selector(std::string_view key, std::string_view path) {
    return key == "matchLabels" || path == "spec.selector" || key == "podSelector" || key == "namespaceSelector";
  }

  void look_at_selector(const Value& value, const std::string& path, Region region) {
    std::vector<std::string> labels;
    for (const Entry& label : value.entries) {
      if (label.value.shape != Shape::Scalar || label.key == "matchLabels") return;
      labels.push_back(label.key + "=" + label.value.text);
    }
    if (labels.empty()) return;
    std::sort(labels.begin(), labels.end());
    std::string target = "labels:";
    for (std::size_t i = 0; i < labels.size(); ++i) target += (i == 0 ? "" : ",") + labels[i];
    add(std::move(target), path, region);
  }

  Resource& object_;
  std::string_view space_;
};

}  // namespace

const Value* value_at(const Resource& object, std::initializer_list<std::string_view> path) {
  const Value* at = nullptr;
  for (const Entry& entry : object.attributes) {
    if (entry.key == *path.begin()) at = &entry.value;
  }
  for (auto key = path.begin() + 1; at != nullptr && key != path.end(); ++key) at = find_entry(*at, *key);
  return at;
}

std::string_view namespace_of(const Resource& object) {
  std::string_view known_as = object.address;
  if (!object.scope.empty()) known_as.remove_prefix(std::min(known_as.size(), object.scope.size() + 1));
  known_as.remove_prefix(std::min(known_as.size(), object.type.size() + 1));
  const std::size_t tail = object.name.size() + 1;
  return known_as.size() > tail ? known_as.substr(0, known_as.size() - tail) : std::string_view();
}

void add_references(Resource& object) {
  const std::vector<Entry> attributes = object.attributes;
  Walker(object).walk(attributes, {});
}

}  // namespace redtag::kubernetes
