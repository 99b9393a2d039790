#include "lower/sql/includes.h"

#include <algorithm>
#include <array>
#include <map>

#include "base/path.h"

namespace redtag::sql {

namespace {

constexpr std::size_t most_included = 32;  // files of one script

std::string_view directory_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

}  // namespace

bool stands(SourceTree& tree, std::string_view path) {
  const std::string_view directory = directory_of(path);
  const std::string_view name = directory.empty() ? path : path.substr(directory.size() + 1);
  const std::vector<TreeEntry> entries = tree.list(directory);
  return std::any_of(entries.begin(), entries.end(),
                     [&](const TreeEntry& entry) { return !entry.directory && entry.name == name; });
}

namespace {

/// Where a name may lead: from beside the script, and from the top of the tree, where the client is often started.
std::array<Path, 2> places_of(const Path& script, std::string_view name) {
  return {path_below(directory_of(script), name).value_or(Path()), path_below("", name).value_or(Path())};
}

}  // namespace

std::vector<Path> wants_included(std::span<const LoweredFile> files, SourceTree& tree) {
  std::vector<Path> wanted;
  for (const LoweredFile& file : files) {
    if (file.context) continue;
    for (const Procedure& procedure : file.model.procedures) {
      for (const Reference& reference : procedure.references) {
        if (reference.through != "include" || wanted.size() >= most_included) continue;
        for (const Path& path : places_of(file.path, reference.target)) {
          if (path.empty() || !stands(tree, path)) continue;
          wanted.push_back(path);
          break;
        }
      }
    }
  }
  return wanted;
}

void link_included(std::span<LoweredFile> files) {
  std::map<Path, const LoweredFile*> context;
  for (const LoweredFile& file : files) {
    if (file.context) context.emplace(file.path, &file);
  }
  for (LoweredFile& file : files) {
    if (file.context) continue;
    for (std::uint32_t id = 0; id < file.model.procedures.size(); ++id) {
      for (const Reference& reference : file.model.procedures[id].references) {
        if (reference.through != "include") continue;
        for (const Path& path : places_of(file.path, reference.target)) {
          const auto included = context.find(path);
          if (included == context.end()) continue;
          for (Operation operation : included->second->model.operations) {
            operation.region = reference.region;
            operation.procedure = ProcedureId{id};
            operation.subject = true;
            file.model.operations.push_back(std::move(operation));
          }
          break;
        }
      }
    }
  }
}

}  // namespace redtag::sql
