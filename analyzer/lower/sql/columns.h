// What earlier migrations say of columns: the type that one has when a later migration changes it.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "lower/frontend.h"

namespace redtag::sql {

/// Columns and models as they stand after some migrations, in the order in which they are told.
class KnownColumns {
 public:
  /// Takes what an operation makes, renames or converts.
  void learn(const Operation& operation);
  /// Completes a change of type that does not say what it was before, and a drop of what never had a table.
  void judge(Operation& operation) const;

 private:
  std::map<std::string, std::string> types_;  // table.column → type
  std::set<std::string> without_table_;
};

/// A change of type whose type before is not known yet.
[[nodiscard]] bool asks_for_type(const Operation& operation);

/// False for what only runs on the way back.
[[nodiscard]] bool goes_up(const LoweredFile& file, const Operation& operation);

/// Unchanged files of the folders of migrations that speak of the columns whose type is asked for: earlier migrations, and a dump of
/// the schema beside or above them. Texts are searched; only what names table and column is worth lowering.
[[nodiscard]] std::vector<Path> wants_earlier_statements(std::span<const LoweredFile> files, SourceTree& tree);

/// Fills in types, file after file in the order of their paths, folder by folder.
void link_columns(std::span<LoweredFile> files);

}  // namespace redtag::sql
