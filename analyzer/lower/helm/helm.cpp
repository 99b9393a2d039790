#include "lower/helm/helm.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "lower/helm/releases.h"
#include "lower/kubernetes/kubernetes.h"
#include "lower/kubernetes/object.h"

namespace redtag {

namespace helm {

namespace {

using kubernetes::Documents;
using kubernetes::NodePlace;
using kubernetes::ReadDocument;

constexpr std::size_t most_templates = 200;  // of one chart that a change of its values draws in

std::string_view name_of(std::string_view path) { return path.substr(path.rfind('/') + 1); }

std::string directory_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string() : std::string(path.substr(0, slash));
}

std::string joined(const std::string& directory, std::string_view name) {
  return directory.empty() ? std::string(name) : directory + "/" + std::string(name);
}

bool is_template_path(std::string_view path) {
  return path.starts_with("templates/") || path.find("/templates/") != std::string_view::npos;
}

Resource settings_of(const SourceFileView& file, const NodePlace& place, const document::Node& root,
                     std::string_view type, const FactTables& facts) {
  const kubernetes::IsWhole whole = kubernetes::wholes_of("helm", type, facts);
  Resource settings;
  settings.stack = Stack::Helm;
  settings.type = type;
  settings.name = name_of(file.path);
  settings.scope = directory_of(file.path);
  settings.address = std::string(file.path);
  settings.region = place.region(root.bytes);
  settings.header = root.members.empty() ? settings.region : place.region(root.members.front().key_bytes);
  for (const document::Member& member : root.members) {
    if (member.key != "sops") kubernetes::add_entries(settings.attributes, member, place, {}, whole);
  }
  return settings;
}

/// A chart's dependencies: each is a chart of its own, whose objects come and go with the line.
void add_dependencies(const Resource& chart, Model& model) {
  for (const Entry& entry : chart.attributes) {
    const Value* name = entry.key == "dependencies" ? find_entry(entry.value, "name") : nullptr;
    if (name == nullptr) continue;
    Resource dependency;
    dependency.stack = Stack::Helm;
    dependency.type = "dependency";
    const Value* alias = find_entry(entry.value, "alias");
    dependency.name = alias == nullptr ? name->text : alias->text;
    dependency.scope = chart.scope;
    dependency.address = chart.scope + ":dependency/" + dependency.name;
    dependency.attributes = entry.value.entries;
    dependency.region = dependency.header = entry.region;
    model.resources.push_back(std::move(dependency));
  }
}

void lower_document(const SourceFileView& file, ReadDocument& document, const NodePlace& place, FileRole role,
                    const LoweringView& view, Model& model) {
  const bool templated = place.directives != nullptr;
  const auto repeats = kubernetes::settle_repeats(
      document.root, templated ? kubernetes::RepeatsMean::Branches : kubernetes::RepeatsMean::Mistake);
  kubernetes::note_repeats(repeats, file, place, model);
  if (document.root.type != document::NodeType::Mapping) return;
  switch (role) {
    case FileRole::Template: break;  // lower_manifests reads those
    case FileRole::Values:
      model.resources.push_back(settings_of(file, place, document.root, "values", view.facts));
      break;
    case FileRole::Chart: {
      Resource chart = settings_of(file, place, document.root, "chart", view.facts);
      add_dependencies(chart, model);
      std::erase_if(chart.attributes, [](const Entry& entry) { return entry.key == "dependencies"; });
      model.resources.push_back(std::move(chart));
      break;
    }
    case FileRole::Releases: add_releases(document.root, file, place, view, model); break;
  }
}

Model lower(const SourceFileView& file, const LoweringView& view) {
  const FileRole role = role_of(file.path);
  if (role == FileRole::Template) {
    // Partials print nothing by themselves.
    const std::string_view name = name_of(file.path);
    if (name.ends_with(".tpl") || name.ends_with(".txt") || name.ends_with(".md")) return {};
    return kubernetes::lower_manifests(file, view, kubernetes::Templating::Always);
  }
  Model model;
  Documents documents = kubernetes::read_documents(file.text, kubernetes::Templating::IfNeeded, file.twin);
  for (const kubernetes::Unread& unread : documents.unread) {
    const Region region{file.file, file.side, {file.offset + unread.bytes.begin, file.offset + unread.bytes.end}};
    model.gaps.push_back({region, Stack::Helm, unread.reason});
  }
  const bool templated = !documents.directives.empty();
  for (ReadDocument& document : documents.all) {
    const NodePlace place{file.file, file.side, file.offset, document.offset,
                          templated ? &documents.directives : nullptr};
    lower_document(file, document, place, role, view, model);
  }
  return model;
}

bool is_template_file(const TreeEntry& entry) {
  return !entry.directory && (entry.name.ends_with(".yaml") || entry.name.ends_with(".yml"));
}

/// A change of a chart's values is read with its templates, and the other way round.
std::vector<Path> wants(std::span<const LoweredFile> files, SourceTree& tree) {
  std::set<Path> wanted;
  for (const LoweredFile& file : files) {
    if (file.context) continue;
    const FileRole role = role_of(file.path);
    if (role == FileRole::Template) {
      if (const auto chart = chart_of(file.path)) wanted.insert(joined(*chart, "values.yaml"));
    } else if (role == FileRole::Values && name_of(file.path) == "values.yaml") {
      const std::string templates = joined(directory_of(file.path), "templates");
      std::size_t taken = 0;
      for (const TreeEntry& entry : tree.list(templates)) {
        if (is_template_file(entry) && ++taken <= most_templates) wanted.insert(templates + "/" + entry.name);
      }
    }
  }
  return {wanted.begin(), wanted.end()};
}

void link(std::span<LoweredFile> files, SourceTree&, const FactTables&) {
  judge_conditions(files);
  join_values(files);
  kubernetes::link_access(files);
}

}  // namespace

FileRole role_of(std::string_view path) {
  const std::string name = lower_ascii(name_of(path));
  if (is_template_path(path)) return FileRole::Template;
  if (name == "chart.yaml" || name == "chart.yml" || name == "requirements.yaml") return FileRole::Chart;
  if (name.starts_with("helmfile") || path.find("helmfile.d/") != std::string_view::npos) return FileRole::Releases;
  const bool in_values = path.starts_with("values/") || path.find("/values/") != std::string_view::npos;
  const bool values = in_values || name.find("values") != std::string::npos || name.ends_with(".gotmpl");
  return values ? FileRole::Values : FileRole::Releases;
}

std::optional<std::string> chart_of(std::string_view path) {
  if (path.starts_with("templates/")) return std::string();
  const std::size_t at = path.rfind("/templates/");
  if (at != std::string_view::npos) return std::string(path.substr(0, at));
  const std::string name = lower_ascii(name_of(path));
  if (name == "values.yaml" || name == "chart.yaml") return directory_of(path);
  return std::nullopt;
}

}  // namespace helm

const Frontend helm_frontend{Stack::Helm, helm::lower, helm::wants, helm::link};

}  // namespace redtag
