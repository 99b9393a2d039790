// Which files are patches: what a kustomization in their directory or above it says.
#include <map>
#include <set>

#include "document/document.h"
#include "lower/kustomize/kustomize.h"
#include "lower/kustomize/paths.h"

namespace redtag::kustomize {

namespace {

using document::Node;

constexpr std::size_t most_levels = 3;  // above the file's own directory
constexpr std::size_t most_kustomizations = 300;

class Patches {
 public:
  explicit Patches(SourceTree& tree) : tree_(tree) {}

  bool holds(const std::string& path) {
    std::string directory = directory_of(path);
    for (std::size_t level = 0; level <= most_levels; ++level) {
      if (listed(directory).contains(path)) return true;
      if (directory.empty()) break;
      directory = directory_of(directory);
    }
    return false;
  }

 private:
  const std::set<std::string>& listed(const std::string& directory) {
    const auto known = listed_.find(directory);
    if (known != listed_.end()) return known->second;
    std::set<std::string>& paths = listed_[directory];
    if (++read_ > most_kustomizations) return paths;
    const std::string prefix = directory.empty() ? std::string() : directory + "/";
    for (const std::string_view name : kustomization_names) {
      const std::optional<std::string> text = tree_.read(prefix + std::string(name));
      if (text) collect(directory, *text, paths);
    }
    return paths;
  }

  static void collect(const std::string& directory, const std::string& text, std::set<std::string>& paths) {
    const Expected<std::vector<Node>> documents = document::parse_yaml_stream(text, directory, document::Repeats::Kept);
    if (!documents) return;
    for (const Node& root : *documents) {
      for (const std::string_view key : {"patches", "patchesStrategicMerge", "patchesJson6902"}) {
        const Node* list = root.find(key);
        if (list == nullptr) continue;
        for (const Node& item : list->items) {
          const Node* path = item.scalar() ? &item : item.find("path");
          if (path == nullptr || path->text.find('\n') != std::string::npos) continue;
          if (std::optional<std::string> file = resolved(directory, path->text)) paths.insert(std::move(*file));
        }
      }
    }
  }

  SourceTree& tree_;
  std::map<std::string, std::set<std::string>> listed_;
  std::size_t read_ = 0;
};

}  // namespace

bool reads_as_patch(std::string_view path, SourceTree& tree) {
  const bool named = path.ends_with(".yaml") || path.ends_with(".yml") || path.ends_with(".json");
  return named && Patches(tree).holds(std::string(path));
}

void mark_patches(std::span<LoweredFile> files, SourceTree& tree) {
  Patches patches(tree);
  for (LoweredFile& file : files) {
    if (file.model.resources.empty() || !patches.holds(file.path)) continue;
    for (Resource& object : file.model.resources) {
      object.attributes.push_back({"patch", known_string("true", object.header), object.header});
    }
  }
}

}  // namespace redtag::kustomize
