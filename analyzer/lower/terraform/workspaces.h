// The workspaces that a root names, and what in it depends on which one is chosen.
//
// `count = terraform.workspace == "prod" ? 2 : 0` says nothing until a workspace is taken. The text itself names those that matter: in
// comparisons, as keys of the maps that are asked with it, and in names of the files that are read by it. A variable that nothing in the
// tree sets is asked in the same way (`var.env == "prod"`, `local.sizes[var.env]`), and stands for the workspace then.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/model.h"

namespace redtag::terraform {

class Workspaces {
 public:
  /// `resources` are the declarations of `directory` as they were written, `texts` the paths of files that may be read by a name with the
  /// workspace in it; `chosen_by` is the reference that says which one it is. Borrows all three. Cost: linear in the declarations, times a
  /// few rounds through locals.
  Workspaces(std::span<const Resource* const> resources, std::string_view directory, std::span<const std::string> texts,
             std::string_view chosen_by = "terraform.workspace");
  /// Sorted, at most a few: more are cut off. Where any is named, the usual ones are among them, unless a variable chooses whose name is
  /// none of an environment's. Empty where none is.
  [[nodiscard]] const std::set<std::string, std::less<>>& names() const { return names_; }
  /// `env` where `var.env` chooses; empty where the workspace does.
  [[nodiscard]] std::string_view variable() const;
  /// `env`, `environment_name`, `deploy_stage`: what is chosen by such a variable is an environment.
  [[nodiscard]] static bool is_of_environments(std::string_view variable);
  /// The variables that are asked like a workspace, and how often.
  [[nodiscard]] static std::map<std::string, std::size_t, std::less<>> asked(
      std::span<const Resource* const> resources);
  /// True if what the declaration says depends on the workspace.
  [[nodiscard]] bool decide(const Resource& resource) const;

 private:
  [[nodiscard]] bool chooses(const Value& value) const;
  [[nodiscard]] bool mentions(const Value& value, unsigned levels) const;
  void collect(const Value& value, unsigned levels);
  void add_keys(std::string_view table);
  void add_files(const Value& path);
  std::span<const Resource* const> resources_;
  std::string_view directory_;
  std::span<const std::string> texts_;
  std::string_view chosen_by_;
  std::set<std::string, std::less<>> names_;
  std::set<std::string, std::less<>> locals_;  ///< `local.x` that depend on it
};

}  // namespace redtag::terraform
