// What a parser of one changed file may see of both trees: the headers that it includes, and how it is compiled.
//
//   changed files ──includes──> headers in the tree ──includes──> …      read once, in the parent, within limits
//   compile_commands.json of either side ──made harmless──> words
//
// Includes are found in the text, not by a preprocessor: a superset, since conditions are not evaluated.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "change/source_tree.h"
#include "clang/protocol.h"
#include "lower/cpp/commands.h"

namespace redtag::cpp {

/// The texts of both sides and who includes whom.
class Surroundings {
 public:
  /// Reads what the changed C and C++ files include, and a few unchanged files that include a changed header.
  void gather(const ChangeSet& changes, SourceTree& before, SourceTree& after);

  /// What redtag-clang is asked of one file. An empty path is a side that does not have it.
  [[nodiscard]] flow::Request request(const std::string& before_path, std::string_view before_text,
                                      const std::string& after_path, std::string_view after_text) const;

  /// Unchanged files that include a changed header, nearest first.
  [[nodiscard]] const std::vector<std::string>& includers_of(const std::string& header) const;
  /// The text of an unchanged file that was read; empty for none.
  [[nodiscard]] std::string_view text_of(const std::string& path) const;

  /// What compile databases asked for and was not done; sorted.
  [[nodiscard]] const std::vector<std::string>& refused() const { return refused_; }

 private:
  /// One side.
  struct Tree {
    std::map<std::string, std::string> texts;                  ///< of what is included, by path
    std::map<std::string, std::vector<std::string>> includes;  ///< of changed files and headers: resolved paths
    std::map<std::string, std::set<std::string>> directories;  ///< names by directory, as asked for
    CompileCommands commands;
  };

  void gather_side(Tree& side, const ChangeSet& changes, Side which, SourceTree& tree, SourceTree& other);
  void find_includers(const ChangeSet& changes, SourceTree& tree);
  /// Of the side itself, or of the other where it has none.
  void read_database(Tree& side, SourceTree& tree, SourceTree& other, const std::vector<std::string>& paths);
  [[nodiscard]] std::string resolve(Tree& side, SourceTree& tree, const std::string& from, const std::string& name,
                                    const std::vector<std::string>& roots);
  [[nodiscard]] bool exists(Tree& side, SourceTree& tree, const std::string& path);
  void fill(flow::Request& request, flow::SideRequest& out, const Tree& side, const std::string& path,
            std::string_view text) const;

  Tree before_;
  Tree after_;
  std::map<std::string, std::vector<std::string>> includers_;  ///< by header
  std::vector<std::string> refused_;
};

/// Whether a path is a header's by its name.
[[nodiscard]] bool is_header(std::string_view path);

/// The names in a text's include directives, in order, with what quotes them (`"` or `<`) in front.
[[nodiscard]] std::vector<std::string> includes_of(std::string_view text);

}  // namespace redtag::cpp
