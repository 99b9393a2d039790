#include "delta/directives.h"

#include <algorithm>

namespace redtag {

bool is_directive(Declares declares) {
  return declares == Declares::Moved || declares == Declares::Removed || declares == Declares::Import;
}

std::string scalar_attribute(const Resource& resource, std::string_view name) {
  for (const Entry& entry : resource.attributes) {
    if (entry.key == name) return entry.value.text;
  }
  return {};
}

std::string_view local_address(const Resource& resource) {
  const std::string_view address = resource.address;
  if (!resource.scope.empty() && address.starts_with(resource.scope + ":"))
    return address.substr(resource.scope.size() + 1);
  return address;
}

std::optional<std::string_view> behind(std::string_view address, std::string_view from) {
  if (from.empty() || !address.starts_with(from)) return std::nullopt;
  const std::string_view rest = address.substr(from.size());
  if (rest.empty() || rest[0] == '.' || rest[0] == '[') return rest;
  return std::nullopt;
}

std::string_view without_key(std::string_view address) {
  return !address.empty() && address.back() == ']' ? address.substr(0, address.rfind('[')) : address;
}

std::string without_keys(std::string_view address) {
  std::string out;
  bool quoted = false;
  int depth = 0;
  for (const char c : address) {
    if (c == '"') quoted = !quoted;
    if (!quoted && c == '[') ++depth;
    if (depth == 0) out += c;
    if (!quoted && c == ']' && depth > 0) --depth;
  }
  return out;
}

std::string absolute_from(const Resource& directive) {
  const std::string prefix = directive.scope.empty() ? std::string() : directive.scope + ":";
  return prefix + without_keys(scalar_attribute(directive, "from"));
}

bool destroys(const Resource& removed) {
  for (const Entry& entry : removed.attributes) {
    if (entry.key != "lifecycle") continue;
    const Value* destroy = find_entry(entry.value, "destroy");
    if (destroy != nullptr && destroy->known() && destroy->text == "false") return false;
  }
  return true;
}

MovedBlocks::MovedBlocks(const Model& after) {
  for (const Resource& directive : after.resources) {
    if (directive.declares == Declares::Moved) blocks_.push_back(&directive);
  }
}

std::string MovedBlocks::last_of_chain(const Resource& directive) const {
  std::string to = scalar_attribute(directive, "to");
  constexpr int longest = 16;  // a cycle is an error to Terraform
  for (int step = 0; step < longest; ++step) {
    const auto next = std::find_if(blocks_.begin(), blocks_.end(), [&](const Resource* other) {
      return other->scope == directive.scope && other != &directive && scalar_attribute(*other, "from") == to;
    });
    if (next == blocks_.end()) break;
    to = scalar_attribute(**next, "to");
  }
  return to;
}

std::string MovedBlocks::place_of(std::string_view scope, const std::string& from) const {
  const auto found = std::find_if(blocks_.begin(), blocks_.end(), [&](const Resource* directive) {
    return directive->scope == scope && scalar_attribute(*directive, "from") == from;
  });
  return found == blocks_.end() ? from : last_of_chain(**found);
}

std::optional<Region> MovedBlocks::first_inside(std::string_view call) const {
  for (const Resource* directive : blocks_) {
    const std::string from = absolute_from(*directive);
    const auto rest = behind(from, call);
    if (rest && !rest->empty()) return directive->region;
  }
  return std::nullopt;
}

std::set<std::string> MovedBlocks::keys_of(const Resource& resource) const {
  std::set<std::string> keys;
  for (const Resource* directive : blocks_) {
    const std::string from = scalar_attribute(*directive, "from");
    if (directive->scope != resource.scope || without_key(from) != local_address(resource)) continue;
    std::string key = from.substr(without_key(from).size());
    std::erase_if(key, [](char c) { return c == '[' || c == ']' || c == '"'; });
    keys.insert(std::move(key));
  }
  return keys;
}

}  // namespace redtag
