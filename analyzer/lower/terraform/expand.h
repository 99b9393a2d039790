// Copies of declarations, one for each way that leads to them and each key they are made for.
//
// A declaration is evaluated once, with what all callers of its module agree on. Where they do not agree, an argument that one of
// them changes would be lost in "set differently"; so would an element of a table that a for_each walks over. Therefore the ways
// that pass through a changed file get a copy of their own, and so does each key of a for_each:
//
//   infra/prod  module.shop ──> modules/shop  module.db["eu"] ──> modules/db  aws_db_instance.main
//                  infra/prod:module.shop.module.db["eu"].aws_db_instance.main     evaluated with that way's arguments
//
// The same is done for a root and each variable file that is given to it by hand: `infra[prod.tfvars]:aws_db_instance.main`.
// Copies are never the subject of a finding by themselves: they matter where a changed line elsewhere decides one of their values.
#pragma once

#include <deque>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lower/terraform/evaluate.h"
#include "lower/terraform/scope.h"
#include "lower/terraform/workspaces.h"

namespace redtag::terraform {

/// A copy, and the file that declares it.
using PlacedCopy = std::pair<std::size_t, Resource>;

/// Finds the ways, copies and evaluates. Borrows scopes and files. To be made before anything is evaluated, which happens in place.
class Expansion {
 public:
  Expansion(Scopes& scopes, std::span<LoweredFile> files);
  /// After the originals were evaluated: all copies, evaluated, with their addresses.
  [[nodiscard]] std::vector<PlacedCopy> expand(Evaluator& evaluator);

 private:
  /// One way: a directory as it is seen through it, with its own copy of what is evaluated in place.
  struct Way {
    Directory* directory = nullptr;  ///< the original, or `own`
    Directory own;
    std::deque<PlacedCopy> resources;
    std::deque<Value> keys;          ///< `each` of its calls
    std::string path;                ///< of the original directory
    std::string prefix;              ///< of addresses: `infra/prod:module.shop.`
    std::string scope;               ///< the root's
    bool changed = false;            ///< a changed file decides on what comes in
    bool single = true;              ///< no other way leads here
    bool of_workspace = false;       ///< stands for one workspace: only what that decides is of interest
    std::vector<std::string> above;  ///< directories on the way, for cycles
  };

  /// What one root is looked at with: a variable file given by hand, a workspace, or neither.
  struct Choice {
    std::string_view var_file;
    std::string_view workspace;
    std::string_view variable;  ///< that stands for the workspace
  };
  Way& start(Directory& root, Choice choice);
  void find_workspaces();
  [[nodiscard]] std::string_view unset_switch(std::string_view directory, std::span<const Resource* const> resources);
  void find_reached();
  void fill(Way& way);
  void walk(Way& way, Evaluator& evaluator);
  void step(Way& way, const ModuleCall& call, Evaluator& evaluator);
  void enter(Way& way, const ModuleCall& call, const Value* each);
  void take(Way& way, Evaluator& evaluator);
  void add_keys(Resource& resource, std::size_t file, Directory& directory, const std::string& prefix,
                Evaluator& evaluator);
  static void leave_choices(Resource& resource, std::string_view name, const std::vector<Resource>& copies);
  void add(Resource copy, std::size_t file, std::string address, const std::string& scope);
  [[nodiscard]] static bool leaves_to_default(const Directory& module);
  [[nodiscard]] bool leads_to_change(const std::string& directory) const;
  [[nodiscard]] std::vector<std::string_view> var_files_of(const Directory& root) const;

  Scopes& scopes_;
  std::span<LoweredFile> files_;
  std::map<std::string, std::vector<PlacedCopy>, std::less<>> raw_;  ///< of directories that may be copied, as written
  std::map<std::string, bool, std::less<>> changed_;  ///< directories with a changed file, or that may read one
  std::set<std::string, std::less<>> reached_;        ///< those, and the modules that they call
  std::set<std::string, std::less<>> switches_;       ///< `var.name` of those that stand for a workspace
  std::map<std::string, Workspaces, std::less<>> workspaces_;                  ///< of changed roots that name any
  std::map<std::string, std::vector<const Resource*>, std::less<>> declared_;  ///< as written, of those
  std::vector<std::string> texts_;                                             ///< paths of files that may be read
  std::deque<Way> ways_;
  std::vector<PlacedCopy> copies_;
};

/// Tells every declaration inside a module from where it is called (Resource::calls).
void note_calls(Scopes& scopes, std::span<LoweredFile> files);

}  // namespace redtag::terraform
