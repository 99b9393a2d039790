#include "delta/moved_instances.h"

#include <algorithm>
#include <map>
#include <string>

namespace redtag {

namespace {

using Copies =
    std::map<std::string_view, const Resource*, std::less<>>;  // by what stands behind the resource's address

Copies copies_of(const Model& model, const Resource& resource) {
  Copies copies;
  for (const Resource& other : model.resources) {
    const bool copy = other.expanded && other.type == resource.type && other.scope == resource.scope &&
                      other.address.starts_with(resource.address) && other.address[resource.address.size()] == '[';
    if (copy) copies.emplace(std::string_view(other.address).substr(resource.address.size()), &other);
  }
  return copies;
}

const Value* value_of(const Resource& resource, std::string_view path) {
  const auto found = std::find_if(resource.attributes.begin(), resource.attributes.end(),
                                  [&](const Entry& entry) { return entry.key == path; });
  return found == resource.attributes.end() ? nullptr : &found->value;
}

}  // namespace

bool kept_by_moved_instances(const Sides& sides, const MovedBlocks& moved, const Resource& was, const Resource& is,
                             std::string_view path) {
  if (moved.keys_of(was).empty()) return false;
  const Copies before = copies_of(sides.before, was), after = copies_of(sides.after, is);
  const std::string old_name(local_address(was)), new_name(local_address(is));
  const auto kept = [&](const auto& copy) {
    const auto& [key, old_copy] = copy;
    const std::string now = moved.place_of(was.scope, old_name + std::string(key));
    if (!now.starts_with(new_name)) return false;
    const auto found = after.find(std::string_view(now).substr(new_name.size()));
    if (found == after.end()) return false;
    const Value* const old_value = value_of(*old_copy, path);
    const Value* const new_value = value_of(*found->second, path);
    return old_value != nullptr && new_value != nullptr && old_value->known() && same_value(*old_value, *new_value);
  };
  return !before.empty() && std::all_of(before.begin(), before.end(), kept);
}

}  // namespace redtag
