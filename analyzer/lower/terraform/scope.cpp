#include "lower/terraform/scope.h"

#include <algorithm>

#include "base/path.h"
#include "base/text.h"

namespace redtag::terraform {

namespace {

const Value* attribute(const Resource& resource, std::string_view key) {
  const auto found = std::find_if(resource.attributes.begin(), resource.attributes.end(),
                                  [&](const Entry& entry) { return entry.key == key; });
  return found == resource.attributes.end() ? nullptr : &found->value;
}

Value* attribute(Resource& resource, std::string_view key) {
  return const_cast<Value*>(attribute(static_cast<const Resource&>(resource), key));
}

}  // namespace

bool stands_below(std::string_view directory, std::string_view above) {
  if (above.empty() || directory.size() <= above.size() + 1 || !directory.starts_with(above) ||
      directory[above.size()] != '/')
    return false;
  return std::count(directory.begin() + static_cast<std::ptrdiff_t>(above.size()) + 1, directory.end(), '/') < 2;
}

std::string_view directory_of(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

std::optional<std::string> resolve_local_source(std::string_view directory, std::string_view source) {
  if (!source.starts_with("./") && !source.starts_with("../") && source != "." && source != "..") return std::nullopt;
  return path_below(directory, source);
}

Scopes::Scopes(std::span<LoweredFile> files) {
  for (LoweredFile& file : files) {
    Directory& directory = of(file.path);
    for (Resource& resource : file.model.resources) {
      if (resource.type == "file" && resource.declares == Declares::Setting) texts_.emplace(file.path, &resource);
      define(directory, file, resource);
    }
  }
  for (LoweredFile& file : files) {
    Directory& directory = of(file.path);
    for (const Resource& resource : file.model.resources) {
      if (resource.declares == Declares::Module) connect(directory, resource);
      if (resource.type == "tfvar") assign(file, resource);
    }
    assign_beside(file);
  }
}

Directory& Scopes::of(std::string_view file_path) {
  const std::string_view path = directory_of(file_path);
  auto found = directories_.find(path);
  if (found == directories_.end()) {
    found = directories_.emplace(std::string(path), Directory{}).first;
    found->second.path = path;
    found->second.texts = &texts_;
  }
  return found->second;
}

void Scopes::define(Directory& directory, const LoweredFile& file, Resource& resource) {
  if (resource.declares == Declares::Data && resource.type == "aws_iam_policy_document") {
    directory.documents.try_emplace(resource.name, DocumentSource{&resource, file.partial, {}, Progress::Raw});
  }
  // A dynamic block is repeated in place, which moves what stands beside it.
  const bool single = attribute(resource, "count") == nullptr && attribute(resource, "for_each") == nullptr &&
                      attribute(resource, "dynamic") == nullptr;
  if (resource.declares == Declares::Resource && single && !file.partial) {
    for (Entry& entry : resource.attributes) {
      if (entry.value.shape == Shape::Scalar && entry.value.presence != Presence::Absent)
        directory.attributes.try_emplace(resource.type + "." + resource.name + "." + entry.key,
                                         Definition{&entry.value, Progress::Raw});
    }
  }
  // What a look-up finds by its id has that id.
  if (resource.declares == Declares::Data && single && !file.partial) {
    Value* id = attribute(resource, "id");
    if (id != nullptr && id->known() && id->shape == Shape::Scalar)
      directory.attributes.try_emplace("data." + resource.type + "." + resource.name + ".id",
                                       Definition{id, Progress::Raw});
  }
  if (resource.declares != Declares::Setting) return;
  if (resource.type == "local") {
    directory.locals.try_emplace(resource.name, Definition{attribute(resource, "value"), Progress::Raw});
  } else if (resource.type == "output") {
    directory.outputs.try_emplace(resource.name, Definition{attribute(resource, "value"), Progress::Raw});
  } else if (resource.type == "variable") {
    Variable& variable = directory.variables[resource.name];
    variable.declared = true;
    variable.fallback = attribute(resource, "default");
    variable.type_defaults = attribute(resource, "type_defaults");
    const Value* sensitive = attribute(resource, "sensitive");
    variable.sensitive = sensitive != nullptr && sensitive->known() && sensitive->text == "true";
  }
}

/// Variable files often stand in a folder below the root that they are given to: the nearest directory that declares the name
/// has it.
void Scopes::assign(const LoweredFile& file, const Resource& line) {
  std::string_view path = directory_of(file.path);
  for (unsigned level = 0; level <= variable_file_levels; ++level) {
    const auto directory = directories_.find(path);
    if (directory != directories_.end()) {
      const auto variable = directory->second.variables.find(line.name);
      if (variable != directory->second.variables.end() && variable->second.declared) {
        variable->second.assigned.emplace_back(file.path, attribute(line, "value"));
        return;
      }
    }
    if (path.empty()) break;
    path = directory_of(path);
  }
  // One that stands above several roots is given to each of them that declares the name: `-var-file=../prod.tfvars`.
  const std::string_view above = directory_of(file.path);
  for (auto& [below, directory] : directories_) {
    if (!stands_below(below, above)) continue;
    const auto variable = directory.variables.find(line.name);
    if (variable != directory.variables.end() && variable->second.declared)
      variable->second.assigned.emplace_back(file.path, attribute(line, "value"));
  }
}

/// One that stands neither below a root nor above one is given to those around it that declare all that it sets: `envs/prod.tfvars` to
/// `terraform`.
void Scopes::assign_beside(const LoweredFile& file) {
  std::vector<const Resource*> lines;
  for (const Resource& resource : file.model.resources) {
    if (resource.type == "tfvar") lines.push_back(&resource);
  }
  if (file.context || lines.empty() || !readers_of(file.path).empty()) return;
  for (auto& [path, directory] : directories_) {
    const auto declares = [&, variables = &directory.variables](const Resource* line) {
      const auto variable = variables->find(line->name);
      return variable != variables->end() && variable->second.declared;
    };
    if (!std::all_of(lines.begin(), lines.end(), declares)) continue;
    for (const Resource* line : lines)
      directory.variables[line->name].beside.emplace_back(file.path, attribute(*line, "value"));
  }
}

std::set<std::string_view> Scopes::readers_of(std::string_view variable_file) const {
  std::set<std::string_view> readers;
  for (const auto& [path, directory] : directories_) {
    for (const auto& [name, variable] : directory.variables) {
      const auto of_file = [&](const auto& line) { return line.first == variable_file; };
      const bool reads = std::any_of(variable.assigned.begin(), variable.assigned.end(), of_file) ||
                         std::any_of(variable.beside.begin(), variable.beside.end(), of_file);
      if (!reads) continue;
      readers.insert(path);
      break;
    }
  }
  return readers;
}

void Scopes::connect(Directory& directory, const Resource& call) {
  const Value* source = attribute(call, "source");
  if (source == nullptr || !source->known()) return;
  const std::optional<std::string> path = resolve_local_source(directory.path, source->text);
  if (!path) return;
  const auto callee = directories_.find(*path);
  if (callee == directories_.end() || &callee->second == &directory) return;
  directory.modules.try_emplace(call.name, &callee->second);
  callee->second.callers.push_back({&directory, &call, nullptr, &callee->second});
  directory.calls.push_back(callee->second.callers.back());
}

}  // namespace redtag::terraform
