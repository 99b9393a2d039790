#include "lower/kubernetes/definitions.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace redtag::kubernetes {

namespace {

constexpr std::size_t most_templates = 60;  // of one chart
constexpr std::string_view chart_prefix = "file:";

/// Do the chart's templates hold definitions, each with the word that keeps it?
bool keeps_definitions(const std::string& chart, SourceTree& tree) {
  std::vector<std::string> directories{chart + "/templates"};
  std::size_t read = 0, kept = 0;
  while (!directories.empty()) {
    const std::string directory = std::move(directories.back());
    directories.pop_back();
    for (const TreeEntry& entry : tree.list(directory)) {
      const std::string path = directory + "/" + entry.name;
      if (++read > most_templates) return false;
      if (entry.directory) {
        directories.push_back(path);
        continue;
      }
      const std::optional<std::string> text = tree.read(path);
      if (!text || text->find("kind: CustomResourceDefinition") == std::string::npos) continue;
      if (text->find("helm.sh/resource-policy") == std::string::npos) return false;
      ++kept;
    }
  }
  return kept > 0;
}

}  // namespace

void note_definitions(std::span<LoweredFile> files, SourceTree& tree) {
  for (LoweredFile& file : files) {
    if (file.context || file.partial) continue;
    for (Resource& release : file.model.resources) {
      bool kept = false;
      for (const Reference& reference : release.references) {
        if (reference.through != "chart" || !reference.target.starts_with(chart_prefix)) continue;
        kept = kept || keeps_definitions(reference.target.substr(chart_prefix.size()), tree);
      }
      if (kept) release.attributes.push_back({"definitions", known_string("kept", release.header), release.header});
    }
  }
}

}  // namespace redtag::kubernetes
