// What Argo CD and Flux apply from a path of this repository, and delete again once the path names something else.
#include <array>
#include <string>
#include <vector>

#include "base/path.h"
#include "lower/kustomize/contents.h"
#include "lower/kustomize/kustomize.h"

namespace redtag::kustomize {

namespace {

/// Where an applying object keeps its paths, and how a directory without a kustomization is read.
struct Applying {
  std::string_view type;
  std::array<std::string_view, 2> paths;
  Plain plain;
};

constexpr std::array applying = std::to_array<Applying>({
    {"argoproj.io/Application", {"spec.source.path", "spec.sources.path"}, Plain::Files},
    {"kustomize.toolkit.fluxcd.io/Kustomization", {"spec.path", ""}, Plain::Tree},
});

/// All values at a dotted path, through repeated blocks.
void collect(const std::vector<Entry>& entries, std::string_view path, std::vector<const Value*>& into) {
  const std::size_t dot = path.find('.');
  for (const Entry& entry : entries) {
    if (entry.key != path.substr(0, dot)) continue;
    if (dot == std::string_view::npos) {
      into.push_back(&entry.value);
    } else {
      collect(entry.value.entries, path.substr(dot + 1), into);
    }
  }
}

void note(Resource& object, const Applying& kind, Contents& contents) {
  std::vector<const Value*> paths;
  for (const std::string_view path : kind.paths) {
    if (!path.empty()) collect(object.attributes, path, paths);
  }
  Value applied;
  applied.presence = Presence::Known;
  applied.shape = Shape::Block;
  bool data = false, seen = !paths.empty();
  for (const Value* path : paths) {
    const std::optional<std::string> place = path->known() ? path_below({}, path->text) : std::nullopt;
    const Included none;
    const Included& found = place ? contents.at(*place, kind.plain) : none;
    seen = seen && found.found;
    data = data || found.data;
    applied.region = path->region;
    for (const std::string& each : found.weighty)
      applied.entries.push_back({each, known_string("applied", path->region), path->region});
    if (found.found) object.references.push_back({"file:" + *place, "path", path->region});
  }
  if (paths.empty()) return;
  const Region region = paths.front()->region;
  if (!applied.entries.empty()) object.attributes.push_back({"applies", std::move(applied), region});
  if (data) object.attributes.push_back({"carries", known_string("data", region), region});
  if (!seen) object.attributes.push_back({"contents", known_string("elsewhere", region), region});
}

}  // namespace

void note_applied(std::span<LoweredFile> files, SourceTree& tree, const FactTables& facts) {
  Contents contents(tree, facts);
  for (LoweredFile& file : files) {
    if (file.context || file.partial) continue;
    for (Resource& object : file.model.resources) {
      for (const Applying& kind : applying) {
        if (object.type == kind.type) note(object, kind, contents);
      }
    }
  }
}

}  // namespace redtag::kustomize
