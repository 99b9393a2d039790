// Manifests that lie in a kustomization's directory without being named by it: nobody applies them.
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/path.h"
#include "base/text.h"
#include "lower/kustomize/kustomize.h"
#include "lower/kustomize/paths.h"

namespace redtag::kustomize {

namespace {

/// A YAML text without its comments, as far as a search for names needs it.
std::string without_comments(std::string_view text) {
  std::string kept;
  for (const std::string_view line : split(text, '\n')) {
    std::size_t end = line.size();
    for (std::size_t at = line.find('#'); at != std::string_view::npos; at = line.find('#', at + 1)) {
      if (at > 0 && line[at - 1] != ' ' && line[at - 1] != '\t') continue;
      end = at;
      break;
    }
    kept.append(line.substr(0, end)).push_back('\n');
  }
  return kept;
}

/// What the kustomization of a directory says, without its comments; nullopt where there is none.
std::optional<std::string> kustomization_in(const std::string& directory, SourceTree& tree) {
  for (const std::string_view name : kustomization_names) {
    const std::optional<std::string> text = tree.read(joined_path(directory, name));
    if (text) return without_comments(*text);
  }
  return std::nullopt;
}

}  // namespace

void note_unlisted(std::span<LoweredFile> files, SourceTree& tree) {
  std::map<std::string, std::optional<std::string>> known;
  for (LoweredFile& file : files) {
    if (file.context || file.partial || file.model.resources.empty()) continue;
    const std::string directory = directory_of(file.path);
    const std::string_view name = std::string_view(file.path).substr(file.path.rfind('/') + 1);
    if (is_kustomization(name)) continue;
    auto at = known.find(directory);
    if (at == known.end()) at = known.emplace(directory, kustomization_in(directory, tree)).first;
    if (!at->second || at->second->find(name) != std::string::npos) continue;
    for (Resource& object : file.model.resources)
      object.attributes.push_back({"applied", known_string("false", object.header), object.header});
  }
}

}  // namespace redtag::kustomize
