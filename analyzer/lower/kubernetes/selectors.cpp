// Which workloads a selector finds, across the files of one side: what a service, a budget or a policy stands in front of.
#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "base/text.h"
#include "lower/kubernetes/references.h"

namespace redtag::kubernetes {

namespace {

constexpr std::string_view mark = "labels:";
constexpr std::size_t most_selected = 8;     // workloads that one selector refers to
constexpr std::size_t most_looked_at = 400;  // workloads that share a selector's first label

struct Workload {
  std::size_t file = 0;
  std::size_t resource = 0;
  std::vector<std::string> labels;  ///< sorted
};

/// The labels of the pods that an object makes, or of the pod that it is.
std::vector<std::string> pod_labels(const Resource& object) {
  const Value* labels = object.type == "Pod" ? value_at(object, {"metadata", "labels"})
                                             : value_at(object, {"spec", "template", "metadata", "labels"});
  std::vector<std::string> found;
  if (labels == nullptr) return found;
  for (const Entry& label : labels->entries) {
    if (label.value.shape == Shape::Scalar) found.push_back(label.key + "=" + label.value.text);
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace

void link_selectors(std::span<LoweredFile> files) {
  std::vector<Workload> workloads;
  std::map<std::string, std::vector<std::size_t>, std::less<>> by_label;
  for (std::size_t i = 0; i < files.size(); ++i) {
    for (std::size_t j = 0; j < files[i].model.resources.size(); ++j) {
      std::vector<std::string> labels = pod_labels(files[i].model.resources[j]);
      for (const std::string& label : labels) by_label[label].push_back(workloads.size());
      if (!labels.empty()) workloads.push_back({i, j, std::move(labels)});
    }
  }
  if (workloads.empty()) return;
  for (LoweredFile& file : files) {
    for (Resource& object : file.model.resources) {
      std::vector<Reference> found;
      for (const Reference& reference : object.references) {
        if (!reference.target.starts_with(mark)) continue;
        const auto wanted = split(std::string_view(reference.target).substr(mark.size()), ',');
        const auto candidates = by_label.find(wanted.front());
        if (candidates == by_label.end()) continue;
        std::size_t taken = 0, seen = 0;
        for (const std::size_t candidate : candidates->second) {
          if (++seen > most_looked_at || taken >= most_selected) break;
          const Workload& workload = workloads[candidate];
          const Resource& selected = files[workload.file].model.resources[workload.resource];
          const bool all = std::includes(workload.labels.begin(), workload.labels.end(), wanted.begin(), wanted.end());
          if (!all || &selected == &object || namespace_of(selected) != namespace_of(object)) continue;
          found.push_back({selected.address, reference.through, reference.region});
          ++taken;
        }
      }
      object.references.insert(object.references.end(), found.begin(), found.end());
    }
  }
}

}  // namespace redtag::kubernetes
