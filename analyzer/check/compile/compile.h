// From checks as written to flat tables, and from flat tables to the C++ source that puts the built-in pack into the program.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/expected.h"
#include "change/source_tree.h"
#include "check/compile/compiled.h"
#include "check/compile/fragment.h"

namespace redtag {

/// A compiled pack and everything that its tables view. Moving it keeps views of `view()` valid only if taken afterwards.
struct PackStorage {
  std::string name;
  std::string digest;
  std::string text;
  std::vector<TextRef> texts;
  std::vector<ConditionRow> conditions;
  std::vector<MessageRow> messages;
  std::vector<SeverityRow> severities;
  std::vector<CheckRow> checks;
  std::vector<RuleRow> rules;
  std::string fact_words;

  [[nodiscard]] PackTablesView view() const;
};

/// The files of a pack as they lie there.
struct PackFiles {
  struct Check {
    CheckPlace place;
    std::string yaml;
    std::string readme;
  };
  std::vector<Check> checks;
  std::vector<std::pair<std::string, std::string>> facts;  ///< name and text of every `facts/*.tsv`, sorted by name
  std::string digest;                                      ///< of all that can decide a finding: not of the readmes
};

/// Reads every folder with a check.yaml below `directory` of `tree` (`CATEGORY/NAME/check.yaml`), and its fact tables.
[[nodiscard]] Expected<PackFiles> read_pack_files(SourceTree& tree, std::string_view directory);

/// A pack's checks as written, and its tables.
struct PackSources {
  std::vector<CheckFragment> checks;                       ///< sorted by name
  std::vector<std::pair<std::string, std::string>> facts;  ///< name and text of every `facts/*.tsv`, sorted by name
  std::string digest;                                      ///< that of the files
};

/// Reads the files and what the checks say. Two checks of one name are an error, as is a `supersedes` that names no check of the pack.
[[nodiscard]] Expected<PackSources> read_pack(SourceTree& tree, std::string_view directory);

/// Compiles checks that belong together. `name` is empty for the built-in pack, else it stands in front of every rule id.
[[nodiscard]] PackStorage compile(const PackSources& sources, std::string name);

/// What the rows of fact tables can answer: which effects and classes a stack has.
class FactWords {
 public:
  /// Adds a table's rows. `text` is a table as facts/ reads it.
  void add(std::string_view table);
  /// Adds what `lines` gave.
  void add_lines(std::string_view lines);
  /// Everything known, one `stack<TAB>word` a line, sorted: what the program keeps of the tables it was built with.
  [[nodiscard]] std::string lines() const;
  /// True if a row of `stack` has that effect or that class.
  [[nodiscard]] bool has(std::string_view stack, std::string_view word) const;

 private:
  std::set<std::pair<std::string, std::string>> words_;
};

/// Fails where a check asks for facts (`in: word`) that no table has for any stack it names.
[[nodiscard]] Expected<void> check_facts(const PackSources& sources, const FactWords& words);

/// C++ source that defines `PackTablesView redtag::builtin_pack()` with the tables as constants.
[[nodiscard]] std::string emit_cpp(const PackTablesView& pack);

}  // namespace redtag
