#include "trait/selection.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "trait/named.h"

namespace redtag {

namespace {

constexpr std::size_t most_resources = 20'000;  // beyond that the question is not asked

using Labels = std::vector<std::pair<std::string_view, std::string_view>>;

const Value* at(const std::vector<Entry>& entries, std::initializer_list<std::string_view> path) {
  const std::vector<Entry>* level = &entries;
  const Value* found = nullptr;
  for (const std::string_view key : path) {
    found = nullptr;
    for (const Entry& entry : *level) {
      if (entry.key == key) found = &entry.value;
    }
    if (found == nullptr) return nullptr;
    level = &found->entries;
  }
  return found;
}

/// The labels of a map; nothing where one of them cannot be known.
Labels labels_in(const Value* map) {
  Labels labels;
  if (map == nullptr) return labels;
  for (const Entry& entry : map->entries) {
    if (!entry.value.known() || entry.value.shape != Shape::Scalar) return {};
    labels.emplace_back(entry.key, entry.value.text);
  }
  return labels;
}

bool ends_with_kind(const Resource& resource, std::string_view kind) {
  const std::string_view type = resource.type;
  return type == kind ||
         (type.size() > kind.size() && type.ends_with(kind) && type[type.size() - kind.size() - 1] == '/');
}

/// The labels of the pods that a workload makes, or of a pod itself.
Labels pod_labels(const Resource& resource) {
  if (ends_with_kind(resource, "Pod")) return labels_in(at(resource.attributes, {"metadata", "labels"}));
  return labels_in(at(resource.attributes, {"spec", "template", "metadata", "labels"}));
}

/// A monitor selects services by their own labels, everything else pods by the labels that they get.
Labels selectable_labels(const Resource& selecting, const Resource& other) {
  if (!ends_with_kind(selecting, "ServiceMonitor")) return pod_labels(other);
  return other.type == "Service" ? labels_in(at(other.attributes, {"metadata", "labels"})) : Labels();
}

/// What an object selects pods by; empty for what selects none, or all of them.
Labels selector_of(const Resource& resource) {
  if (resource.type == "Service") return labels_in(at(resource.attributes, {"spec", "selector"}));
  for (const std::string_view kind : {"PodDisruptionBudget", "PodMonitor", "ServiceMonitor"}) {
    if (ends_with_kind(resource, kind)) return labels_in(at(resource.attributes, {"spec", "selector", "matchLabels"}));
  }
  if (ends_with_kind(resource, "NetworkPolicy"))
    return labels_in(at(resource.attributes, {"spec", "podSelector", "matchLabels"}));
  return {};
}

bool selects(const Labels& selector, const Labels& labels) {
  return !selector.empty() && std::all_of(selector.begin(), selector.end(), [&](const auto& wanted) {
    return std::find(labels.begin(), labels.end(), wanted) != labels.end();
  });
}

/// The namespace that an address holds between type and name.
std::string_view space_of(const Resource& resource) {
  std::string_view address = resource.address;
  if (!resource.scope.empty()) address.remove_prefix(std::min(address.size(), resource.scope.size() + 1));
  address.remove_prefix(std::min(address.size(), resource.type.size() + 1));
  return address.size() > resource.name.size() ? address.substr(0, address.size() - resource.name.size() - 1)
                                               : std::string_view();
}

bool together(const Resource& a, const Resource& b) {
  return a.stack == b.stack && a.scope == b.scope && space_of(a) == space_of(b);
}

bool finds_pods(const Model& model, const Resource& selecting) {
  const Labels selector = selector_of(selecting);
  return !selector.empty() && std::any_of(model.resources.begin(), model.resources.end(), [&](const Resource& other) {
    return together(selecting, other) && selects(selector, selectable_labels(selecting, other));
  });
}

/// What a workload selects must be what it makes: the platform refuses anything else.
bool finds_its_own(const Resource& workload) {
  const Labels selector = labels_in(at(workload.attributes, {"spec", "selector", "matchLabels"}));
  return selects(selector, labels_in(at(workload.attributes, {"spec", "template", "metadata", "labels"})));
}

const Resource* same_object(const Model& model, const Resource& resource) {
  for (const Resource& other : model.resources) {
    if (other.stack == resource.stack && other.address == resource.address) return &other;
  }
  return nullptr;
}

/// A workload by the kind and name that an autoscaler gives.
bool finds_target(const Model& model, const Resource& scaler) {
  const Value* kind = at(scaler.attributes, {"spec", "scaleTargetRef", "kind"});
  const Value* name = at(scaler.attributes, {"spec", "scaleTargetRef", "name"});
  if (kind == nullptr || name == nullptr || !name->known()) return false;
  return std::any_of(model.resources.begin(), model.resources.end(), [&](const Resource& other) {
    return together(scaler, other) && other.name == name->text && ends_with_kind(other, kind->text);
  });
}

/// The labels of its pods are not what it selects any more, while that stands as it stood.
bool loses_its_own(const Resource& before, const Resource& after) {
  const Value* was = at(before.attributes, {"spec", "selector"});
  const Value* is = at(after.attributes, {"spec", "selector"});
  const bool labelled = !labels_in(at(after.attributes, {"spec", "template", "metadata", "labels"})).empty();
  return was != nullptr && is != nullptr && same_value(*was, *is) && labelled && finds_its_own(before) &&
         !finds_its_own(after);
}

bool lost(const DeltaView& view, const Resource& before, const Resource* after) {
  if (after == nullptr) return false;  // a selector that goes is another finding
  if (loses_its_own(before, *after)) return true;
  if (finds_pods(view.sides.before, before))
    return !selector_of(*after).empty() && !finds_pods(view.sides.after, *after);
  const bool named = finds_target(view.sides.before, before);
  return named && at(after->attributes, {"spec", "scaleTargetRef", "name"}) != nullptr &&
         !finds_target(view.sides.after, *after);
}

}  // namespace

TraitResult loses_selection(const DeltaView& view, const Subject& subject) {
  const Resource* resource = resource_of(view, subject, Side::Before);
  const Model& before = view.sides.before;
  if (resource == nullptr || before.resources.size() > most_resources) return {};
  for (const Resource& selecting : before.resources) {
    const bool itself = &selecting == resource;
    const bool selected =
        together(selecting, *resource) && selects(selector_of(selecting), selectable_labels(selecting, *resource));
    if (!itself && !selected) continue;
    const Resource* after = itself ? resource_of(view, subject, Side::After) : same_object(view.sides.after, selecting);
    if (lost(view, selecting, after)) {
      return {Answer::Yes,
              {{after->header, "what selects by labels or name finds nothing any more: " + after->address}}};
    }
  }
  return {};
}

TraitResult selects_existing(const DeltaView& view, const Resource& service) {
  const Labels selector = selector_of(service);
  const Model& before = view.sides.before;
  if (selector.empty() || before.resources.size() > most_resources) return {};
  for (const Resource& other : before.resources) {
    if (together(service, other) && selects(selector, selectable_labels(service, other)))
      return {Answer::Yes, {{service.header, other.address + ", which it selects, stood before this change"}}};
  }
  return {};
}

namespace {

/// The secret that a certificate fills; empty for anything else.
std::string filled_secret(const Resource& gone, std::string_view space) {
  if (gone.type != "cert-manager.io/Certificate") return {};
  const Value* name = at(gone.attributes, {"spec", "secretName"});
  if (name == nullptr || !name->known() || name->text.empty()) return {};
  return "Secret/" + (space.empty() ? "" : std::string(space) + "/") + name->text;
}

/// Does an object say who is to issue what its secret holds, so that a certificate is made for it anew?
bool asks_an_issuer(const Resource& object) {
  const Value* annotations = at(object.attributes, {"metadata", "annotations"});
  return annotations != nullptr &&
         std::any_of(annotations->entries.begin(), annotations->entries.end(), [](const Entry& each) {
           return each.key.starts_with("cert-manager.io/") && each.key.ends_with("issuer");
         });
}

/// Another certificate fills the same secret.
bool is_filled(const Model& model, const Resource& gone, std::string_view secret) {
  return std::any_of(model.resources.begin(), model.resources.end(), [&](const Resource& other) {
    return together(other, gone) && filled_secret(other, space_of(other)) == secret;
  });
}

}  // namespace

TraitResult still_named(const DeltaView& view, const Subject& subject) {
  const Resource* gone = resource_of(view, subject, Side::Before);
  const Model& after = view.sides.after;
  if (gone == nullptr || after.resources.size() > most_resources) return {};
  if (gone->stack != Stack::Kubernetes) return named_around(view, subject);
  const std::string_view space = space_of(*gone);
  const std::string target = gone->type + "/" + (space.empty() ? "" : std::string(space) + "/") + gone->name;
  const bool anywhere = std::any_of(after.resources.begin(), after.resources.end(), [&](const Resource& other) {
    return other.stack == gone->stack && other.type == gone->type && other.name == gone->name;
  });
  if (anywhere) return {};
  const std::string secret = filled_secret(*gone, space);
  const bool filled = secret.empty() || is_filled(after, *gone, secret);
  for (const Resource& other : after.resources) {
    if (!together(other, *gone)) continue;
    for (const Reference& reference : other.references) {
      if (reference.target == target || (!filled && reference.target == secret && !asks_an_issuer(other)))
        return {Answer::Yes, {{reference.region, other.address + " still names it (" + reference.through + ")"}}};
    }
  }
  return {};
}

}  // namespace redtag
