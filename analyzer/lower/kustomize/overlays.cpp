// Which overlays apply a base: how far a change of it reaches.
#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "document/document.h"
#include "lower/kustomize/kustomize.h"
#include "lower/kustomize/paths.h"

namespace redtag::kustomize {

namespace {

using document::Node;

constexpr std::size_t most_directories = 400;  // that one side is searched for overlays
constexpr std::size_t most_overlays = 12;      // of one base, whose patches are looked at
constexpr std::size_t most_levels = 5;         // below the directory that holds bases and overlays

/// `a/base/web/x.yaml` → `a` and `a/base/web`; nullopt for what lies in no base.
struct BasePlace {
  std::string root;
  std::string directory;
};

std::optional<BasePlace> base_of(std::string_view path) {
  BasePlace place{{}, directory_of(path)};
  std::string_view before = place.directory;
  for (const std::string_view part : split(place.directory, '/')) {
    if (part == "base" || part == "bases") {
      before = before.substr(0, static_cast<std::size_t>(part.data() - place.directory.data()));
      if (before.ends_with('/')) before.remove_suffix(1);
      place.root = before;
      return place;
    }
  }
  return std::nullopt;
}

/// Bases and what includes them, below one root.
class Includes {
 public:
  Includes(SourceTree& tree, const std::string& root, std::size_t& budget) : tree_(tree), budget_(budget) {
    search(root, 0);
  }

  /// Directories outside of any base that include `directory`, or something above it in its base, by themselves or through others.
  std::set<std::string> overlays_of(std::string directory) const {
    std::set<std::string> found, seen;
    std::vector<std::string> waiting;
    for (; base_of(directory + "/x"); directory = directory_of(directory)) waiting.push_back(directory);
    while (!waiting.empty()) {
      const std::string at = std::move(waiting.back());
      waiting.pop_back();
      const auto including = included_by_.find(at);
      if (including == included_by_.end() || !seen.insert(at).second) continue;
      for (const std::string& place : including->second) {
        if (!base_of(place + "/x")) found.insert(place);
        waiting.push_back(place);
      }
    }
    return found;
  }

 private:
  void search(const std::string& directory, std::size_t level) {
    if (level > most_levels || budget_ == 0) return;
    --budget_;
    for (const TreeEntry& entry : tree_.list(directory)) {
      const std::string path = directory.empty() ? entry.name : directory + "/" + entry.name;
      if (entry.directory) {
        search(path, level + 1);
      } else if (is_kustomization(entry.name)) {
        read(directory, path);
      }
    }
  }

  void read(const std::string& directory, const std::string& path) {
    const std::optional<std::string> text = tree_.read(path);
    if (!text) return;
    const Expected<std::vector<Node>> documents =
        document::parse_yaml_stream(*text, directory, document::Repeats::Kept);
    if (!documents) return;
    for (const Node& root : *documents) {
      for (const std::string_view key : {"resources", "bases", "components"}) {
        const Node* list = root.find(key);
        if (list == nullptr) continue;
        for (const Node& item : list->items) {
          if (const std::optional<std::string> named = resolved(directory, item.text))
            included_by_[*named].insert(directory);
        }
      }
    }
  }

  SourceTree& tree_;
  std::size_t& budget_;
  std::map<std::string, std::set<std::string>> included_by_;
};

/// The overlays of each changed file that lies in a base.
template <class Told>
void for_each_base(std::span<const LoweredFile> files, SourceTree& tree, const Told& told) {
  std::map<std::string, Includes> roots;
  std::size_t budget = most_directories;
  for (const LoweredFile& file : files) {
    const std::optional<BasePlace> place = file.context ? std::nullopt : base_of(file.path);
    if (!place || file.model.resources.empty()) continue;
    const auto includes = roots.try_emplace(place->root, tree, place->root, budget).first;
    std::set<std::string> overlays = includes->second.overlays_of(place->directory);
    if (!overlays.empty()) told(file, std::move(overlays));
  }
}

}  // namespace

BaseOverlays note_overlays(std::span<LoweredFile> files, SourceTree& tree) {
  BaseOverlays found;
  for_each_base(files, tree, [&](const LoweredFile& file, std::set<std::string> overlays) {
    found.emplace(file.path, std::move(overlays));
  });
  for (LoweredFile& file : files) {
    const auto overlays = file.context ? found.end() : found.find(file.path);
    if (overlays == found.end()) continue;
    std::string keys;
    for (const std::string& overlay : overlays->second)
      keys += (keys.empty() ? "\"" : ",\"") + printable(overlay) + "\"";
    for (Resource& object : file.model.resources) object.instances = "each=[" + keys + "]";
  }
  return found;
}

void want_overlays(std::span<const LoweredFile> files, SourceTree& tree, std::set<Path>& wanted) {
  for_each_base(files, tree, [&](const LoweredFile&, const std::set<std::string>& overlays) {
    if (overlays.size() > most_overlays) return;
    for (const std::string& overlay : overlays) wanted.insert(overlay + "/kustomization.yaml");
  });
}

}  // namespace redtag::kustomize
