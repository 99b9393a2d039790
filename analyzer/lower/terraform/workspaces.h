// The workspaces that a root names, and what in it depends on which one is chosen.
//
// `count = terraform.workspace == "prod" ? 2 : 0` says nothing until a workspace is taken. The text itself names those that matter: in
// comparisons, and as keys of the maps that are asked with it.
#pragma once

#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/model.h"

namespace redtag::terraform {

class Workspaces {
 public:
  /// `resources` are the declarations of one directory as they were written. Cost: linear in them, times a few rounds through locals.
  explicit Workspaces(std::span<const Resource* const> resources);
  /// Sorted, at most a few: more are cut off. Where any is named, the usual ones are among them. Empty where none is.
  [[nodiscard]] const std::set<std::string, std::less<>>& names() const { return names_; }
  /// True if what the declaration says depends on the workspace.
  [[nodiscard]] bool decide(const Resource& resource) const;

 private:
  [[nodiscard]] bool mentions(const Value& value, unsigned levels) const;
  void collect(const Value& value, unsigned levels);
  void add_keys(std::string_view table);
  std::span<const Resource* const> resources_;
  std::set<std::string, std::less<>> names_;
  std::set<std::string, std::less<>> locals_;  ///< `local.x` that depend on it
};

}  // namespace redtag::terraform
