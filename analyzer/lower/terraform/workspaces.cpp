#include "lower/terraform/workspaces.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/limits.h"
#include "base/text.h"
#include "lower/terraform/text_file.h"

namespace redtag::terraform {

namespace {

constexpr std::size_t most_names = 12;
// The one that always exists, and the usual ones: what one side names, the other may have ceased to name.
constexpr std::array usual = std::to_array<std::string_view>({"default", "dev", "prod", "production", "staging"});
constexpr std::string_view variables = "var.";

bool is_reference(const Value& value) {
  return value.presence == Presence::Unknown && value.expression == Expression::Reference;
}

bool is_plain_variable(const Value& value) {
  return is_reference(value) && value.text.starts_with(variables) &&
         value.text.find_first_of(".[", variables.size()) == std::string::npos;
}

bool is_comparison(const Value& value) {
  return value.expression == Expression::Operator && (value.text == "==" || value.text == "!=");
}

bool is_look_up(const Value& value) {
  return value.expression == Expression::Call && value.text == "lookup" && is_reference(value.items[0]);
}

/// `contains(["prod", "staging"], var.env)`
bool is_search(const Value& value) {
  return value.expression == Expression::Call && value.text == "contains" && !value.items.empty();
}

void count_asked(const Value& value, unsigned levels, std::map<std::string, std::size_t, std::less<>>& asked) {
  if (levels == 0) return;
  if (value.presence == Presence::Unknown &&
      (is_comparison(value) || value.expression == Expression::Reference || is_look_up(value) || is_search(value))) {
    for (const Value& item : value.items) {
      if (is_plain_variable(item)) ++asked[item.text];
    }
  }
  for (const Value& item : value.items) count_asked(item, levels - 1, asked);
  for (const Entry& entry : value.entries) count_asked(entry.value, levels - 1, asked);
}

bool is_word(const Value& value) {
  return value.known() && value.shape == Shape::Scalar && !value.text.empty() && value.text.size() <= 64;
}

/// `local.sizes` of `local.sizes[].disk`.
std::string_view first_steps(std::string_view path) {
  const std::size_t dot = path.find('.');
  return dot == std::string_view::npos ? path : path.substr(0, path.find_first_of(".[", dot + 1));
}

}  // namespace

Workspaces::Workspaces(std::span<const Resource* const> resources, std::string_view directory,
                       std::span<const std::string> texts, std::string_view chosen_by)
    : resources_(resources), directory_(directory), texts_(texts), chosen_by_(chosen_by) {
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
  const bool environments = variable().empty() || is_of_environments(variable());
  if (!names_.empty() && environments) names_.insert(usual.begin(), usual.end());
  if (!variable().empty()) names_.erase("default");
}

std::string_view Workspaces::variable() const {
  return chosen_by_.starts_with(variables) ? chosen_by_.substr(variables.size()) : std::string_view();
}

std::map<std::string, std::size_t, std::less<>> Workspaces::asked(std::span<const Resource* const> resources) {
  std::map<std::string, std::size_t, std::less<>> asked;
  for (const Resource* resource : resources) {
    for (const Entry& entry : resource->attributes) count_asked(entry.value, limits::nesting, asked);
  }
  return asked;
}

bool Workspaces::is_of_environments(std::string_view variable) {
  const std::vector<std::string_view> words = split(variable, '_');
  return std::any_of(words.begin(), words.end(), [](std::string_view word) {
    return word == "env" || word == "environment" || word == "stage" || word == "workspace";
  });
}

bool Workspaces::chooses(const Value& value) const { return is_reference(value) && value.text == chosen_by_; }

bool Workspaces::decide(const Resource& resource) const {
  return std::any_of(resource.attributes.begin(), resource.attributes.end(),
                     [&](const Entry& entry) { return mentions(entry.value, limits::nesting); });
}

bool Workspaces::mentions(const Value& value, unsigned levels) const {
  if (levels == 0) return false;
  if (is_reference(value) && (value.text == chosen_by_ || locals_.contains(first_steps(value.text)))) return true;
  return std::any_of(value.items.begin(), value.items.end(),
                     [&](const Value& item) { return mentions(item, levels - 1); }) ||
         std::any_of(value.entries.begin(), value.entries.end(),
                     [&](const Entry& entry) { return mentions(entry.value, levels - 1); });
}

void Workspaces::collect(const Value& value, unsigned levels) {
  if (levels == 0 || names_.size() >= most_names) return;
  const bool reads = value.presence == Presence::Unknown && value.expression == Expression::Call &&
                     (value.text == "file" || value.text == "templatefile");
  if (reads && !value.items.empty()) add_files(value.items[0]);
  const bool asks =
      std::any_of(value.items.begin(), value.items.end(), [&](const Value& item) { return chooses(item); });
  if (asks && value.presence == Presence::Unknown) {
    if (is_comparison(value)) {
      for (const Value& operand : value.items) {
        if (is_word(operand) && names_.size() < most_names) names_.insert(operand.text);
      }
    } else if (value.expression == Expression::Reference) {
      add_keys(first_steps(value.text));
    } else if (is_search(value) && value.items[0].known()) {
      for (const Value& item : value.items[0].items) {  // what a variable may be
        if (is_word(item) && names_.size() < most_names) names_.insert(item.text);
      }
    } else if (is_look_up(value)) {
      add_keys(first_steps(value.items[0].text));
    }
  }
  for (const Value& item : value.items) collect(item, levels - 1);
  for (const Entry& entry : value.entries) collect(entry.value, levels - 1);
}

/// `"${path.module}/config/${terraform.workspace}.yaml"`: what stands in the place of the workspace in the files that there are.
void Workspaces::add_files(const Value& path) {
  if (path.presence != Presence::Unknown || path.expression != Expression::Template) return;
  std::string before, behind;
  bool met = false;
  for (const Value& part : path.items) {
    const bool here = is_reference(part) && (part.text == "path.module" || part.text == "path.root");
    if (chooses(part)) {
      if (met) return;
      met = true;
    } else if (here || (part.known() && part.shape == Shape::Scalar)) {
      (met ? behind : before) += here ? std::string_view(".") : std::string_view(part.text);
    } else {
      return;
    }
  }
  if (!met || behind.find('/') != std::string::npos) return;
  const std::string marked = resolve_text_path(directory_, before + "*" + behind);
  const std::size_t star = marked.find('*');
  if (star == std::string::npos) return;
  const std::string_view front = std::string_view(marked).substr(0, star);
  for (const std::string_view text : texts_) {
    if (!text.starts_with(front) || !text.ends_with(behind) || text.size() <= front.size() + behind.size()) continue;
    const std::string_view name = text.substr(front.size(), text.size() - front.size() - behind.size());
    if (name.find('/') == std::string_view::npos && names_.size() < most_names) names_.emplace(name);
  }
}

void Workspaces::add_keys(std::string_view table) {
  for (const Resource* resource : resources_) {
    const bool local = resource->type == "local" && table == "local." + resource->name;
    const bool variable = resource->type == "variable" && table == "var." + resource->name;
    const bool assigned = resource->type == "tfvar" && table == "var." + resource->name;
    if (!local && !variable && !assigned) continue;
    for (const Entry& entry : resource->attributes) {
      if (entry.key != (variable ? "default" : "value") || !entry.value.known()) continue;
      for (const Entry& row : entry.value.entries) {
        if (names_.size() < most_names && row.key != "default") names_.insert(row.key);
      }
    }
  }
}

}  // namespace redtag::terraform
