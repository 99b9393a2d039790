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

std::string scope_prefix(const Resource& resource) {
  return resource.scope.empty() ? std::string() : resource.scope + ":";
}

std::string absolute_from(const Resource& directive) {
  return scope_prefix(directive) + without_keys(scalar_attribute(directive, "from"));
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
    if (directive.declares != Declares::Moved) continue;
    blocks_.push_back(&directive);
    by_from_.try_emplace({directive.scope, scalar_attribute(directive, "from")}, &directive);
    by_address_.try_emplace(absolute_from(directive), Carried{&directive, scope_prefix(directive)});
    // In a module, it speaks of what stands under each call of that.
    for (const Call& call : directive.calls)
      by_address_.try_emplace(call.address + "." + without_keys(scalar_attribute(directive, "from")),
                              Carried{&directive, call.address + "."});
  }
}

std::string MovedBlocks::last_of_chain(const Resource& directive) const {
  std::string to = scalar_attribute(directive, "to");
  constexpr int longest = 16;  // a cycle is an error to Terraform
  for (int step = 0; step < longest; ++step) {
    const auto next = by_from_.find({directive.scope, to});
    if (next == by_from_.end() || next->second == &directive) break;
    to = scalar_attribute(*next->second, "to");
  }
  return to;
}

std::string MovedBlocks::place_of(std::string_view scope, const std::string& from) const {
  const auto found = by_from_.find({std::string(scope), from});
  return found == by_from_.end() ? from : last_of_chain(*found->second);
}

std::string MovedBlocks::carried(std::string_view address) const {
  for (std::size_t end = address.size(); !by_address_.empty() && end != std::string_view::npos && end > 0;
       end = address.rfind('.', end - 1)) {
    const auto found = by_address_.find(address.substr(0, end));
    if (found == by_address_.end()) continue;
    const auto& [directive, prefix] = found->second;
    return prefix + without_keys(last_of_chain(*directive)) + std::string(address.substr(end));
  }
  return std::string(address);
}

std::optional<Region> MovedBlocks::first_inside(std::string_view call) const {
  const std::string inside = std::string(call) + ".";
  const auto found = by_address_.lower_bound(inside);
  if (found == by_address_.end() || !found->first.starts_with(inside)) return std::nullopt;
  return found->second.directive->region;
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
