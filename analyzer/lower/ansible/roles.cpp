#include "lower/ansible/roles.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>

#include "base/limits.h"
#include "base/path.h"
#include "base/text.h"
#include "lower/ansible/aimed.h"
#include "lower/ansible/decided.h"
#include "lower/ansible/filled.h"
#include "lower/ansible/guards.h"
#include "lower/ansible/reach.h"
#include "lower/ansible/tasks.h"
#include "lower/ansible/variables.h"
#include "lower/yaml_source.h"

namespace redtag::ansible {

namespace {

constexpr std::string_view inclusion_type = "inclusion";
constexpr std::string_view kept_kind = " tasks";  // what a file of tasks keeps in place, see TaskReader::note_provision
constexpr std::size_t most_wanted = 80;           // files of one side

/// Finds the file that an inclusion brings in. Directories are asked for once each.
class Finder {
 public:
  explicit Finder(SourceTree& tree) : tree_(tree) {}

  std::optional<std::string> find(const std::string& holder, const Resource& inclusion) {
    const std::string directory = directory_of(holder);
    if (inclusion.attributes.front().key == "file") {
      std::string path = path_below(directory, inclusion.name).value_or("");
      return exists(path) ? std::optional(path) : std::nullopt;
    }
    for (const std::string& roles : role_directories(holder)) {
      if (!holds(roles, inclusion.name)) continue;
      for (const std::string_view name : {"main.yml", "main.yaml"}) {
        std::string path = roles + "/" + inclusion.name + "/tasks/" + std::string(name);
        if (exists(path)) return path;
      }
    }
    return std::nullopt;
  }

 private:
  bool exists(const std::string& path) {
    return !path.empty() && holds(directory_of(path), path.substr(path.rfind('/') + 1));
  }

  bool holds(const std::string& directory, const std::string& name) {
    const auto [known, fresh] = names_.try_emplace(directory);
    if (fresh) {
      for (const TreeEntry& entry : tree_.list(directory)) known->second.insert(entry.name);
    }
    return known->second.contains(name);
  }

  /// `roles` beside the file and above it, and the folders that people sort roles into.
  std::vector<std::string> role_directories(const std::string& holder) {
    std::vector<std::string> found;
    std::string at = directory_of(holder);
    for (int level = 0; level < 4; ++level) {
      const std::string prefix = at.empty() ? "" : at + "/";
      if (holds(at, "roles")) {
        found.push_back(prefix + "roles");
        for (const char* kind : {"internal", "external", "local", "common"}) found.push_back(prefix + "roles/" + kind);
      }
      // A role's own neighbours.
      if (at.ends_with("/roles") || at == "roles") found.push_back(at);
      if (at.empty()) break;
      at = directory_of(at);
    }
    return found;
  }

  SourceTree& tree_;
  std::map<std::string, std::set<std::string>> names_;
};

}  // namespace

void add_inclusion(std::string_view named, IsRole is_role, ProcedureId procedure, Region place,
                   const SourceFileView& file, const LoweringView& view, Model& model) {
  if (named.empty() || named.find("{{") != std::string_view::npos) return;
  if (model.resources.size() >= limits::entities_per_file) return;
  Resource inclusion;
  inclusion.stack = Stack::Ansible;
  const std::string_view cls = class_of_words(view.facts, lower_ascii(named));
  inclusion.type = cls.empty() ? std::string(inclusion_type) : std::string(cls) + " " + std::string(inclusion_type);
  inclusion.name = named;
  inclusion.scope = file.path;
  inclusion.address = model.procedures[procedure.value].address + " > " + inclusion.name;
  inclusion.region = inclusion.header = place;
  inclusion.attributes.push_back(
      {is_role == IsRole::Yes ? "role" : "file", known_string(inclusion.name, place), place});
  model.resources.push_back(std::move(inclusion));
}

void TaskReader::include(std::string_view named, IsRole is_role, const document::Node& task, ProcedureId procedure) {
  const std::size_t known = model_.resources.size();
  add_inclusion(named, is_role, procedure, region_in(file_, task.bytes), file_, view_, model_);
  if (known == model_.resources.size()) return;
  Resource& inclusion = model_.resources.back();
  const bool asked = !condition_of(task).empty() || is_left_out(task);
  if (asked) inclusion.attributes.push_back({"asked", known_bool(true, inclusion.header), inclusion.header});
  const std::string holder = inclusion.address;
  read_given(task.find("vars"), holder, file_, view_, model_);
}

std::vector<Path> wanted_tasks(std::span<const LoweredFile> files, SourceTree& tree) {
  Finder finder(tree);
  std::set<Path> wanted;
  for (const LoweredFile& file : files) {
    if (file.context && !holds_aimed_play(file, files)) continue;
    for (const Resource& resource : file.model.resources) {
      if (!resource.type.ends_with(inclusion_type) || wanted.size() >= most_wanted) continue;
      if (std::optional<std::string> path = finder.find(file.path, resource)) wanted.insert(std::move(*path));
    }
  }
  want_aimed_plays(files, tree, wanted);
  want_reach(files, tree, wanted);
  want_deciding_tasks(files, tree, wanted);
  want_target_variables(files, tree, wanted);
  return {wanted.begin(), wanted.end()};
}

void link_inclusions(std::span<LoweredFile> files, SourceTree& tree) {
  Finder finder(tree);
  std::map<std::string, std::string> kept;                // path → class of what its tasks keep in place
  std::map<std::string, std::set<std::string>> contents;  // path → what it runs
  for (const LoweredFile& file : files) {
    for (const Resource& resource : file.model.resources) {
      if (resource.type.ends_with(kept_kind) && resource.scope == file.path) kept.try_emplace(file.path, resource.name);
    }
    for (const Procedure& procedure : file.model.procedures) contents[file.path].insert(procedure.address);
  }
  for (LoweredFile& file : files) {
    for (Resource& inclusion : file.model.resources) {
      if (!inclusion.type.ends_with(inclusion_type)) continue;
      const std::optional<std::string> path = finder.find(file.path, inclusion);
      if (!path) continue;
      const auto known = kept.find(*path);
      if (known != kept.end()) inclusion.type = known->second + " " + std::string(inclusion_type);
      const std::string through = inclusion.attributes.front().key;
      inclusion.references.push_back({*path, through, inclusion.header});
      const std::set<std::string>& runs = contents[*path];
      for (Procedure& procedure : file.model.procedures) {
        if (!inclusion.address.starts_with(procedure.address + " > ")) continue;
        for (const std::string& each : runs) procedure.references.push_back({each, through, inclusion.header});
      }
    }
  }
}

}  // namespace redtag::ansible
