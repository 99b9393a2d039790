#include "lower/terraform/overrides.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "lower/terraform/scope.h"

namespace redtag::terraform {

namespace {

using Key = std::pair<Declares, std::string>;

struct Place {
  LoweredFile* file = nullptr;
  std::size_t index = 0;
};

std::string_view name_of(std::string_view path) { return path.substr(path.rfind('/') + 1); }

/// `main` of `main.tf`, and its ending; the ending is empty where it is no configuration.
std::pair<std::string_view, std::string_view> split_name(std::string_view name) {
  for (const std::string_view ending : {".tf.json", ".tofu.json", ".tf", ".tofu"}) {
    if (name.ends_with(ending)) return {name.substr(0, name.size() - ending.size()), ending};
  }
  return {name, {}};
}

bool is_override(std::string_view path) {
  const auto [stem, ending] = split_name(name_of(path));
  return !ending.empty() && (stem == "override" || stem.ends_with("_override"));
}

/// A dynamic block stands for blocks of its label.
std::string_view type_of(const Entry& entry) {
  if (entry.key != "dynamic" || entry.value.shape != Shape::Block) return entry.key;
  const Value* label = find_entry(entry.value, "label");
  return label != nullptr && label->known() ? std::string_view(label->text) : std::string_view(entry.key);
}

void put(std::vector<Entry>& entries, Entry entry) {
  const auto found =
      std::find_if(entries.begin(), entries.end(), [&](const Entry& old) { return old.key == entry.key; });
  if (found == entries.end())
    entries.push_back(std::move(entry));
  else
    *found = std::move(entry);
}

void merge_attributes(std::vector<Entry>& into, std::vector<Entry> from) {
  std::set<std::string, std::less<>> replaced;
  for (Entry& entry : from) {
    const std::string type(type_of(entry));
    const auto old = std::find_if(into.begin(), into.end(), [&](const Entry& one) { return one.key == type; });
    if (type == "lifecycle" && old != into.end()) {
      for (Entry& setting : entry.value.entries) put(old->value.entries, std::move(setting));
      continue;
    }
    if (replaced.insert(type).second) std::erase_if(into, [&](const Entry& one) { return type_of(one) == type; });
    into.push_back(std::move(entry));
  }
}

void merge(Resource& base, Resource override) {
  const bool whole = base.declares == Declares::Backend || base.type == "required_provider";
  if (whole) {
    base.type = override.type;
    base.name = override.name;
    base.attributes = std::move(override.attributes);
    base.references = std::move(override.references);
    return;
  }
  merge_attributes(base.attributes, std::move(override.attributes));
  base.references.insert(base.references.end(), std::make_move_iterator(override.references.begin()),
                         std::make_move_iterator(override.references.end()));
}

bool is_directive_like(Declares declares) {
  return declares == Declares::Moved || declares == Declares::Removed || declares == Declares::Import;
}

/// The files of one directory.
class Merging {
 public:
  explicit Merging(std::vector<LoweredFile*> files) : files_(std::move(files)) {
    std::sort(files_.begin(), files_.end(),
              [](const LoweredFile* a, const LoweredFile* b) { return a->path < b->path; });
  }

  void run() {
    shadow();
    for (LoweredFile* file : files_) {
      for (std::size_t i = 0; i < file->model.resources.size() && !is_override(file->path); ++i) {
        const Resource& resource = file->model.resources[i];
        bases_.try_emplace({resource.declares, resource.address}, Place{file, i});
      }
    }
    for (LoweredFile* file : files_) {
      if (is_override(file->path))
        std::erase_if(file->model.resources, [&](Resource& resource) { return take(resource); });
    }
  }

 private:
  bool take(Resource& resource) {
    if (is_directive_like(resource.declares)) return false;
    const auto base = bases_.find({resource.declares, resource.address});
    if (base == bases_.end()) return false;
    merge(base->second.file->model.resources[base->second.index], std::move(resource));
    return true;
  }

  /// OpenTofu reads `main.tofu` in place of `main.tf`. It counts where it is part of the change: Terraform reads on what stands.
  void shadow() {
    std::map<std::string, const LoweredFile*, std::less<>> own;
    for (const LoweredFile* file : files_) {
      const auto [stem, ending] = split_name(name_of(file->path));
      const bool json = ending.ends_with(".json");
      if (ending.starts_with(".tofu") && !file->context) own.emplace(std::string(stem) + (json ? ".json" : ""), file);
    }
    for (LoweredFile* file : files_) {
      const auto [stem, ending] = split_name(name_of(file->path));
      if (!ending.starts_with(".tf")) continue;
      const auto found = own.find(std::string(stem) + (ending.ends_with(".json") ? ".json" : ""));
      if (found != own.end()) hide(*file, *found->second);
    }
  }

  void hide(LoweredFile& file, const LoweredFile& by) {
    std::set<Key> elsewhere;
    for (const LoweredFile* other : files_) {
      if (other == &file) continue;
      for (const Resource& resource : other->model.resources) elsewhere.insert({resource.declares, resource.address});
    }
    std::erase_if(file.model.resources, [&](const Resource& resource) {
      return file.context && elsewhere.contains({resource.declares, resource.address});
    });
    for (Resource& resource : file.model.resources) {
      const bool thing = resource.declares == Declares::Resource || resource.declares == Declares::Module;
      if (!thing || elsewhere.contains({resource.declares, resource.address})) continue;
      std::erase_if(resource.attributes,
                    [](const Entry& entry) { return entry.key == "count" || entry.key == "for_each"; });
      const Region place{by.file, by.side, {0, 1}};
      resource.attributes.push_back({"count", known_number("0", place), place});
    }
  }

  std::vector<LoweredFile*> files_;
  std::map<Key, Place> bases_;
};

}  // namespace

void merge_overrides(std::span<LoweredFile> files) {
  std::map<std::string_view, std::vector<LoweredFile*>> directories;
  std::set<std::string_view> concerned;
  for (LoweredFile& file : files) {
    const std::string_view directory = directory_of(file.path);
    const std::string_view ending = split_name(name_of(file.path)).second;
    directories[directory].push_back(&file);
    if (is_override(file.path) || ending.starts_with(".tofu")) concerned.insert(directory);
  }
  for (const std::string_view directory : concerned) Merging(directories[directory]).run();
}

}  // namespace redtag::terraform
