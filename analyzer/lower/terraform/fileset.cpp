#include "lower/terraform/fileset.h"

#include <algorithm>
#include <cstdint>
#include <set>

#include "base/path.h"
#include "base/text.h"

namespace redtag::terraform {

namespace {

constexpr std::size_t most_directories = 500, most_names = 4000, most_alternatives = 16, deepest = 12;

/// `{a,b}.json` as `a.json` and `b.json`; nullopt for braces in braces, or too many.
std::optional<std::vector<std::string>> alternatives(std::string_view pattern) {
  std::vector<std::string> all{std::string(pattern)};
  for (std::size_t i = 0; i < all.size();) {
    const std::size_t open = all[i].find('{');
    if (open == std::string::npos) {
      ++i;
      continue;
    }
    const std::size_t close = all[i].find('}', open);
    const std::string whole = all[i];
    if (close == std::string::npos || whole.find('{', open + 1) < close) return std::nullopt;
    all.erase(all.begin() + static_cast<std::ptrdiff_t>(i));
    for (const std::string_view part : split(std::string_view(whole).substr(open + 1, close - open - 1), ','))
      all.push_back(whole.substr(0, open) + std::string(part) + whole.substr(close + 1));
    if (all.size() > most_alternatives) return std::nullopt;
  }
  return all;
}

/// A directory to look into, with the step of the pattern that its entries meet.
struct Place {
  std::string below;  ///< relative to where the search began
  std::size_t step = 0;
  std::size_t depth = 0;
};

class Search {
 public:
  Search(SourceTree& tree, std::string_view directory, std::set<std::string>& found)
      : tree_(tree), directory_(directory), found_(found) {}

  bool run(std::string_view pattern) {
    const std::vector<std::string_view> steps = split(pattern, '/');
    std::vector<Place> open{{{}, 0, 0}};
    while (!open.empty()) {
      const Place place = std::move(open.back());
      open.pop_back();
      if (++listed_ > most_directories || place.depth > deepest) return false;
      if (steps[place.step] == "**" && place.step + 1 < steps.size())
        open.push_back({place.below, place.step + 1, place.depth + 1});
      if (!look_into(place, steps, open)) return false;
    }
    return true;
  }

 private:
  bool look_into(const Place& place, const std::vector<std::string_view>& steps, std::vector<Place>& open) {
    const std::string_view step = steps[place.step];
    const bool any = step == "**", last = place.step + 1 == steps.size();
    const std::string at = place.below.empty() ? std::string(directory_) : joined_path(directory_, place.below);
    for (const TreeEntry& entry : tree_.list(at)) {
      if (!any && !glob_match(step, entry.name)) continue;
      const std::string name = joined_path(place.below, entry.name);
      if (entry.directory && any) open.push_back({name, place.step, place.depth + 1});
      if (entry.directory && !any && !last) open.push_back({name, place.step + 1, place.depth + 1});
      if (!entry.directory && last) found_.insert(name);
      if (found_.size() > most_names) return false;
    }
    return true;
  }

  SourceTree& tree_;
  std::string_view directory_;
  std::set<std::string>& found_;
  std::size_t listed_ = 0;
};

}  // namespace

std::optional<std::vector<std::string>> files_matching(SourceTree& tree, std::string_view directory,
                                                       std::string_view pattern) {
  constexpr std::string_view not_understood = "[]\\";
  if (pattern.empty() || pattern.find_first_of(not_understood) != std::string_view::npos ||
      pattern.find("..") != std::string_view::npos)
    return std::nullopt;
  while (pattern.starts_with("./")) pattern.remove_prefix(2);
  const auto patterns = alternatives(pattern);
  if (!patterns) return std::nullopt;
  std::set<std::string> found;
  for (const std::string& one : *patterns) {
    if (!Search(tree, directory, found).run(one)) return std::nullopt;
  }
  return std::vector<std::string>(found.begin(), found.end());
}

}  // namespace redtag::terraform
