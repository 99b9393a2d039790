// What the entries of a kustomization bring in, read from the tree of their side.
#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/path.h"
#include "base/text.h"
#include "document/document.h"
#include "lower/kubernetes/object.h"
#include "lower/kustomize/kustomize.h"
#include "lower/kustomize/paths.h"

namespace redtag::kustomize {

namespace {

using document::Node;

constexpr std::size_t most_files = 400;  // of one side
constexpr std::size_t most_levels = 12;  // of kustomizations that include one another
constexpr std::size_t most_named = 12;   // objects that a finding names

constexpr std::array names =
    std::to_array<std::string_view>({"kustomization.yaml", "kustomization.yml", "Kustomization"});

int weight(std::string_view severity) {
  constexpr std::array order = std::to_array<std::string_view>({"none", "low", "medium", "high", "critical"});
  return static_cast<int>(std::find(order.begin(), order.end(), severity) - order.begin());
}

struct Included {
  std::string type;  ///< of the weightiest object; empty where nothing could be read
  int weight = -1;
  std::set<std::string> objects;
};

class Resolver {
 public:
  Resolver(SourceTree& tree, const FactTables& facts) : tree_(tree), facts_(facts) {}

  const Included& included(const std::string& path) {
    const auto known = known_.find(path);
    if (known != known_.end()) return known->second;
    Included found;
    collect(path, found, 0);
    return known_.emplace(path, std::move(found)).first->second;
  }

 private:
  std::optional<std::string> read(const std::string& path) {
    return files_++ < most_files ? tree_.read(path) : std::nullopt;
  }

  void collect(const std::string& path, Included& into, std::size_t level) {
    if (level > most_levels) return;
    const std::size_t dot = path.rfind('.');
    const bool is_file = dot != std::string::npos && path.find('/', dot) == std::string::npos;
    if (is_file) {
      if (const std::optional<std::string> text = read(path)) return add_objects(*text, into);
    }
    for (const std::string_view name : names) {
      const std::optional<std::string> text = read(path + "/" + std::string(name));
      if (text) return follow(path, *text, into, level);
    }
  }

  void follow(const std::string& directory, const std::string& text, Included& into, std::size_t level) {
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

  void add_objects(const std::string& text, Included& into) {
    const kubernetes::Documents documents = kubernetes::read_documents(text, kubernetes::Templating::IfNeeded);
    for (const kubernetes::ReadDocument& document : documents.all) {
      if (!kubernetes::is_object(document.root)) continue;
      const std::string type =
          kubernetes::type_of(document.root.find("apiVersion")->text, document.root.find("kind")->text, facts_);
      const Node* metadata = document.root.find("metadata");
      const Node* name = metadata == nullptr ? nullptr : metadata->find("name");
      if (into.objects.size() < most_named) into.objects.insert(type + "/" + (name == nullptr ? "" : name->text));
      const int heavy = weight(facts_.severity_of("kubernetes", type));
      if (heavy <= into.weight && !into.type.empty()) continue;
      into.weight = heavy;
      into.type = type;
    }
  }

  SourceTree& tree_;
  const FactTables& facts_;
  std::map<std::string, Included> known_;
  std::size_t files_ = 0;
};

}  // namespace

std::string directory_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string() : std::string(path.substr(0, slash));
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

void resolve_entries(std::span<LoweredFile> files, SourceTree& tree, const FactTables& facts) {
  Resolver resolver(tree, facts);
  for (LoweredFile& file : files) {
    for (Resource& entry : file.model.resources) {
      if (entry.type != entry_type || entry.references.empty()) continue;
      const Included& found = resolver.included(entry.references.front().target.substr(5));
      if (found.type.empty()) continue;
      entry.type = found.type;
      Value contents;
      contents.presence = Presence::Known;
      contents.shape = Shape::Set;
      contents.region = entry.header;
      for (const std::string& object : found.objects) contents.items.push_back(known_string(object, entry.header));
      entry.attributes.push_back({"contains", std::move(contents), entry.header});
    }
  }
}

}  // namespace redtag::kustomize
