// What the entries of a kustomization bring in, read from the tree of their side.
#include <algorithm>
#include <string>

#include "base/path.h"
#include "base/text.h"
#include "lower/kustomize/contents.h"
#include "lower/kustomize/kustomize.h"
#include "lower/kustomize/paths.h"

namespace redtag::kustomize {

bool is_kustomization(std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  return std::find(kustomization_names.begin(), kustomization_names.end(), name) != kustomization_names.end();
}

std::string without_version(std::string_view address) {
  address = address.substr(0, address.find('?'));
  std::string kept;
  for (const std::string_view part : split(address, '/')) {
    const std::string_view number = part.starts_with('v') ? part.substr(1) : part;
    const bool version = !number.empty() && number.find_first_not_of("0123456789.-") == std::string_view::npos;
    kept += (kept.empty() ? "" : "/") + std::string(version ? "*" : part);
  }
  return kept;
}

std::optional<std::string> resolved(std::string_view directory, std::string_view named) {
  if (named.empty() || named.front() == '/' || named.find("://") != std::string_view::npos ||
      named.find('?') != std::string_view::npos || named.starts_with("github.com/") || named.starts_with("git@")) {
    return std::nullopt;
  }
  return path_below(directory, named);
}

namespace {

/// The namespace that all objects of a kustomization name by themselves.
void note_namespace(Resource& whole, const std::set<std::string>& spaces) {
  if (spaces.size() != 1 || spaces.begin()->empty()) return;
  whole.attributes.push_back({"objects_in", known_string(*spaces.begin(), whole.header), whole.header});
}

}  // namespace

void resolve_entries(std::span<LoweredFile> files, SourceTree& tree, const FactTables& facts) {
  Contents contents(tree, facts);
  for (LoweredFile& file : files) {
    if (file.context) continue;
    bool data = false, workload = false, unread = false;
    std::set<std::string> spaces;
    for (Resource& entry : file.model.resources) {
      if (entry.type != entry_type) continue;
      unread = unread || entry.references.empty();
      if (entry.references.empty()) continue;
      const Included& found = contents.at(entry.references.front().target.substr(5));
      workload = workload || found.workload;
      if (found.type.empty()) {
        unread = true;
        continue;
      }
      data = data || found.data;
      spaces.insert(found.spaces.begin(), found.spaces.end());
      entry.type = found.type;
      Value objects;
      objects.presence = Presence::Known;
      objects.shape = Shape::Set;
      objects.region = entry.header;
      for (const std::string& object : found.objects) objects.items.push_back(known_string(object, entry.header));
      entry.attributes.push_back({"contains", std::move(objects), entry.header});
    }
    for (Resource& whole : file.model.resources) {
      // Selectors of nothing but services and policies can change.
      if (!workload && !unread && whole.type == "kustomization")
        std::erase_if(whole.attributes, [](const Entry& each) { return each.key == "selectors"; });
      if (whole.type == "kustomization" && !unread) note_namespace(whole, spaces);
      if (data && whole.type == "kustomization")
        whole.attributes.push_back({"carries", known_string("data", whole.header), whole.header});
    }
  }
}

}  // namespace redtag::kustomize
