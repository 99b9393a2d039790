// Objects as an overlay applies them: what it includes, with its patches laid over, from the base outwards.
#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "base/text.h"
#include "lower/kustomize/generators.h"
#include "lower/kustomize/kustomize.h"
#include "lower/kustomize/merge.h"
#include "lower/kustomize/paths.h"
#include "lower/kustomize/transform.h"

namespace redtag::kustomize {

namespace {

constexpr std::size_t most_levels = 8;     // of kustomizations that include one another
constexpr std::size_t most_objects = 200;  // of one overlay
constexpr std::size_t most_above = 3;      // directories above a changed file whose kustomization may name it

bool is_file(std::string_view path) {
  const std::size_t dot = path.rfind('.');
  return dot != std::string_view::npos && path.find('/', dot) == std::string_view::npos;
}

std::string below(const std::string& directory, std::string_view name) {
  return directory.empty() ? std::string(name) : directory + "/" + std::string(name);
}

/// The file that a reference names; empty for any other reference.
std::string_view file_of(const Reference& reference) {
  const std::string_view target = reference.target;
  return target.starts_with("file:") ? target.substr(5) : std::string_view();
}

const Value* attribute(const Resource& resource, std::string_view key) {
  for (const Entry& entry : resource.attributes) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

bool is_patch(const Resource& resource) { return attribute(resource, "patch") != nullptr; }

std::string_view kind_of(const Resource& object) {
  return std::string_view(object.type).substr(object.type.rfind('/') + 1);
}

/// A name or kind of a target: a pattern of which `.*` alone is understood.
bool matches(const Value* wanted, std::string_view given) {
  if (wanted == nullptr || !wanted->known()) return true;
  std::string pattern = wanted->text;
  if (pattern.starts_with('^')) pattern.erase(0, 1);
  if (pattern.ends_with('$')) pattern.pop_back();
  for (std::size_t at = 0; (at = pattern.find(".*", at)) != std::string::npos; ++at) pattern.replace(at, 2, "*");
  for (const std::string_view each : split(pattern, '|')) {
    if (glob_match(each, given)) return true;
  }
  return false;
}

/// `app=web,tier=front`; what is no such list matches.
bool labels_match(const Value* wanted, const Resource& object) {
  if (wanted == nullptr || !wanted->known()) return true;
  const Value* metadata = attribute(object, "metadata");
  const Value* labels = metadata == nullptr ? nullptr : find_entry(*metadata, "labels");
  for (const std::string_view part : split(wanted->text, ',')) {
    const std::size_t equals = part.find('=');
    if (equals == std::string_view::npos || (equals > 0 && part[equals - 1] == '!') || part.find('(') != part.npos)
      continue;
    const Value* label = labels == nullptr ? nullptr : find_entry(*labels, trim(part.substr(0, equals)));
    const std::size_t value = part.find_first_not_of('=', equals);
    const std::string_view asked = value == std::string_view::npos ? std::string_view() : trim(part.substr(value));
    if (label == nullptr || label->text != asked) return false;
  }
  return true;
}

struct Earlier {
  bool operator()(ByteRange a, ByteRange b) const { return a.begin != b.begin ? a.begin < b.begin : a.end < b.end; }
};

class Overlays {
 public:
  explicit Overlays(std::span<LoweredFile> files) : files_(files) {
    for (LoweredFile& file : files) {
      by_path_.emplace(file.path, &file);
      if (is_kustomization(file.path)) by_directory_.emplace(directory_of(file.path), &file);
    }
  }

  void lay(const BaseOverlays& overlays) {
    std::vector<std::pair<LoweredFile*, std::vector<Resource>>> made;
    std::vector<std::pair<LoweredFile*, Reach>> reached;
    for (const auto& [path, directories] : overlays) {
      if (std::optional<Reach> reach = reach_of(path, directories)) reached.emplace_back(by_path_.at(path), *reach);
    }
    for (const auto& [directory, kustomization] : by_directory_) {
      if (!changes(*kustomization)) continue;
      std::vector<Resource> objects = objects_of(directory, 0);
      if (!objects.empty()) made.emplace_back(kustomization, std::move(objects));
    }
    for (Resource* patch : laid_) {
      std::erase_if(patch->attributes, [](const Entry& entry) { return entry.key != "patch"; });
    }
    for (const auto& [kustomization, name] : counted_) {
      std::erase_if(kustomization->attributes, [&](const Entry& entry) {
        const Value* named = entry.key == "replicas" ? find_entry(entry.value, "name") : nullptr;
        return named != nullptr && named->text == name;
      });
    }
    for (auto& [kustomization, objects] : made) settle(*kustomization, objects);
    for (auto& [file, reach] : reached) share_out(*file, reach);
  }

 private:
  /// For each overlay of a base, the places of a base file that its objects still show when the overlay's patches are laid.
  using Reach = std::map<std::string, std::set<ByteRange, Earlier>>;

  /// nullopt where one of the overlays is not read, or changes itself: it speaks for itself then, and the base for all of them.
  std::optional<Reach> reach_of(const std::string& path, const std::set<std::string>& directories) {
    Reach reach;
    const auto file = by_path_.find(path);
    bool lays = false;
    for (const std::string& directory : directories) {
      const auto kustomization = by_directory_.find(directory);
      if (file == by_path_.end() || kustomization == by_directory_.end() || !kustomization->second->context ||
          changes(*kustomization->second))
        return std::nullopt;
      const std::size_t laid = laid_.size(), counted = counted_.size();
      std::set<ByteRange, Earlier>& shown = reach[directory];
      for (const Resource& object : objects_of(directory, 0)) collect(object.attributes, file->second->file, shown);
      if (shown.empty()) return std::nullopt;
      lays = lays || laid_.size() > laid || counted_.size() > counted;
    }
    return lays && !reach.empty() ? std::optional(std::move(reach)) : std::nullopt;
  }

  static void collect(const std::vector<Entry>& entries, FileId file, std::set<ByteRange, Earlier>& into) {
    for (const Entry& entry : entries) {
      if (entry.value.shape == Shape::Block && !entry.value.entries.empty()) {
        collect(entry.value.entries, file, into);
      } else if (entry.value.region.file == file) {
        into.insert(entry.value.region.bytes);
      }
    }
  }

  /// Takes out of a base's objects what not every overlay shows, and gives it to those that do.
  void share_out(LoweredFile& file, const Reach& reach) {
    std::vector<Resource> shared;
    for (Resource& object : file.model.resources) {
      if (object.declares != Declares::Resource || object.type == "repeated key") continue;
      for (const auto& [directory, shown] : reach) {
        const auto kept_here = [&](ByteRange bytes) {
          return shown.contains(bytes) && std::any_of(reach.begin(), reach.end(),
                                                      [&](const auto& other) { return !other.second.contains(bytes); });
        };
        Resource part = object;
        keep_leaves(part.attributes, kept_here);
        if (part.attributes.empty()) continue;
        const std::string called = object.address.substr(object.scope.empty() ? 0 : object.scope.size() + 1);
        part.scope = directory;
        part.address = (directory.empty() ? "" : directory + ":") + called;
        part.identity.clear();
        part.instances.clear();
        part.references.clear();
        part.attributes.push_back({"patch", known_string("true", part.header), part.header});
        shared.push_back(std::move(part));
      }
      keep_leaves(object.attributes, [&](ByteRange bytes) {
        return std::all_of(reach.begin(), reach.end(), [&](const auto& each) { return each.second.contains(bytes); });
      });
    }
    for (Resource& part : shared) file.model.resources.push_back(std::move(part));
  }

  /// Lists and scalars of which `kept` says no go, and blocks that hold nothing else.
  template <class Kept>
  static void keep_leaves(std::vector<Entry>& entries, const Kept& kept) {
    std::erase_if(entries, [&](Entry& entry) {
      if (entry.value.shape != Shape::Block || entry.value.entries.empty()) return !kept(entry.value.region.bytes);
      keep_leaves(entry.value.entries, kept);
      return entry.value.entries.empty();
    });
  }

  /// The kustomization itself, or one of its patches, is no context.
  [[nodiscard]] bool changes(const LoweredFile& kustomization) const {
    bool patched = false, changed = !kustomization.context;
    for (const Resource& patch : kustomization.model.resources) {
      if (patch.type != patch_type) continue;
      patched = true;
      for (const Reference& reference : patch.references) {
        const auto file = by_path_.find(file_of(reference));
        changed = changed || (file != by_path_.end() && !file->second->context);
      }
    }
    return changed && (patched || !kustomization.context);
  }

  /// Copies of what a directory's kustomization applies.
  std::vector<Resource> objects_of(const std::string& directory, std::size_t level) {
    std::vector<Resource> objects;
    const auto found = by_directory_.find(directory);
    if (found == by_directory_.end() || level > most_levels || !open_.insert(directory).second) return objects;
    LoweredFile& kustomization = *found->second;
    for (const Resource& entry : kustomization.model.resources) {
      if (entry.stack != Stack::Kustomize || entry.type == patch_type) continue;
      for (const Reference& reference : entry.references) {
        if (reference.through == "resources") include(std::string(file_of(reference)), level, objects);
      }
    }
    for (const Resource& made : kustomization.model.resources) {
      if (is_generated(made)) lay_generated(made, objects);
    }
    for (Resource& patch : kustomization.model.resources) {
      if (patch.stack == Stack::Kustomize && patch.type == patch_type) lay(patch, kustomization, objects);
    }
    for (Resource& whole : kustomization.model.resources) {
      if (whole.type != "kustomization") continue;
      for (std::string& name : carry_out(whole, objects)) counted_.insert({&whole, std::move(name)});
    }
    open_.erase(directory);
    return objects;
  }

  void include(const std::string& path, std::size_t level, std::vector<Resource>& objects) {
    std::vector<Resource> found;
    const auto file = by_path_.find(path);
    if (file != by_path_.end() && !is_kustomization(path)) {
      for (const Resource& object : file->second->model.resources) {
        if (object.declares == Declares::Resource && object.type != "repeated key") found.push_back(object);
      }
    } else {
      found = objects_of(path, level + 1);
    }
    for (Resource& object : found) {
      if (objects.size() < most_objects) objects.push_back(std::move(object));
    }
  }

  void lay(Resource& patch, LoweredFile& kustomization, std::vector<Resource>& objects) {
    const Value* target = attribute(patch, "target");
    for (Resource* part : parts_of(patch, kustomization)) {
      bool hit = false;
      for (Resource& object : objects) {
        if (target == nullptr ? !(object.type == part->type && object.name == part->name) : !meant(*target, object))
          continue;
        hit = true;
        object.header = patch.header;
        if (part->type == operations_type) {
          apply_operations(object.attributes, part->attributes);
        } else {
          std::vector<Entry> attributes = part->attributes;
          std::erase_if(attributes, [](const Entry& entry) { return entry.key == "patch"; });
          merge_strategic(object.attributes, attributes);
        }
      }
      if (hit && part->type != operations_type) laid_.insert(part);
    }
  }

  static bool meant(const Value& target, const Resource& object) {
    return matches(find_entry(target, "kind"), kind_of(object)) && matches(find_entry(target, "name"), object.name) &&
           labels_match(find_entry(target, "labelSelector"), object);
  }

  /// What a patch consists of: the objects of its file, or those that stand in its own text.
  std::vector<Resource*> parts_of(const Resource& patch, LoweredFile& kustomization) const {
    std::vector<Resource*> parts;
    for (const Reference& reference : patch.references) {
      const auto file = by_path_.find(file_of(reference));
      if (file == by_path_.end()) continue;
      for (Resource& part : file->second->model.resources) parts.push_back(&part);
    }
    if (!patch.references.empty()) return parts;
    for (Resource& part : kustomization.model.resources) {
      const bool inside = part.stack == Stack::Kubernetes && part.region.bytes.begin >= patch.region.bytes.begin &&
                          part.region.bytes.end <= patch.region.bytes.end;
      if (inside && (is_patch(part) || part.type == operations_type)) parts.push_back(&part);
    }
    return parts;
  }

  /// The results take their places among the kustomization's own, or that of an object in its directory.
  void settle(LoweredFile& kustomization, std::vector<Resource>& objects) {
    const std::string directory = directory_of(kustomization.path);
    std::set<std::string> known;
    for (Resource& object : objects) {
      const auto file = std::find_if(files_.begin(), files_.end(),
                                     [&](const LoweredFile& f) { return f.file == object.region.file; });
      if (file == files_.end()) continue;
      if (object.scope == directory) {
        for (Resource& own : file->model.resources) {
          if (own.address == object.address && !is_patch(own) && own.declares == Declares::Resource)
            own.attributes = object.attributes;
        }
        continue;
      }
      const std::string called = object.address.substr(object.scope.empty() ? 0 : object.scope.size() + 1);
      object.scope = directory;
      object.address = (directory.empty() ? "" : directory + ":") + called;
      if (!known.insert(object.address).second) continue;
      // What a changed base brings is told there, once for all overlays.
      if (!file->context) drop_values_of(file->file, object.attributes);
      object.identity.clear();
      object.instances.clear();
      // Names are looked for in the overlay too; addresses are those of the base.
      std::erase_if(object.references,
                    [](const Reference& each) { return each.target.find(':') != std::string::npos; });
      object.subject = true;
      if (object.header.file != kustomization.file) object.header = first_line(kustomization);
      object.region = object.header;
      place_at(object.header, [&](FileId id) { return is_context(id); }, object.attributes);
      object.attributes.push_back({"patch", known_string("true", object.header), object.header});
      kustomization.model.resources.push_back(std::move(object));
    }
  }

  [[nodiscard]] bool is_context(FileId id) const {
    const auto file = std::find_if(files_.begin(), files_.end(), [&](const LoweredFile& f) { return f.file == id; });
    return file == files_.end() || file->context;
  }

  static Region first_line(const LoweredFile& kustomization) {
    for (const Resource& each : kustomization.model.resources) {
      if (each.type == "kustomization") return each.header;
    }
    return {};
  }

  /// What unchanged files say stands where this overlay takes it in or changes it: that is what a reviewer sees.
  template <class IsContext>
  static void place_at(const Region& place, const IsContext& is_context, std::vector<Entry>& entries) {
    for (Entry& entry : entries) {
      if (is_context(entry.value.region.file)) entry.value.region = entry.region = place;
      for (Value& item : entry.value.items) {
        if (is_context(item.region.file)) item.region = place;
      }
      place_at(place, is_context, entry.value.entries);
    }
  }

  static void drop_values_of(FileId file, std::vector<Entry>& entries) {
    std::erase_if(entries, [&](Entry& entry) {
      if (entry.value.shape == Shape::Block && !entry.value.entries.empty()) {
        drop_values_of(file, entry.value.entries);
        return entry.value.entries.empty();
      }
      return entry.value.region.file == file;
    });
  }

  std::span<LoweredFile> files_;
  std::map<std::string, LoweredFile*, std::less<>> by_path_, by_directory_;
  std::set<std::string> open_;                           // directories that are being read: a cycle brings nothing
  std::set<Resource*> laid_;                             // patches that are told as what comes of them
  std::set<std::pair<Resource*, std::string>> counted_;  // entries of `replicas`, likewise
};

}  // namespace

void lay_patches(std::span<LoweredFile> files, const BaseOverlays& overlays) { Overlays(files).lay(overlays); }

namespace {

/// The kustomization includes a directory that holds a changed file.
bool includes_changed(const LoweredFile& kustomization, std::span<const LoweredFile> files) {
  for (const Resource& entry : kustomization.model.resources) {
    for (const Reference& reference : entry.references) {
      if (reference.through != "resources" || file_of(reference).empty()) continue;
      const std::string below_it = std::string(file_of(reference)) + "/";
      if (std::any_of(files.begin(), files.end(),
                      [&](const LoweredFile& file) { return !file.context && file.path.starts_with(below_it); }))
        return true;
    }
  }
  return false;
}

}  // namespace

void want_layers(std::span<const LoweredFile> files, std::set<Path>& wanted) {
  std::map<std::string, const LoweredFile*, std::less<>> by_path;
  for (const LoweredFile& file : files) by_path.emplace(file.path, &file);
  std::vector<const LoweredFile*> waiting;
  std::set<const LoweredFile*> seen;
  for (const LoweredFile& file : files) {
    if (!file.context && !is_kustomization(file.path)) {
      std::string directory = directory_of(file.path);
      for (std::size_t level = 0; level <= most_above; ++level) {
        wanted.insert(below(directory, "kustomization.yaml"));
        if (directory.empty()) break;
        directory = directory_of(directory);
      }
    }
    if (!is_kustomization(file.path)) continue;
    const bool concerns =
        std::any_of(file.model.resources.begin(), file.model.resources.end(), [&](const Resource& patch) {
          if (!file.context && (transforms(patch) || is_generated(patch))) return true;
          return patch.type == patch_type &&
                 (!file.context ||
                  std::any_of(patch.references.begin(), patch.references.end(), [&](const Reference& reference) {
                    const auto named = by_path.find(file_of(reference));
                    return named != by_path.end() && !named->second->context;
                  }));
        });
    if (concerns) {
      waiting.push_back(&file);
    } else if (file.context && includes_changed(file, files)) {
      for (const Resource& patch : file.model.resources) {
        if (patch.type != patch_type) continue;
        for (const Reference& reference : patch.references) wanted.insert(std::string(file_of(reference)));
      }
    }
  }
  while (!waiting.empty()) {
    const LoweredFile& file = *waiting.back();
    waiting.pop_back();
    if (!seen.insert(&file).second) continue;
    for (const Resource& entry : file.model.resources) {
      if (entry.stack != Stack::Kustomize) continue;
      for (const Reference& reference : entry.references) {
        const std::string path(file_of(reference));
        if (path.empty()) continue;
        const std::string named = is_file(path) ? path : below(path, "kustomization.yaml");
        wanted.insert(named);
        if (const auto included = by_path.find(named); included != by_path.end() && is_kustomization(named))
          waiting.push_back(included->second);
      }
    }
  }
}

bool is_operations(const document::Node& root) {
  return root.type == document::NodeType::Sequence && !root.items.empty() &&
         std::all_of(root.items.begin(), root.items.end(), [](const document::Node& item) {
           return item.find("op") != nullptr && item.find("path") != nullptr;
         });
}

Resource operations_of(const document::Node& root, const SourceFileView& file, const kubernetes::NodePlace& place) {
  Resource made;
  made.stack = Stack::Kubernetes;
  made.declares = Declares::Setting;
  made.type = operations_type;
  made.name = file.path;
  made.scope = directory_of(file.path);
  made.address = std::string(file.path) + ":operations";
  made.region = made.header = place.region(root.bytes);
  document::Member member;
  member.key = "operation";
  member.key_bytes = root.bytes;
  member.value = root;
  kubernetes::add_entries(made.attributes, member, place, {}, {});
  return made;
}

}  // namespace redtag::kustomize
