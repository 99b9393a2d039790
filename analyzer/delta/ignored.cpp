// What `ignore_changes` holds back, and what comes of it when it lets go.
#include <algorithm>

#include "delta/effects.h"
#include "facts/match.h"

namespace redtag {

std::vector<std::string> ignored_paths(const Resource& resource) {
  std::vector<std::string> paths;
  for (const Entry& entry : resource.attributes) {
    if (entry.key != "lifecycle") continue;
    const Value* ignored = find_entry(entry.value, "ignore_changes");
    if (ignored == nullptr) continue;
    if (ignored->items.empty()) {  // the word `all`
      paths.emplace_back("*");
      continue;
    }
    for (const Value& item : ignored->items) {
      std::string path;  // `tags["x"]`, `block[0].name` → without indexes
      bool inside = false;
      for (const char c : item.text) {
        if (c == '[') inside = true;
        if (!inside && c != '"') path += c;
        if (c == ']') inside = false;
      }
      paths.push_back(path);
    }
  }
  return paths;
}

void add_unignored(ResourceChange& change, const Resource& before, const Resource& after, const FactTables& facts) {
  const auto told =
      std::find_if(change.attributes.begin(), change.attributes.end(),
                   [](const AttributeChange& attribute) { return attribute.path == "lifecycle.ignore_changes"; });
  if (told == change.attributes.end()) return;
  const std::vector<std::string> still = ignored_paths(after);
  const auto held_back = [&](const std::string& path) {
    return std::any_of(still.begin(), still.end(), [&](const std::string& one) {
      return one == "*" || path == one || path.starts_with(one + ".");
    });
  };
  for (const std::string& path : ignored_paths(before)) {
    const std::string top = path.substr(0, path.find('.'));
    const bool given = std::any_of(after.attributes.begin(), after.attributes.end(),
                                   [&](const Entry& entry) { return entry.key == top || path == "*"; });
    if (!given || held_back(path)) continue;
    for (const FactMatchView& match :
         matching_rows(facts, stack_name(after.stack), after.type, path, PathChange::Value)) {
      if (match.row.effect != "replaces") continue;
      told->effects.push_back({AttributeEffect::MayReplace, Certainty::Partial, match.row});
      return;
    }
  }
}

}  // namespace redtag
