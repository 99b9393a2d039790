#include "lower/ansible/filled.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <vector>

#include "base/path.h"
#include "base/text.h"
#include "lower/ansible/aimed.h"

namespace redtag::ansible {

namespace {

constexpr std::size_t most_wanted = 60;  // files of variables of one side
constexpr std::size_t most_values = 12;  // of one variable
constexpr int most_levels = 3;           // above a file of tasks

bool is_yaml(std::string_view name) { return name.ends_with(".yml") || name.ends_with(".yaml"); }

bool is_open(const Operation& operation) {
  const bool harms = operation.verb == Verb::Destroy || operation.verb == Verb::Delete ||
                     operation.verb == Verb::Empty || operation.verb == Verb::Overwrite;
  return harms && operation.stack == Stack::Ansible && !operation.harmless_target && !operation.target.known() &&
         operation.target.text.find("{{") != std::string::npos && operation.object == "other";
}

bool asks(const LoweredFile& file) {
  return !file.context && std::any_of(file.model.operations.begin(), file.model.operations.end(), is_open);
}

void want_files(const std::string& directory, SourceTree& tree, std::set<Path>& found) {
  for (const TreeEntry& entry : tree.list(directory)) {
    const std::string path = joined_path(directory, entry.name);
    if (!entry.directory && is_yaml(entry.name) && found.size() < most_wanted) found.insert(path);
    if (!entry.directory) continue;
    for (const TreeEntry& inner : tree.list(path)) {
      if (!inner.directory && is_yaml(inner.name) && found.size() < most_wanted)
        found.insert(joined_path(path, inner.name));
    }
  }
}

/// `group_vars` in a directory, and in the inventories in it.
void want_groups(const std::string& directory, SourceTree& tree, std::set<Path>& found) {
  for (const TreeEntry& entry : tree.list(directory)) {
    if (!entry.directory) continue;
    const std::string path = joined_path(directory, entry.name);
    if (entry.name == "group_vars" || entry.name == "host_vars") want_files(path, tree, found);
    if (!entry.name.starts_with("inventor") && entry.name != "environments") continue;
    for (const TreeEntry& inner : tree.list(path)) {
      const std::string below = joined_path(path, inner.name);
      if (inner.directory && inner.name == "group_vars") want_files(below, tree, found);
      if (inner.directory && inner.name != "group_vars") want_files(joined_path(below, "group_vars"), tree, found);
    }
  }
}

using Values = std::map<std::string, std::vector<std::string>, std::less<>>;

/// Every value of every variable at hand that is a text.
Values values_of(std::span<const LoweredFile> files) {
  Values values;
  for (const LoweredFile& file : files) {
    for (const Resource& each : file.model.resources) {
      if (!each.type.ends_with("variable") || each.attributes.empty()) continue;
      const Value& value = each.attributes.front().value;
      std::vector<std::string>& known = values[each.name];
      const bool text = value.known() && value.shape == Shape::Scalar && !value.text.empty() && !value.sensitive;
      if (text && known.size() < most_values) known.push_back(value.text);
    }
  }
  return values;
}

bool keeps_data(const FactTables& facts, std::string_view path) {
  const std::vector<FactRowView> rows = facts.rows("ansible", "data directory");
  return std::any_of(rows.begin(), rows.end(), [&](const FactRowView& row) { return glob_match(row.path, path); });
}

/// One of the texts that the target may be which keeps data; nullopt for none.
std::optional<std::string> data_among(const std::string& target, const Values& values, const FactTables& facts) {
  for (const auto& [name, known] : values) {
    if (!reads(target, name)) continue;
    for (const std::string& value : known) {
      Variables variables;
      for (const auto& [other, texts] : values) {
        if (other != name && !texts.empty() && reads(target, other)) variables.emplace(other, texts.front());
      }
      variables.emplace(name, value);
      std::optional<std::string> filled = filled_in(target, variables);
      if (filled && keeps_data(facts, *filled)) return filled;
    }
  }
  return std::nullopt;
}

}  // namespace

void want_target_variables(std::span<const LoweredFile> files, SourceTree& tree, std::set<Path>& wanted) {
  std::set<std::string> directories;
  std::set<Path> found;
  for (const LoweredFile& file : files) {
    if (!asks(file)) continue;
    std::string at = directory_of(file.path);
    if (at.ends_with("tasks") || at.ends_with("handlers")) {
      const std::string role = directory_of(at);
      for (const char* kind : {"defaults", "vars"}) want_files(joined_path(role, kind), tree, found);
    }
    for (int level = 0; level < most_levels; ++level) {
      directories.insert(at);
      if (at.empty()) break;
      at = directory_of(at);
    }
    directories.insert(at);
  }
  for (const std::string& directory : directories) want_groups(directory, tree, found);
  wanted.insert(found.begin(), found.end());
}

void link_targets(std::span<LoweredFile> files, const FactTables& facts) {
  if (std::none_of(files.begin(), files.end(), asks)) return;
  const Values values = values_of(files);
  for (LoweredFile& file : files) {
    if (!asks(file)) continue;
    for (Operation& operation : file.model.operations) {
      if (!is_open(operation)) continue;
      const std::optional<std::string> place = data_among(operation.target.text, values, facts);
      if (!place) continue;
      operation.object = "data directory";
      operation.text = shortened(operation.text + ", where " + operation.target.text + " may be " + *place, 400);
    }
  }
}

}  // namespace redtag::ansible
