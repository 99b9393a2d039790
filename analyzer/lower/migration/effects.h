// The things that migrations of every framework do, as the SQL front end's effects: one constructor for each, so that a table
// dropped in Ruby and one dropped in SQL are the same to everything behind.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lower/sql/effect.h"

namespace redtag::migration {

/// A name as frameworks write it; dotted parts become schema and table, default schemas are left out. An empty text, and one
/// that is decided at run time, gives an unknown name.
[[nodiscard]] sql::Name name_of(std::string_view text);
[[nodiscard]] sql::Name column_of(std::string_view table, std::string_view column);

[[nodiscard]] sql::Effect create_table(std::string_view table);
[[nodiscard]] sql::Effect drop_table(std::string_view table);
[[nodiscard]] sql::Effect rename_table(std::string_view from, std::string_view to);
[[nodiscard]] sql::Effect add_column(std::string_view table, std::string_view column, std::string_view type);
[[nodiscard]] sql::Effect drop_column(std::string_view table, std::string_view column);
[[nodiscard]] sql::Effect rename_column(std::string_view table, std::string_view from, std::string_view to);
/// `from` may be empty: the type before is not said.
[[nodiscard]] sql::Effect alter_type(std::string_view table, std::string_view column, std::string_view to,
                                     std::string_view from);
/// A change of a column that loses nothing (`set-not-null`, `set-default`).
[[nodiscard]] sql::Effect alter_column(std::string_view action, std::string_view table, std::string_view column);
/// New rows get another value there: `to` as written, empty where it cannot be told.
[[nodiscard]] sql::Effect set_default(std::string_view table, std::string_view column, std::string_view to);
/// Anything else that is made or dropped: an index, a view, an extension.
[[nodiscard]] sql::Effect create_other(std::string_view kind, std::string_view name);
[[nodiscard]] sql::Effect drop_other(std::string_view kind, std::string_view name);

/// An index or a constraint by which no two rows may have the same values in these columns.
[[nodiscard]] sql::Effect demand_unique(std::string_view kind, std::string_view name, std::string_view table,
                                        std::vector<std::string> columns);

/// One of them goes, whatever is known of it besides.
[[nodiscard]] sql::Effect drop_unique(std::string_view kind, std::string_view name);

/// A table needs another one: a foreign key. Nothing is lost by it, and nothing is to be taken back.
[[nodiscard]] sql::Effect refers(std::string_view table, std::string_view other);

/// What bounds an act on rows; an empty predicate is no bound.
struct Rows {
  std::string table;
  std::string predicate;
};
[[nodiscard]] sql::Effect delete_rows(const Rows& rows);
[[nodiscard]] sql::Effect truncate(std::string_view table);
[[nodiscard]] sql::Effect insert_rows(std::string_view table);
[[nodiscard]] sql::Effect copy_rows(std::string_view from, std::string_view into);
/// `sets` are `column = value` as written; `columns` the columns alone.
[[nodiscard]] sql::Effect update_rows(const Rows& rows, std::vector<std::string> sets,
                                      std::vector<std::string> columns);

// What a way back says of itself; `step` is the step that it is about, as written. Their verb is `run`.
/// It refuses to run, on purpose.
[[nodiscard]] sql::Effect raises();
/// The framework cannot take this step back, and stops when it is asked to.
[[nodiscard]] sql::Effect cannot_reverse(std::string_view step);
/// It declares that nothing is to be done for this step.
[[nodiscard]] sql::Effect does_nothing(std::string_view step);
/// Code runs that redtag does not read.
[[nodiscard]] sql::Effect runs_code(std::string_view name);

/// What takes an effect back in structure, into `inverse`; false where nothing does.
[[nodiscard]] bool invert(const sql::Effect& effect, sql::Effect& inverse);

/// The table of a model by the conventions of Rails and Laravel: `UserProfile` → `user_profiles`.
[[nodiscard]] std::string table_of_model(std::string_view model);
/// `UserProfile` → `user_profile`.
[[nodiscard]] std::string snake_case(std::string_view name);

}  // namespace redtag::migration
