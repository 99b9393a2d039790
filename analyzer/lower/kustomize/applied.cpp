// What Argo CD and Flux apply from a path of this repository, and delete again once the path names something else.
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "base/path.h"
#include "lower/kustomize/contents.h"
#include "lower/kustomize/kustomize.h"

namespace redtag::kustomize {

namespace {

/// Where an applying object names its sources and whether it prunes, and how a directory without a kustomization is read.
struct Applying {
  std::string_view type;
  std::array<std::string_view, 2> sources;  ///< each a block with `path`
  std::string_view prune;
  Plain plain;
};

constexpr std::array applying = std::to_array<Applying>({
    {"argoproj.io/Application", {"spec.source", "spec.sources"}, "spec.syncPolicy.automated.prune", Plain::Files},
    {"kustomize.toolkit.fluxcd.io/Kustomization", {"spec", ""}, "spec.prune", Plain::Tree},
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

std::string text_at(const std::vector<Entry>& entries, std::string_view path) {
  std::vector<const Value*> found;
  collect(entries, path, found);
  return found.size() == 1 && found.front()->known() ? found.front()->text : std::string();
}

Reading reading_of(const Value& source, Plain plain) {
  Reading how{plain, text_at(source.entries, "directory.include"), text_at(source.entries, "directory.exclude")};
  if (text_at(source.entries, "directory.recurse") == "true") how.plain = Plain::Tree;
  return how;
}

/// What the graph says of the way from the object to a directory.
std::string through(const Resource& object, const Applying& kind, const Reading& how) {
  const bool prunes = text_at(object.attributes, kind.prune) == "true";
  return std::string(prunes ? "prunes" : "applies") + (how.plain == Plain::Tree ? " below" : "");
}

void note(Resource& object, const Applying& kind, Contents& contents) {
  std::vector<const Value*> sources;
  for (const std::string_view path : kind.sources) {
    if (!path.empty()) collect(object.attributes, path, sources);
  }
  Value applied;
  applied.presence = Presence::Known;
  applied.shape = Shape::Block;
  bool data = false, seen = true;
  Region region;
  for (const Value* source : sources) {
    const Value* path = find_entry(*source, "path");
    if (path == nullptr) continue;
    const std::optional<std::string> place = path->known() ? path_below({}, path->text) : std::nullopt;
    const Included none;
    const Reading how = reading_of(*source, kind.plain);
    const Included& found = place ? contents.at(*place, how) : none;
    seen = seen && found.found;
    data = data || found.data;
    if (!region.valid()) region = path->region;
    applied.region = path->region;
    for (const std::string& each : found.weighty)
      applied.entries.push_back({each, known_string("applied", path->region), path->region});
    if (found.found) object.references.push_back({"file:" + *place, through(object, kind, how), path->region});
  }
  if (!region.valid()) return;
  if (!applied.entries.empty()) object.attributes.push_back({"applies", std::move(applied), region});
  if (data) object.attributes.push_back({"carries", known_string("data", region), region});
  if (!seen) object.attributes.push_back({"contents", known_string("elsewhere", region), region});
}

/// In a file that is evidence only, where the way leads is enough: nothing is read for it.
void refer(Resource& object, const Applying& kind) {
  std::vector<const Value*> sources;
  for (const std::string_view path : kind.sources) {
    if (!path.empty()) collect(object.attributes, path, sources);
  }
  std::vector<Reference> ways;
  for (const Value* source : sources) {
    const Value* path = find_entry(*source, "path");
    const std::optional<std::string> place =
        path == nullptr || !path->known() ? std::nullopt : path_below({}, path->text);
    if (place) ways.push_back({"file:" + *place, through(object, kind, reading_of(*source, kind.plain)), path->region});
  }
  object.references.insert(object.references.end(), ways.begin(), ways.end());
}

}  // namespace

void note_applied(std::span<LoweredFile> files, SourceTree& tree, const FactTables& facts) {
  Contents contents(tree, facts);
  for (LoweredFile& file : files) {
    if (file.partial) continue;
    for (Resource& object : file.model.resources) {
      for (const Applying& kind : applying) {
        if (object.type != kind.type) continue;
        if (file.context) {
          refer(object, kind);
        } else {
          note(object, kind, contents);
        }
      }
    }
  }
}

}  // namespace redtag::kustomize
