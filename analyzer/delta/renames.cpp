#include "delta/renames.h"

namespace redtag {

namespace {

bool is_name_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/// End of the address that starts at `at`: two names joined by a dot, as `type.name` and `module.name` are.
std::size_t end_of_address(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && is_name_byte(text[end])) ++end;
  if (end >= text.size() || text[end] != '.') return end;
  ++end;
  while (end < text.size() && is_name_byte(text[end])) ++end;
  return end;
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

}  // namespace redtag
