// Names and types as migrations in JavaScript and TypeScript write them.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>

#include "lower/code/code.h"

namespace redtag::migration {

/// A name given as text, as `{ name: 'x', schema: 'y' }` or as `new Table({ name: 'x' })`; empty if it is decided at run time.
[[nodiscard]] std::string name_at(const code::Node& call, std::size_t index);

/// The column's type by `Sequelize.STRING(20)`, `{ type: DataTypes.TEXT }`, `'varchar(20)'` or `new TableColumn({ … })`; empty for
/// what is none.
[[nodiscard]] std::string type_of(const code::Node* node);

/// What the same says of the column's default; nullptr for nothing.
[[nodiscard]] const code::Node* default_in(const code::Node* node);

/// A word that declares a column of some type: Knex's and Kysely's methods, Sequelize's constants.
[[nodiscard]] bool names_type(std::string_view word);

[[nodiscard]] inline bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// Knex: `??` stands for a name, which is bound to it.
[[nodiscard]] code::Node with_names(const code::Node& statement, const code::Node& bindings);

}  // namespace redtag::migration
