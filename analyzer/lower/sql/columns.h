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
  /// The type of `table.column`; empty where nothing told it.
  [[nodiscard]] std::string type_of(const std::string& column) const;
  /// By which rule its values are compared; empty for the database's own.
  [[nodiscard]] std::string collation_of(const std::string& column) const;
  /// The columns of a table, as far as anything told of them.
  [[nodiscard]] std::vector<std::string> columns_of(const std::string& table) const;

 private:
  void forget_table(const std::string& table);
  void learn_values(const Operation& operation);
  [[nodiscard]] bool leaves_values_out(const std::string& from, const std::string& to) const;

  std::map<std::string, std::string> types_;     // table.column → type, "" where none is said
  std::map<std::string, std::string> declared_;  // the same, as models say: which may show already what is to come
  std::map<std::string, std::set<std::string>> values_;  // type → the values that it names
  std::map<std::string, std::string> collations_;        // table.column → by which it compares, where that is said
  std::set<std::string> unique_;                         // indexes and constraints that keep rows apart
  std::set<std::string> without_table_;
};

/// Argument of a change of type that writes no old value into the new column: `USING NULL`.
inline constexpr std::string_view keeps_nothing = "using null";
/// Argument of a change of type where the server cuts what does not fit and goes on.
inline constexpr std::string_view not_strict = "the server is not strict";
/// Arguments of an index or a constraint that is made: no two rows may be alike, among rows of today or of a new table.
inline constexpr std::string_view asks_unique = "unique";
inline constexpr std::string_view asks_unique_of_new = "unique among new rows";
/// Argument of one that goes: it kept rows from being alike.
inline constexpr std::string_view kept_apart = "no two rows could be alike";
[[nodiscard]] bool loses_all(const Operation& operation);

/// A change of type whose type before is not known yet.
[[nodiscard]] bool asks_for_type(const Operation& operation);

/// A table that is made again under its name: `after` takes the rows of `before`, which is dropped.
struct Rebuild {
  std::size_t drop = 0;    ///< index of the operation that drops the old one
  std::size_t create = 0;  ///< of the one that makes the new one; `drop` where no table takes its name
  std::size_t begin = 0;   ///< of the first one that touches either: the old one's columns are known before it
  std::string table;       ///< the name that both have, one after the other
};

/// The rebuilds among the operations of a text, in either order of renaming.
[[nodiscard]] std::vector<Rebuild> rebuilds_in(const Model& model);

/// Columns that a rebuild leaves out, and that no copy in the same procedure reads, become drops of their own, and those that it
/// keeps less of become changes of type: what is known of the table from earlier texts says which it had.
void tell_lost_columns(Model& model, const Rebuild& rebuild, const KnownColumns& known);

/// False for what only runs on the way back.
[[nodiscard]] bool goes_up(const LoweredFile& file, const Operation& operation);

/// Unchanged files of the folders of migrations that speak of the columns whose type is asked for: earlier migrations, and a dump of
/// the schema beside or above them. Texts are searched; only what names table and column is worth lowering.
[[nodiscard]] std::vector<Path> wants_earlier_statements(std::span<const LoweredFile> files, SourceTree& tree);

/// A table that is dropped if it is there, and made at once: where earlier migrations stand and none of them speaks of it, the drop
/// only clears what was made by hand. Says so with the argument `no earlier migration makes it`.
void question_new_tables(LoweredFile& file, SourceTree& tree);

/// Fills in types, file after file in the order of their paths, folder by folder.
void link_columns(std::span<LoweredFile> files);

/// The columns as dumps and schemas tell them that the change edits: their base side, since the other one shows what came of it.
[[nodiscard]] KnownColumns known_by_dumps(std::span<const LoweredFile> before);
/// Fills in the types that no earlier migration told.
void judge_by_dumps(const KnownColumns& known, std::span<LoweredFile> after);

}  // namespace redtag::sql
