#include "delta/renames.h"

#include <algorithm>
#include <optional>
#include <tuple>

#include "delta/attributes.h"
#include "delta/directives.h"

namespace redtag {

namespace {

bool is_name_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/// End of the address that starts at `at`: two names joined by a dot, as `type.name` and `module.name` are, or three, as `data.type.name`.
std::size_t end_of_address(std::string_view text, std::size_t at) {
  std::size_t end = at;
  const unsigned dots = text.substr(at).starts_with("data.") ? 2 : 1;
  for (unsigned i = 0; i <= dots; ++i) {
    while (end < text.size() && is_name_byte(text[end])) ++end;
    if (i == dots || end >= text.size() || text[end] != '.') return end;
    ++end;
  }
  return end;
}

/// One name begins with the other, or with all of it but its last letters: `domain` and `domains`, `subnet_ids` and `subnets`.
bool nearly_alike(std::string_view a, std::string_view b) {
  const auto [left, right] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  const auto shared = static_cast<std::size_t>(left - a.begin());
  constexpr std::size_t least = 4, most_apart = 4;
  const std::size_t apart = std::max(a.size(), b.size()) - shared;
  return (shared >= least && apart <= most_apart) || (shared == std::min(a.size(), b.size()) && shared >= 3) ||
         (a.size() >= least && b.ends_with(a)) || (b.size() >= least && a.ends_with(b));
}

bool means_the_same(const Resource& was, const Resource& is) {
  constexpr double equal = 1.0;
  if (was.declares == Declares::Data) return !was.attributes.empty() && likeness(was, is) >= equal;
  if (was.type == "local") return !was.attributes.empty() && likeness(was, is) >= equal;
  const auto decides = [](const Resource& variable) {
    Resource out;
    for (const Entry& entry : variable.attributes) {
      if (entry.key == "type" || entry.key == "default" || entry.key == "sensitive") out.attributes.push_back(entry);
    }
    return out;
  };
  return nearly_alike(was.name, is.name) && likeness(decides(was), decides(is)) >= equal;
}

bool is_name(const Resource& resource) {
  const bool setting =
      resource.declares == Declares::Setting && (resource.type == "local" || resource.type == "variable");
  return resource.stack == Stack::Terraform && !resource.expanded && (setting || resource.declares == Declares::Data);
}

}  // namespace

void Renames::add(const std::string& scope, std::string_view from, std::string_view to) {
  by_scope_[scope].emplace(from, to);
}

std::string Renames::apply(std::string_view text, const OfScope& names) {
  std::string out;
  std::size_t at = 0;
  while (at < text.size()) {
    const bool starts = is_name_byte(text[at]) && (at == 0 || (!is_name_byte(text[at - 1]) && text[at - 1] != '.'));
    if (!starts) {
      out += text[at++];
      continue;
    }
    const std::size_t end = end_of_address(text, at);
    const auto found = names.find(text.substr(at, end - at));
    out += found == names.end() ? text.substr(at, end - at) : std::string_view(found->second);
    at = end;
  }
  return out;
}

void Renames::apply(Value& value, const OfScope& names) {  // depth is bounded by limits::nesting where values are made
  if (value.presence == Presence::Unknown) value.text = apply(value.text, names);
  for (Value& item : value.items) apply(item, names);
  for (Entry& entry : value.entries) apply(entry.value, names);
}

std::vector<Entry> Renames::applied_to(const Resource& resource) const {
  std::vector<Entry> attributes = resource.attributes;
  const auto found = by_scope_.find(resource.scope);
  if (found == by_scope_.end()) return attributes;
  for (Entry& entry : attributes) apply(entry.value, found->second);
  return attributes;
}

void add_new_names(const Sides& sides, const std::vector<std::uint32_t>& gone, const std::vector<std::uint32_t>& come,
                   Renames& renames) {
  using Sign = std::tuple<Declares, std::string, std::string>;
  constexpr std::size_t most_candidates = 60;
  std::map<Sign, std::vector<std::uint32_t>> going, coming;
  const auto sign = [](const Resource& resource) { return Sign{resource.declares, resource.type, resource.scope}; };
  for (const std::uint32_t id : gone) {
    if (const Resource& resource = sides.before.resources[id]; is_name(resource)) going[sign(resource)].push_back(id);
  }
  for (const std::uint32_t id : come) {
    if (const Resource& resource = sides.after.resources[id]; is_name(resource)) coming[sign(resource)].push_back(id);
  }
  for (const auto& [key, olds] : going) {
    const auto found = coming.find(key);
    if (found == coming.end() || olds.size() > most_candidates || found->second.size() > most_candidates) continue;
    const auto only = [&](const auto& among, const auto& fits) -> std::optional<std::uint32_t> {
      const auto first = std::find_if(among.begin(), among.end(), fits);
      if (first == among.end() || std::find_if(first + 1, among.end(), fits) != among.end()) return std::nullopt;
      return *first;
    };
    for (const std::uint32_t old_id : olds) {
      const Resource& was = sides.before.resources[old_id];
      const auto other =
          only(found->second, [&](std::uint32_t id) { return means_the_same(was, sides.after.resources[id]); });
      if (!other) continue;
      const Resource& is = sides.after.resources[*other];
      const auto back = only(olds, [&](std::uint32_t id) { return means_the_same(sides.before.resources[id], is); });
      if (back) renames.add(was.scope, local_address(was), local_address(is));
    }
  }
}

}  // namespace redtag
