#include "lower/cloudformation/link.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "base/limits.h"
#include "base/path.h"
#include "base/text.h"

namespace redtag::cloudformation {

namespace {

/// The path inside of the tree that `written` names as seen from `file`; nullopt for addresses and what leaves the tree.
std::optional<std::string> local_path(std::string_view file, std::string_view written) {
  if (written.empty() || written.find("://") != std::string_view::npos ||
      written.find("${") != std::string_view::npos || written[0] == '/') {
    return std::nullopt;
  }
  const std::size_t slash = std::min(file.rfind('/'), file.size());
  const auto path = path_below(slash == file.size() ? std::string_view() : file.substr(0, slash), written);
  return path && path->empty() ? std::nullopt : path;
}

const Value* attribute(const Resource& resource, std::string_view key) {
  for (const Entry& entry : resource.attributes) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

/// The template that a nested stack is made from, if it lies in the tree.
std::optional<std::string> nested_template(const LoweredFile& file, const Resource& resource) {
  if (resource.declares != Declares::Module) return std::nullopt;
  for (const std::string_view key : {"TemplateURL", "Location"}) {
    const Value* where = attribute(resource, key);
    if (where != nullptr && where->known() && where->shape == Shape::Scalar) return local_path(file.path, where->text);
  }
  return std::nullopt;
}

/// What one template is given by its callers: nullptr where they differ.
using Given = std::map<std::string, const Value*, std::less<>>;

void add_given(const Resource& call, Given& given) {
  const Value* parameters = attribute(call, "Parameters");
  if (parameters == nullptr) return;
  for (const Entry& entry : parameters->entries) {
    const auto [known, first] = given.emplace(entry.key, &entry.value);
    if (!first && (known->second == nullptr || !same_value(*known->second, entry.value))) known->second = nullptr;
  }
}

/// The parameter that a value is, and nothing else.
std::string_view parameter_of(const Value& value) {
  if (value.presence == Presence::Unknown && value.expression == Expression::Reference) return value.text;
  if (value.presence != Presence::Defaulted) return {};
  const Value* name = find_entry(value, "parameter");
  return name == nullptr ? std::string_view() : std::string_view(name->text);
}

void hand_in(Value& value, const Given& given) {  // depth is bounded by limits::nesting where values are made
  const std::string_view name = parameter_of(value);
  if (!name.empty()) {
    const auto found = given.find(name);
    if (found != given.end() && found->second != nullptr && found->second->known()) value = *found->second;
    return;
  }
  for (Value& item : value.items) hand_in(item, given);
  for (Entry& entry : value.entries) hand_in(entry.value, given);
}

}  // namespace

std::vector<Path> wanted_files(std::span<const LoweredFile> files, SourceTree& tree) {
  std::set<std::string> seen;
  for (const LoweredFile& file : files) seen.insert(file.path);
  std::vector<Path> wanted;
  for (const LoweredFile& file : files) {
    for (const Resource& resource : file.model.resources) {
      const std::optional<std::string> path = nested_template(file, resource);
      if (!path || wanted.size() >= limits::context_files || !seen.insert(*path).second) continue;
      if (tree.read(*path)) wanted.push_back(*path);
    }
  }
  return wanted;
}

void link(std::span<LoweredFile> files, SourceTree&, const FactTables&) {
  std::map<std::string, Given, std::less<>> given;
  for (const LoweredFile& file : files) {
    for (const Resource& resource : file.model.resources) {
      if (const auto path = nested_template(file, resource)) add_given(resource, given[*path]);
    }
  }
  // A nested template may hand on what it was given; two levels of that are all that one pass resolves.
  for (LoweredFile& file : files) {
    const auto found = given.find(file.path);
    if (found == given.end()) continue;
    for (Resource& resource : file.model.resources) {
      if (resource.declares == Declares::Setting) continue;
      for (Entry& entry : resource.attributes) hand_in(entry.value, found->second);
    }
  }
}

}  // namespace redtag::cloudformation
