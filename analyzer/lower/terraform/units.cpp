#include "lower/terraform/units.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "base/text.h"
#include "lower/terraform/scope.h"
#include "lower/terraform/terragrunt.h"

namespace redtag::terraform {

namespace {

constexpr unsigned deepest = 8;  // files that read files
constexpr unsigned levels_below = 5;
constexpr std::size_t most_folders = 300;
constexpr std::size_t most_units = 32;
// Files may read one another in every local, each time in full: what is copied is paid for, in values and each 64 bytes of text.
constexpr std::size_t most_copied = 200'000;

bool is_call(const Value& value, std::string_view name) {
  return value.presence == Presence::Unknown && value.expression == Expression::Call && value.text == name;
}

std::string in_folder(std::string_view directory, std::string_view name) {
  return directory.empty() ? std::string(name) : std::string(directory) + "/" + std::string(name);
}

/// The name that `find_in_parent_folders` looks for.
std::string looked_for(const Value& call) {
  if (call.items.empty()) return "terragrunt.hcl";
  return call.items[0].known() && call.items[0].shape == Shape::Scalar ? call.items[0].text : std::string();
}

void collect_names(const Value& value, std::set<std::string>& into, unsigned levels) {
  if (levels == 0) return;
  if (is_call(value, "find_in_parent_folders")) into.insert(looked_for(value));
  for (const Value& item : value.items) collect_names(item, into, levels - 1);
  for (const Entry& entry : value.entries) collect_names(entry.value, into, levels - 1);
}

const Value* attribute_of(const Resource& resource, std::string_view key) {
  for (const Entry& entry : resource.attributes) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

/// What `path` leads to in a known map; nullptr where it leads to nothing that is known to be there.
const Value* follow(const Value& map, std::string_view path) {
  const Value* at = &map;
  for (const std::string_view step : split(path, '.')) {
    if (!at->known()) return nullptr;
    const Value* next = nullptr;
    for (const Entry& entry : at->entries) {
      if (entry.key == step) next = &entry.value;
    }
    if (next == nullptr) return nullptr;
    at = next;
  }
  return at;
}

std::size_t size_of(const Value& value) {  // depth is bounded where values are made
  std::size_t size = 1 + value.text.size() / 64;
  for (const Value& item : value.items) size += size_of(item);
  for (const Entry& entry : value.entries) size += size_of(entry.value);
  return size;
}

Value map_at(const Region& region) {
  Value map;
  map.presence = Presence::Known;
  map.shape = Shape::Map;
  map.region = region;
  return map;
}

class Joiner {
 public:
  explicit Joiner(std::span<LoweredFile> files) {
    for (LoweredFile& file : files) {
      if (is_terragrunt(file.path) || is_unit_part(file.path)) files_.emplace(file.path, &file);
    }
  }

  void join(LoweredFile& unit) {
    directory_ = directory_of(unit.path);
    includes_.clear();
    for (const Resource& resource : unit.model.resources) {
      if (resource.type != "include") continue;
      const Value* path = attribute_of(resource, "path");
      const LoweredFile* part = path == nullptr ? nullptr : file_of(*path);
      if (part != nullptr && part != &unit) includes_.emplace(resource.name, part);
    }
    for (Resource& resource : unit.model.resources) {
      for (Entry& entry : resource.attributes) expand(entry.value, unit, deepest);
    }
    for (Resource& resource : unit.model.resources) {
      if (resource.declares != Declares::Module || resource.name != "unit") continue;
      for (const auto& [name, part] : includes_) take_inputs(resource, *part);
    }
  }

 private:
  void take_inputs(Resource& call, const LoweredFile& part) {
    const Value inputs = inputs_of(part, deepest);
    for (const Entry& input : inputs.entries) {
      if (input.key != "source" && attribute_of(call, input.key) == nullptr) call.attributes.push_back(input);
    }
  }

  [[nodiscard]] const LoweredFile* above(const std::string& name) const {
    for (std::string_view at = directory_; !at.empty() && !name.empty();) {
      at = directory_of(at);
      const auto found = files_.find(in_folder(at, name));
      if (found != files_.end()) return found->second;
    }
    return nullptr;
  }

  [[nodiscard]] const LoweredFile* file_of(const Value& path) const {
    if (is_call(path, "find_in_parent_folders")) return above(looked_for(path));
    if (!path.known() || path.shape != Shape::Scalar) return nullptr;
    const std::string written = path.text.starts_with('.') ? path.text : "./" + path.text;
    const auto found = files_.find(resolve_local_source(directory_, written).value_or(""));
    return found == files_.end() ? nullptr : found->second;
  }

  Value inputs_of(const LoweredFile& part, unsigned levels) {
    if (levels == 0) return map_at({});
    for (const Resource& resource : part.model.resources) {
      const Value* value =
          resource.type == "attribute" && resource.name == "inputs" ? attribute_of(resource, "value") : nullptr;
      if (value == nullptr || !pay(*value)) continue;
      Value inputs = *value;
      expand(inputs, part, levels - 1);
      return inputs;
    }
    return map_at({});
  }

  /// All that another file may be asked for: `{locals = {…}, inputs = {…}}`.
  Value contents(const LoweredFile& part, unsigned levels) {
    Value all = map_at({});
    left_ -= std::min(left_, part.model.resources.size());
    if (left_ == 0 || levels == 0) return all;
    Value locals = map_at({});
    for (const Resource& resource : part.model.resources) {
      const Value* value = resource.type == "local" ? attribute_of(resource, "value") : nullptr;
      if (value == nullptr || !pay(*value)) continue;
      Value copy = *value;
      expand(copy, part, levels - 1);
      locals.entries.push_back({resource.name, std::move(copy), resource.header});
    }
    all.entries.push_back({"locals", std::move(locals), {}});
    all.entries.push_back({"inputs", inputs_of(part, levels), {}});
    return all;
  }

  /// `include.root.locals.name`, and of another file `local.name`.
  void expand_name(Value& value, const LoweredFile& here, unsigned levels) {
    const std::string_view path = value.text;
    const LoweredFile* from = nullptr;
    std::string rest;
    if (path.starts_with("include.")) {
      const std::size_t end = path.find('.', 8);
      const auto found =
          end == std::string_view::npos ? includes_.end() : includes_.find(std::string(path.substr(8, end - 8)));
      if (found == includes_.end()) return;
      from = found->second;
      rest = path.substr(end + 1);
    } else if (path.starts_with("local.") && directory_of(here.path) != directory_) {
      from = &here;
      rest = "locals." + std::string(path.substr(6));
    }
    if (from == nullptr || !value.items.empty()) return;
    const Value all = contents(*from, levels);
    if (const Value* found = follow(all, rest); found != nullptr && pay(*found)) {
      Value copy = *found;
      value = std::move(copy);
    }
  }

  void expand(Value& value, const LoweredFile& here, unsigned levels) {
    if (levels == 0) return;
    if (is_call(value, "read_terragrunt_config") && !value.items.empty()) {
      if (const LoweredFile* part = file_of(value.items[0]); part != nullptr && part != &here)
        value = contents(*part, levels - 1);
      return;
    }
    if (is_call(value, "get_terragrunt_dir")) {
      value = known_string(".", value.region);
      return;
    }
    if (value.presence == Presence::Unknown && value.expression == Expression::Reference)
      return expand_name(value, here, levels - 1);
    for (Value& item : value.items) expand(item, here, levels);
    for (Entry& entry : value.entries) expand(entry.value, here, levels);
  }

  bool pay(const Value& copied) {
    const std::size_t size = size_of(copied);
    const bool enough = size < left_;
    left_ -= std::min(size, left_);
    return enough;
  }

  std::size_t left_ = most_copied;
  std::map<std::string, LoweredFile*, std::less<>> files_;
  std::map<std::string, const LoweredFile*, std::less<>> includes_;  ///< of the unit at hand
  std::string directory_;                                            ///< of the unit at hand
};

}  // namespace

bool is_unit_part(std::string_view path) {
  return path.ends_with(".hcl") && !path.ends_with(".lock.hcl") && !path.ends_with(".pkr.hcl") && !is_terragrunt(path);
}

std::vector<Path> parts_named_by(const LoweredFile& file, SourceTree& tree) {
  std::set<std::string> names;
  for (const Resource& resource : file.model.resources) {
    for (const Entry& entry : resource.attributes) collect_names(entry.value, names, 16);
  }
  std::vector<Path> found;
  for (const std::string& name : names) {
    for (std::string_view at = directory_of(file.path); !at.empty() && !name.empty();) {
      at = directory_of(at);
      const std::vector<TreeEntry> entries = tree.list(at);
      const bool there = std::any_of(entries.begin(), entries.end(),
                                     [&](const TreeEntry& entry) { return !entry.directory && entry.name == name; });
      if (!there) continue;
      found.push_back(in_folder(at, name));
      break;
    }
  }
  return found;
}

std::vector<std::string> units_below(std::string_view directory, SourceTree& tree) {
  std::vector<std::string> units, level{std::string(directory)};
  std::size_t listed = 0;
  for (unsigned depth = 0; depth <= levels_below && units.size() < most_units; ++depth) {
    std::vector<std::string> next;
    for (const std::string& at : level) {
      if (++listed > most_folders) return units;
      for (const TreeEntry& entry : tree.list(at)) {
        if (entry.directory && !entry.name.starts_with('.')) next.push_back(in_folder(at, entry.name));
        if (!entry.directory && is_terragrunt(entry.name) && units.size() < most_units) units.push_back(at);
      }
    }
    level = std::move(next);
  }
  return units;
}

void join_units(std::span<LoweredFile> files) {
  Joiner joiner(files);
  for (LoweredFile& file : files) {
    if (is_terragrunt(file.path)) joiner.join(file);
  }
}

}  // namespace redtag::terraform
