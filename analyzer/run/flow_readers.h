// Unchanged texts that may do something with what a changed file sets: scripts, recipes, and what starts them. Found by their names and
// searched as texts; how many is bounded.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "change/source_tree.h"

namespace redtag {

/// A text that commands stand in: a file, or a part of one that carries it (`janitor.sh` of a config map).
struct ReaderText {
  Path path;
  std::string name;  ///< of the script itself: its last part
  std::string text;
  bool carried = false;
  std::string sourced = {};  ///< texts of the scripts whose lines it takes in
  std::string holder = {};   ///< what a carried one without a name of its own stands in: the job or step
};

/// Where it stands, for people: its path, and of a carried one its own name or that of what holds it. No line: that would be another
/// place after each edit above.
[[nodiscard]] std::string shown_place(const ReaderText& text);
/// The name by which the language of a text is known.
[[nodiscard]] std::string language_name(const ReaderText& text);

/// What lies around some directories, nearest first, read when asked for.
class FlowReaders {
 public:
  /// Borrows `tree`, which is the side after the change.
  FlowReaders(SourceTree& tree, std::vector<std::string> tops) : tree_(tree), tops_(std::move(tops)) {}

  /// Scripts, makefiles, batch files; and scripts that manifests carry.
  [[nodiscard]] const std::vector<ReaderText>& scripts();
  /// Units, manifests, tables of jobs, image files: what starts scripts and says where their variables come from.
  [[nodiscard]] const std::vector<ReaderText>& starters();
  /// The scripts whose lines a script takes in (`. ./lib.sh`), and theirs, in the order in which they run. Bounded.
  [[nodiscard]] std::vector<const ReaderText*> sourced_by(const ReaderText& script);
  /// False if there are more directories, files or scripts in one file than were looked at.
  [[nodiscard]] bool complete() const { return complete_; }
  /// For who leaves out some of what it found here.
  void leave_out() { complete_ = false; }

 private:
  [[nodiscard]] const ReaderText* script_named(std::string_view written, const ReaderText& by) const;
  void walk();
  void read();

  SourceTree& tree_;
  std::vector<std::string> tops_;
  bool walked_ = false;
  bool read_ = false;
  bool complete_ = true;
  std::vector<Path> script_paths_;
  std::vector<Path> starter_paths_;
  std::vector<ReaderText> scripts_;
  std::vector<ReaderText> starters_;
};

/// Whether a text writes a name and not just a longer one that it is part of.
[[nodiscard]] bool speaks_of(std::string_view text, std::string_view name);
/// Whether a script takes in a file of that name.
[[nodiscard]] bool sources_file(std::string_view script, std::string_view name);
/// Whether a text reads a variable in any way that shells, make and batch files have.
[[nodiscard]] bool reads_variable(std::string_view text, std::string_view name);

}  // namespace redtag
