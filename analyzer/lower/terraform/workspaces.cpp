#include "lower/terraform/workspaces.h"

#include <algorithm>
#include <array>

#include "base/limits.h"

namespace redtag::terraform {

namespace {

constexpr std::size_t most_names = 12;
// The one that always exists, and the usual ones: what one side names, the other may have ceased to name.
constexpr std::array usual = std::to_array<std::string_view>({"default", "dev", "prod", "production", "staging"});
constexpr std::string_view workspace = "terraform.workspace";

bool is_reference(const Value& value) {
  return value.presence == Presence::Unknown && value.expression == Expression::Reference;
}

bool is_workspace(const Value& value) { return is_reference(value) && value.text == workspace; }

bool is_word(const Value& value) {
  return value.known() && value.shape == Shape::Scalar && !value.text.empty() && value.text.size() <= 64;
}

/// `local.sizes` of `local.sizes[].disk`.
std::string_view first_steps(std::string_view path) {
  const std::size_t dot = path.find('.');
  return dot == std::string_view::npos ? path : path.substr(0, path.find_first_of(".[", dot + 1));
}

}  // namespace

Workspaces::Workspaces(std::span<const Resource* const> resources) : resources_(resources) {
  constexpr int most_rounds = 6;  // a local behind a local behind a local …
  for (int round = 0; round < most_rounds; ++round) {
    const std::size_t known = locals_.size();
    for (const Resource* resource : resources_) {
      if (resource->type == "local" && decide(*resource)) locals_.insert("local." + resource->name);
    }
    if (locals_.size() == known) break;
  }
  for (const Resource* resource : resources_) {
    for (const Entry& entry : resource->attributes) collect(entry.value, limits::nesting);
  }
  if (!names_.empty()) names_.insert(usual.begin(), usual.end());
}

bool Workspaces::decide(const Resource& resource) const {
  return std::any_of(resource.attributes.begin(), resource.attributes.end(),
                     [&](const Entry& entry) { return mentions(entry.value, limits::nesting); });
}

bool Workspaces::mentions(const Value& value, unsigned levels) const {
  if (levels == 0) return false;
  if (is_reference(value) && (value.text == workspace || locals_.contains(first_steps(value.text)))) return true;
  return std::any_of(value.items.begin(), value.items.end(),
                     [&](const Value& item) { return mentions(item, levels - 1); }) ||
         std::any_of(value.entries.begin(), value.entries.end(),
                     [&](const Entry& entry) { return mentions(entry.value, levels - 1); });
}

void Workspaces::collect(const Value& value, unsigned levels) {
  if (levels == 0 || names_.size() >= most_names) return;
  const bool asks = std::any_of(value.items.begin(), value.items.end(), is_workspace);
  if (asks && value.presence == Presence::Unknown) {
    if (value.expression == Expression::Operator && (value.text == "==" || value.text == "!=")) {
      for (const Value& operand : value.items) {
        if (is_word(operand) && names_.size() < most_names) names_.insert(operand.text);
      }
    } else if (value.expression == Expression::Reference) {
      add_keys(first_steps(value.text));
    } else if (value.expression == Expression::Call && value.text == "lookup" && is_reference(value.items[0])) {
      add_keys(first_steps(value.items[0].text));
    }
  }
  for (const Value& item : value.items) collect(item, levels - 1);
  for (const Entry& entry : value.entries) collect(entry.value, levels - 1);
}

void Workspaces::add_keys(std::string_view table) {
  for (const Resource* resource : resources_) {
    const bool local = resource->type == "local" && table == "local." + resource->name;
    const bool variable = resource->type == "variable" && table == "var." + resource->name;
    if (!local && !variable) continue;
    for (const Entry& entry : resource->attributes) {
      if (entry.key != (local ? "value" : "default") || !entry.value.known()) continue;
      for (const Entry& row : entry.value.entries) {
        if (names_.size() < most_names && row.key != "default") names_.insert(row.key);
      }
    }
  }
}

}  // namespace redtag::terraform
