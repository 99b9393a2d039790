#include "lower/cloudformation/parameter_files.h"

#include <algorithm>
#include <set>

#include "lower/cloudformation/evaluate.h"
#include "lower/yaml_source.h"

namespace redtag::cloudformation {

namespace {

using document::Node;
using document::NodeType;

constexpr std::string_view file_type = "parameter_file";

constexpr std::size_t most_folders = 24;

std::string_view folder_of(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

void add_value(const SourceFileView& file, const std::string& name, const Node& value, std::vector<Entry>& into) {
  if (!value.scalar()) return;
  const Region place = region_in(file, value.bytes);
  into.push_back({name, known_string(value.text, place), place});
}

/// The values, if that is what the document is.
std::vector<Entry> values_of(const SourceFileView& file, const Node& root) {
  std::vector<Entry> values;
  if (root.type == NodeType::Sequence) {
    for (const Node& item : root.items) {
      const Node* key = item.type == NodeType::Mapping ? last_member(item, "ParameterKey") : nullptr;
      if (key == nullptr) return {};
      const Node* value = last_member(item, "ParameterValue");
      if (value != nullptr) add_value(file, key->text, *value, values);
    }
    return values;
  }
  const Node* parameters = root.type == NodeType::Mapping ? last_member(root, "Parameters") : nullptr;
  if (parameters == nullptr || parameters->type != NodeType::Mapping || last_member(root, "Resources") != nullptr)
    return {};
  for (const document::Member& member : parameters->members) {
    if (!member.value.scalar()) return {};  // a template's declaration, or a function of a pipeline
    add_value(file, member.key, member.value, values);
  }
  return values;
}

/// One for each deployment that the file speaks of.
std::vector<const Resource*> given_by(const LoweredFile& file) {
  std::vector<const Resource*> found;
  for (const Resource& resource : file.model.resources) {
    if (resource.type == file_type) found.push_back(&resource);
  }
  return found;
}

bool may_be_template(std::string_view name) {
  for (const std::string_view ending : {".yaml", ".yml", ".json", ".template", ".cfn"}) {
    if (name.ends_with(ending)) return true;
  }
  return false;
}

bool takes_all(std::string_view text, const Resource& values) {
  return text.find("Resources") != std::string_view::npos && text.find("AWS::") != std::string_view::npos &&
         std::all_of(values.attributes.begin(), values.attributes.end(),
                     [&](const Entry& entry) { return text.find(entry.key) != std::string_view::npos; });
}

bool declares_all(const LoweredFile& file, const Resource& values) {
  std::set<std::string_view> declared;
  for (const Resource& resource : file.model.resources) {
    if (resource.type == "parameter") declared.insert(resource.name);
  }
  const auto known = [&](const Entry& entry) {
    return declared.contains(entry.key) || declared.contains("Parameters." + entry.key);
  };
  return std::all_of(values.attributes.begin(), values.attributes.end(), known);
}

/// All that the template has to be given is in the file: a deployment with anything less is refused.
bool gives_all(const Resource& values, const LoweredFile& file) {
  constexpr std::string_view section = "Parameters.";
  return std::all_of(file.model.resources.begin(), file.model.resources.end(), [&](const Resource& resource) {
    if (resource.type != "parameter" || !resource.name.starts_with(section)) return true;
    const auto has = [](const std::vector<Entry>& entries, std::string_view key) {
      return std::any_of(entries.begin(), entries.end(), [&](const Entry& entry) { return entry.key == key; });
    };
    return has(resource.attributes, "Default") ||
           has(values.attributes, std::string_view(resource.name).substr(section.size()));
  });
}

/// Folders beside the file's: `templates` of `params/prod.json`.
std::vector<std::string> folders_beside(std::string_view own, SourceTree& tree) {
  std::vector<std::string> beside;
  if (own.empty()) return beside;
  const std::string_view above = folder_of(own);
  for (const TreeEntry& entry : tree.list(above)) {
    std::string path = above.empty() ? entry.name : std::string(above) + "/" + entry.name;
    if (entry.directory && path != own && !entry.name.starts_with('.') && beside.size() < most_folders)
      beside.push_back(std::move(path));
  }
  return beside;
}

}  // namespace

bool declare_parameter_file(const SourceFileView& file, const Node& root, Model& model) {
  if (file.partial) return false;
  std::vector<Entry> values = values_of(file, root);
  if (values.empty()) return false;
  model.resources.push_back(parameter_file(file, std::string(file.path.substr(file.path.rfind('/') + 1)),
                                           region_in(file, {root.bytes.begin, root.bytes.begin + 1}),
                                           std::move(values)));
  model.resources.back().address = std::string(file.path) + ":ParameterFile";
  return true;
}

Resource parameter_file(const SourceFileView& file, std::string name, Region place, std::vector<Entry> values) {
  Resource resource;
  resource.stack = Stack::CloudFormation;
  resource.declares = Declares::Setting;
  resource.type = file_type;
  resource.scope = file.path;
  resource.address = std::string(file.path) + ":ParameterFile." + name;
  resource.name = std::move(name);
  resource.region = resource.header = place;
  resource.attributes = std::move(values);
  return resource;
}

std::vector<std::string> templates_of(std::span<const LoweredFile> files, SourceTree& tree) {
  constexpr std::size_t most_read = 120;
  std::vector<std::string> found;
  std::set<std::string_view> giving;  // none of these is a template
  for (const LoweredFile& file : files) {
    if (!given_by(file).empty()) giving.insert(file.path);
  }
  std::size_t read = 0;
  for (const LoweredFile& file : files) {
    const std::vector<const Resource*> all = file.context ? std::vector<const Resource*>() : given_by(file);
    if (all.empty()) continue;
    const std::string own(folder_of(file.path));
    std::vector<std::string> folders{own};
    if (!own.empty()) folders.emplace_back(folder_of(own));
    for (std::string& folder : folders_beside(own, tree)) folders.push_back(std::move(folder));
    for (const std::string& folder : folders) {
      for (const TreeEntry& entry : tree.list(folder)) {
        const std::string path = folder.empty() ? entry.name : folder + "/" + entry.name;
        if (entry.directory || giving.contains(path) || !may_be_template(entry.name) || read >= most_read) continue;
        ++read;
        const std::optional<std::string> text = tree.read(path);
        const auto taken = [&](const Resource* values) { return takes_all(*text, *values); };
        if (text && std::any_of(all.begin(), all.end(), taken)) found.push_back(path);
      }
    }
  }
  return found;
}

std::vector<Handing> handings(std::span<const LoweredFile> files) {
  std::vector<Handing> found;
  for (const LoweredFile& file : files) {
    if (file.context) continue;
    const std::string_view own = folder_of(file.path), above = folder_of(own);
    for (const Resource* values : given_by(file)) {
      for (const LoweredFile& other : files) {
        const std::string_view folder = folder_of(other.path);
        const bool near = folder == own || folder == above;
        const bool beside = !own.empty() && !folder.empty() && folder_of(folder) == above && gives_all(*values, other);
        const bool fits = &other != &file && (near || beside) && given_by(other).empty();
        if (fits && declares_all(other, *values)) found.push_back({&other, values});
      }
    }
  }
  return found;
}

}  // namespace redtag::cloudformation
