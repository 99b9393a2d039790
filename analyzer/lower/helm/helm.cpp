#include "lower/helm/helm.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>

#include "base/path.h"
#include "base/text.h"
#include "lower/helm/charts.h"
#include "lower/helm/instances.h"
#include "lower/helm/releases.h"
#include "lower/kubernetes/engines.h"
#include "lower/kubernetes/excess.h"
#include "lower/kubernetes/kubernetes.h"
#include "lower/kubernetes/object.h"
#include "lower/kubernetes/references.h"
#include "lower/kubernetes/release.h"

namespace redtag {

namespace helm {

namespace {

using kubernetes::Documents;
using kubernetes::NodePlace;
using kubernetes::ReadDocument;

constexpr std::size_t most_charts = 40;      // that changed files of environments draw in
constexpr std::size_t most_patterns = 500;   // of one .helmignore
constexpr std::size_t most_templates = 200;  // of one chart that a change of its values draws in

std::string_view name_of(std::string_view path) { return path.substr(path.rfind('/') + 1); }

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
  kubernetes::note_excess(settings.attributes);
  return settings;
}

/// A chart's dependencies: each is a chart of its own, whose objects come and go with the line.
void add_dependencies(Resource& chart, const FactTables& facts, Model& model) {
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
    const Value* version = find_entry(entry.value, "version");
    const std::string major = version == nullptr ? std::string() : kubernetes::major_of(version->text);
    if (!major.empty())
      dependency.attributes.push_back({"major", known_string(major, version->region), version->region});
    kubernetes::note_machinery(dependency, name->text, facts);
    chart.references.push_back({dependency.address, "dependencies", dependency.region});
    // A chart of this tree; without a repository, one that is kept beside it.
    const Value* repository = find_entry(entry.value, "repository");
    std::string_view place = repository == nullptr ? std::string_view() : std::string_view(repository->text);
    if (place.starts_with("file://")) {
      if (const std::optional<std::string> path = path_below(chart.scope, place.substr(7)))
        dependency.references.push_back({"file:" + *path, "repository", dependency.region});
    } else if (place.empty()) {
      dependency.references.push_back({"file:" + chart.scope + "/charts/" + name->text, "charts", dependency.region});
    }
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
    case FileRole::Template:
    case FileRole::Ignored: break;  // read by other readers
    case FileRole::Values:
      model.resources.push_back(settings_of(file, place, document.root, "values", view.facts));
      break;
    case FileRole::Chart: {
      Resource chart = settings_of(file, place, document.root, "chart", view.facts);
      add_dependencies(chart, view.facts, model);
      std::erase_if(chart.attributes, [](const Entry& entry) { return entry.key == "dependencies"; });
      chart.references.push_back({"file:" + directory_of(file.path), "", chart.header});
      model.resources.push_back(std::move(chart));
      break;
    }
    case FileRole::Releases: add_releases(document.root, file, place, view, model); break;
  }
}

bool lists_releases(const SourceFileView& file) {
  return lower_ascii(name_of(file.path)).starts_with("helmfile") ||
         file.path.find("helmfile.d/") != std::string_view::npos || file.text.starts_with("releases:") ||
         file.text.find("\nreleases:") != std::string_view::npos ||
         file.text.find("helm_chart:") != std::string_view::npos ||
         file.text.find("helmChart:") != std::string_view::npos;
}

/// A file whose name begins with an underline prints nothing by itself; what it defines, other templates may print.
void note_partial(Model& model) {
  for (Resource& object : model.resources) {
    Value conditions;
    conditions.presence = Presence::Known;
    conditions.shape = Shape::List;
    conditions.region = object.header;
    const auto open = std::find_if(object.attributes.begin(), object.attributes.end(), [](const Entry& entry) {
      return entry.key == kubernetes::condition_attribute && entry.value.shape == Shape::List;
    });
    const bool inside = open != object.attributes.end();
    conditions.items.push_back(known_string(inside ? "define" : "if false", object.header));
    if (inside) object.attributes.erase(open);
    object.attributes.push_back({std::string(kubernetes::condition_attribute), std::move(conditions), object.header});
  }
}

/// The lines of a `.helmignore`.
Model lower_ignored(const SourceFileView& file) {
  Value patterns;
  patterns.presence = Presence::Known;
  patterns.shape = Shape::List;
  for (std::size_t at = 0; at < file.text.size();) {
    const std::size_t end = std::min(file.text.find('\n', at), file.text.size());
    const std::string_view line = trim(file.text.substr(at, end - at));
    const auto begin = static_cast<std::uint32_t>(file.offset + at);
    const Region region{file.file, file.side, {begin, static_cast<std::uint32_t>(file.offset + end)}};
    if (!line.empty() && line.front() != '#' && patterns.items.size() < most_patterns)
      patterns.items.push_back(known_string(std::string(line), region));
    at = end + 1;
  }
  const Region whole{file.file, file.side, {file.offset, static_cast<std::uint32_t>(file.offset + file.text.size())}};
  Resource ignored;
  ignored.stack = Stack::Helm;
  ignored.type = "ignored files";
  ignored.name = name_of(file.path);
  ignored.scope = directory_of(file.path);
  ignored.address = std::string(file.path);
  ignored.region = ignored.header = whole;
  ignored.attributes.push_back({"patterns", std::move(patterns), whole});
  Model model;
  model.resources.push_back(std::move(ignored));
  return model;
}

Model lower(const SourceFileView& file, const LoweringView& view) {
  FileRole role = role_of(file.path);
  // What is read because a chart is given it.
  if (role == FileRole::Releases && !lists_releases(file)) role = FileRole::Values;
  if (role == FileRole::Ignored) return file.partial ? Model() : lower_ignored(file);
  if (role == FileRole::Template) {
    // Partials print nothing by themselves.
    const std::string_view name = name_of(file.path);
    if (name.ends_with(".tpl") || name.ends_with(".txt") || name.ends_with(".md")) return {};
    Model model = kubernetes::lower_manifests(file, view, kubernetes::Templating::Always);
    if (name.starts_with('_') && !file.partial) note_partial(model);
    return model;
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

/// What a change of values, of the chart's file or of its ignored files can decide about.
void want_templates(const std::string& chart, SourceTree& tree, std::set<Path>& wanted) {
  for (const std::string_view name : {"values.yaml", "Chart.yaml", "requirements.yaml", ".helmignore"})
    wanted.insert(joined_path(chart, name));
  std::vector<std::string> directories{joined_path(chart, "templates")};
  std::size_t taken = 0;
  while (!directories.empty() && taken < most_templates) {
    const std::string directory = std::move(directories.back());
    directories.pop_back();
    for (const TreeEntry& entry : tree.list(directory)) {
      if (entry.directory && entry.name != "tests") directories.push_back(joined_path(directory, entry.name));
      if (is_template_file(entry) && ++taken <= most_templates) wanted.insert(joined_path(directory, entry.name));
    }
  }
}

/// A change of a chart's values is read with its templates, and the other way round.
std::vector<Path> wants(std::span<const LoweredFile> files, SourceTree& tree) {
  std::set<Path> wanted;
  std::set<std::string> charts;
  Charts found(tree);
  for (const LoweredFile& file : files) {
    if (file.context) continue;
    const FileRole role = role_of(file.path);
    std::optional<std::string> chart = chart_of(file.path);
    const bool values = role == FileRole::Values || holds_values(file);
    if (values && charts.size() < most_charts) chart = found.of_values(file.path);
    if (!chart) continue;
    if (role == FileRole::Template) {
      for (const std::string_view name : {"values.yaml", ".helmignore"}) wanted.insert(joined_path(*chart, name));
    } else if (values || role == FileRole::Ignored) {
      charts.insert(*chart);
    } else if (role == FileRole::Chart) {
      wanted.insert(joined_path(*chart, "values.yaml"));
    }
  }
  for (const std::string& chart : charts) want_templates(chart, tree, wanted);
  return {wanted.begin(), wanted.end()};
}

/// Says of changed values whether the chart that they are given to prints something that keeps data.
void note_contents(std::span<LoweredFile> files, SourceTree& tree) {
  static constexpr std::array keeping =
      std::to_array<std::string_view>({"apps/StatefulSet", "PersistentVolumeClaim", "PersistentVolume"});
  Charts charts(tree);
  for (LoweredFile& file : files) {
    if (file.context || !holds_values(file)) continue;
    const std::optional<std::string> chart = charts.of_values(file.path);
    const bool keeps = chart && std::any_of(files.begin(), files.end(), [&](const LoweredFile& other) {
                         if (role_of(other.path) != FileRole::Template || chart_of(other.path) != chart) return false;
                         const std::vector<Resource>& all = other.model.resources;
                         return std::any_of(all.begin(), all.end(), [](const Resource& object) {
                           return std::find(keeping.begin(), keeping.end(), object.type) != keeping.end();
                         });
                       });
    for (Resource& values : file.model.resources) {
      if (keeps && values.type == "values")
        values.attributes.push_back({"keeps", known_string("data", values.header), values.header});
    }
  }
}

/// A chart stands on what its templates print.
void note_templates(std::span<LoweredFile> files) {
  std::map<std::string, std::vector<std::string>> printed;
  for (const LoweredFile& file : files) {
    if (role_of(file.path) != FileRole::Template) continue;
    std::vector<std::string>& objects = printed[chart_of(file.path).value_or(std::string())];
    for (const Resource& object : file.model.resources) {
      if (object.stack == Stack::Kubernetes && objects.size() < most_templates) objects.push_back(object.address);
    }
  }
  for (LoweredFile& file : files) {
    for (Resource& chart : file.model.resources) {
      if (chart.type != "chart") continue;
      for (const std::string& object : printed[chart.scope])
        chart.references.push_back({object, "templates", chart.header});
    }
  }
}

void link(std::span<LoweredFile> files, SourceTree& tree, const FactTables& facts) {
  note_templates(files);
  note_contents(files, tree);
  add_instances(files, tree, facts);
  judge_conditions(files, tree);
  forget_told_settings(files, facts);
  join_values(files);
  kubernetes::link_access(files);
  kubernetes::link_selectors(files);
  kubernetes::note_engines(files, facts);
}

}  // namespace

bool holds_values(const LoweredFile& file) {
  return std::any_of(file.model.resources.begin(), file.model.resources.end(),
                     [](const Resource& resource) { return resource.type == "values"; });
}

FileRole role_of(std::string_view path) {
  const std::string name = lower_ascii(name_of(path));
  if (is_template_path(path)) return FileRole::Template;
  if (name == ".helmignore") return FileRole::Ignored;
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
  if (name == "values.yaml" || name == "chart.yaml" || name == "requirements.yaml" || name == ".helmignore")
    return directory_of(path);
  return std::nullopt;
}

}  // namespace helm

const Frontend helm_frontend{Stack::Helm, helm::lower, helm::wants, helm::link};

}  // namespace redtag
