#include "lower/kubernetes/kubernetes.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>

#include "base/text.h"
#include "lower/ci/pipeline.h"
#include "lower/kubernetes/access.h"
#include "lower/kubernetes/definitions.h"
#include "lower/kubernetes/engines.h"
#include "lower/kubernetes/fits.h"
#include "lower/kubernetes/generated.h"
#include "lower/kubernetes/object.h"
#include "lower/kubernetes/references.h"
#include "lower/kustomize/deletion.h"
#include "lower/kustomize/kustomize.h"

namespace redtag {

namespace kubernetes {

namespace {

void note_unread(const Documents& documents, const SourceFileView& file, Model& model) {
  for (const Unread& unread : documents.unread) {
    const Region region{file.file, file.side, {file.offset + unread.bytes.begin, file.offset + unread.bytes.end}};
    model.gaps.push_back({region, Stack::Kubernetes, unread.reason});
  }
}

/// Directories into which people put what is no longer applied.
constexpr std::array put_away =
    std::to_array<std::string_view>({"archive", "archived", ".archive", "_archive", "attic", "disabled", ".disabled",
                                     "_disabled", "graveyard", "unused"});

bool is_put_away(std::string_view path) {
  const std::vector<std::string_view> parts = split(path.substr(0, path.rfind('/') + 1), '/');
  return std::any_of(parts.begin(), parts.end(), [](std::string_view part) {
    return std::find(put_away.begin(), put_away.end(), lower_ascii(part)) != put_away.end();
  });
}

Model lower(const SourceFileView& file, const LoweringView& view) {
  Model model = lower_manifests(file, view, Templating::IfNeeded);
  if (!is_put_away(file.path)) return model;
  for (Resource& object : model.resources)
    object.attributes.push_back({"applied", known_string("false", object.header), object.header});
  return model;
}

/// The role that a binding names, as the role's own name says it behind its scope.
std::string role_of(const Resource& binding) {
  for (const Reference& reference : binding.references) {
    if (reference.through == "roleRef") return reference.target;
  }
  return {};
}

/// The conditions behind the first `known`, as a list.
Value list_of(const std::vector<Condition>& conditions, std::size_t known, const NodePlace& place) {
  Value all;
  all.presence = Presence::Known;
  all.shape = Shape::List;
  for (std::size_t i = known; i < conditions.size(); ++i) {
    const Condition& condition = conditions[i];
    const Region region{
        place.file, place.side, {place.text_begin + condition.bytes.begin, place.text_begin + condition.bytes.end}};
    all.items.push_back(known_string((condition.denied ? "! " : "") + condition.text, region));
    all.region = region;
  }
  return all;
}

/// Under which conditions a template prints the objects of a document, for helm/ to judge with the chart's values: `condition`, and of the
/// annotation that keeps one `keep condition`.
void note_conditions(const ReadDocument& document, const NodePlace& place, std::size_t first, Model& model) {
  const std::vector<Condition> conditions =
      conditions_at(*place.directives, document.offset + document.root.bytes.begin);
  for (std::size_t i = first; i < model.resources.size(); ++i) {
    Resource& object = model.resources[i];
    const Entry* keep = find_keep(object);
    if (keep != nullptr && keep->region.valid() && keep->region.bytes.begin >= place.text_begin) {
      const auto inner = conditions_at(*place.directives, keep->region.bytes.begin - place.text_begin);
      if (inner.size() > conditions.size()) {
        Value more = list_of(inner, conditions.size(), place);
        const Region region = more.region;
        object.attributes.push_back({std::string(keep_condition_attribute), std::move(more), region});
      }
    }
    if (conditions.empty()) continue;
    Value all = list_of(conditions, 0, place);
    const Region region = all.region;
    object.attributes.push_back({std::string(condition_attribute), std::move(all), region});
  }
}

}  // namespace

Entry* find_keep(Resource& object) {
  std::vector<Entry>* level = &object.attributes;
  Entry* found = nullptr;
  for (const std::string_view key : {"metadata", "annotations", "helm.sh/resource-policy"}) {
    found = nullptr;
    for (Entry& entry : *level) {
      if (entry.key == key) found = &entry;
    }
    if (found == nullptr) return nullptr;
    level = &found->value.entries;
  }
  return found;
}

Model lower_manifests(const SourceFileView& file, const LoweringView& view, Templating templating) {
  Model model;
  Documents documents = read_documents(file.text, templating, file.twin);
  note_unread(documents, file, model);
  const ObjectScope scope = scope_of(file.path);
  const bool templated = !documents.directives.empty();
  for (ReadDocument& document : documents.all) {
    NodePlace place{file.file, file.side, file.offset, document.offset, templated ? &documents.directives : nullptr};
    const std::vector<RepeatedKey> repeats =
        settle_repeats(document.root, templated ? RepeatsMean::Branches : RepeatsMean::Mistake);
    if (is_object(document.root)) note_repeats(repeats, file, place, model);
    if (!templated && kustomize::is_operations(document.root)) {
      model.resources.push_back(kustomize::operations_of(document.root, file, place));
      continue;
    }
    if (kustomize::is_deletion(document.root)) {
      const Region whole = place.region(document.root.bytes);
      kustomize::add_deletion(document.root, file, whole, whole, view.facts, model);
      continue;
    }
    const std::size_t first = model.resources.size();
    lower_objects(document, file, place, scope, view, model);
    if (!templated && (ci::is_tekton(document.root) || ci::is_argo_workflow(document.root))) {
      SourceFileView placed = file;
      placed.offset += document.offset;
      placed.text.remove_prefix(document.offset);
      ci::add_cluster_gates(placed, document.root, view, model);
    }
    if (templating == Templating::Always && templated && !file.partial) note_conditions(document, place, first, model);
  }
  return model;
}

void link_access(std::span<LoweredFile> files) {
  std::map<std::string, std::string> powers;
  for (const LoweredFile& file : files) {
    for (const Resource& role : file.model.resources) {
      if (!is_role(role)) continue;
      for (const Entry& entry : role.attributes) {
        if (entry.key == "power") powers[role.type + "/" + role.name] = entry.value.text;
      }
    }
  }
  if (powers.empty()) return;
  for (LoweredFile& file : files) {
    for (Resource& binding : file.model.resources) {
      if (!is_binding(binding)) continue;
      const std::string target = role_of(binding);
      const std::size_t slash = target.rfind('/');
      if (slash == std::string::npos) continue;
      const std::size_t group = target.find('/');
      const std::size_t kind_end = group == std::string::npos ? group : target.find('/', group + 1);
      const auto found = powers.find(target.substr(0, kind_end) + target.substr(slash));
      if (found != powers.end()) set_power(binding, found->second);
    }
  }
}

namespace {

constexpr std::size_t most_neighbours = 40;  // of one directory

bool is_manifest_name(std::string_view name) { return name.ends_with(".yaml") || name.ends_with(".yml"); }

/// What stands in the same directory: services and budgets that select the pods of a workload, roles that a binding names.
std::vector<Path> wants(std::span<const LoweredFile> files, SourceTree& tree) {
  std::set<Path> directories;
  for (const LoweredFile& file : files) {
    const std::size_t slash = file.path.rfind('/');
    if (!file.context) directories.insert(slash == std::string::npos ? std::string() : file.path.substr(0, slash));
  }
  std::set<Path> wanted;
  for (const Path& directory : directories) {
    std::size_t taken = 0;
    for (const TreeEntry& entry : tree.list(directory)) {
      if (entry.directory || !is_manifest_name(entry.name) || ++taken > most_neighbours) continue;
      wanted.insert(directory.empty() ? entry.name : directory + "/" + entry.name);
    }
  }
  kustomize::want_layers(files, wanted);
  kustomize::want_overlays(files, tree, wanted);
  return {wanted.begin(), wanted.end()};
}

void link(std::span<LoweredFile> files, SourceTree& tree, const FactTables& facts) {
  link_access(files);
  link_selectors(files);
  note_fits(files);
  note_found(files, tree);
  note_definitions(files, tree);
  kustomize::note_applied(files, tree, facts);
  kustomize::note_unlisted(files, tree);
  kustomize::resolve_entries(files, tree, facts);
  kustomize::mark_patches(files, tree);
  const kustomize::BaseOverlays overlays = kustomize::note_overlays(files, tree);
  kustomize::lay_patches(files, overlays);
  note_engines(files, facts);
}

}  // namespace

}  // namespace kubernetes

const Frontend kubernetes_frontend{Stack::Kubernetes, kubernetes::lower, kubernetes::wants, kubernetes::link};

}  // namespace redtag
