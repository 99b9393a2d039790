// What the files of one side define, directory by directory: where an evaluation looks names up.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lower/frontend.h"
#include "lower/terraform/reasons.h"

namespace redtag::terraform {

/// How many folders above its own a variable file is given to a root at most.
inline constexpr unsigned variable_file_levels = 3;

/// How far a definition has been evaluated. One that is asked for while it is Busy refers to itself.
enum class Progress : std::uint8_t { Raw, Busy, Done };

/// A definition whose value is evaluated in place, once, when it is first asked for.
struct Definition {
  Value* value = nullptr;
  Progress progress = Progress::Raw;
};

/// A variable: what it is when nobody sets it, and then what it was found to be.
struct Variable {
  const Value* fallback = nullptr;  ///< `default`
  Value* type_defaults = nullptr;   ///< its type, where that says what is left out
  bool declared = false;
  bool sensitive = false;
  std::vector<std::pair<std::string_view, const Value*>> assigned;  ///< by variable files: path, value
  std::vector<std::pair<std::string_view, const Value*>> beside;  ///< by those that stand elsewhere, for who names one
  Value value;
  Progress progress = Progress::Raw;
};

struct Directory;

/// A call of the module that a directory holds.
struct ModuleCall {
  Directory* from = nullptr;
  const Resource* call = nullptr;
  const Value* each = nullptr;  ///< `each` of one of several calls; nullptr where it is not known, or there is none
  Directory* to = nullptr;
};

/// A data block that makes an access document, and the document once it is asked for.
struct DocumentSource {
  Resource* resource = nullptr;
  bool partial = false;  ///< from a window: what it does not show may still be there
  Value document;
  Progress progress = Progress::Raw;
};

/// One directory: to Terraform, one module. Views the models it was made from.
struct Directory {
  std::string path;
  std::map<std::string_view, Definition> locals;
  std::map<std::string_view, Definition> outputs;
  std::map<std::string_view, Variable> variables;
  std::map<std::string, Definition, std::less<>>
      attributes;                                        ///< `type.name.key` of single resources: what they are given
  std::map<std::string_view, DocumentSource> documents;  ///< data.aws_iam_policy_document
  std::map<std::string_view, Directory*> modules;        ///< calls of local modules that were read
  std::vector<ModuleCall> callers;
  std::vector<ModuleCall> calls;
  const std::map<std::string, const Resource*, std::less<>>* texts = nullptr;  ///< what `file` can read, by path
  SourceTree* tree = nullptr;  ///< what `fileset` looks into; nullptr where there is none
  Value workspace;             ///< the one that is taken for chosen; absent: it is not known which
  std::string_view chosen_by;  ///< the root's variable that stands for the workspace; empty: it is Terraform's own
  std::string_view var_file;   ///< the one given by hand; empty: it is not known which
  bool unread = false;         ///< it has files that no budget was left for
  /// Why a name that is not defined here is not known.
  [[nodiscard]] std::string_view undefined() const { return unread ? reasons::beyond : reasons::undefined; }
};

/// All directories of one side, by path. Borrows the files, which must not gain or lose resources while it lives.
class Scopes {
 public:
  explicit Scopes(std::span<LoweredFile> files);
  [[nodiscard]] Directory& of(std::string_view file_path);
  [[nodiscard]] std::map<std::string, Directory, std::less<>>& directories() { return directories_; }
  /// The directories that take something of a variable file.
  [[nodiscard]] std::set<std::string_view> readers_of(std::string_view variable_file) const;
  /// Makes what a resource defines known in its directory. `file` is where it stands.
  static void define(Directory& directory, const LoweredFile& file, Resource& resource);

 private:
  void connect(Directory& directory, const Resource& call);
  void assign(const LoweredFile& file, const Resource& line);
  void assign_beside(const LoweredFile& file);
  std::map<std::string, Directory, std::less<>> directories_;
  std::map<std::string, const Resource*, std::less<>> texts_;
};

/// True for a folder one or two levels below `above`, which is not the top.
[[nodiscard]] bool stands_below(std::string_view directory, std::string_view above);
/// `a/b/main.tf` → `a/b`; empty for the top.
[[nodiscard]] std::string_view directory_of(std::string_view path);
/// The directory that a module's `source` names as seen from `directory`; nullopt unless it is a local path inside the tree.
[[nodiscard]] std::optional<std::string> resolve_local_source(std::string_view directory, std::string_view source);

}  // namespace redtag::terraform
