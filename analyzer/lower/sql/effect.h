// What one statement does, before it is known where it stands: the step between words and the model's operations.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/region.h"
#include "model/model.h"

namespace redtag::sql {

/// A dotted name in canonical form: lower case where it was not quoted, without quotes, and without the schema that is the
/// dialects' default (`public`, `dbo`, `main`).
struct Name {
  std::vector<std::string> parts;
  bool unknown = false;            ///< a variable or a template decides at least one part
  bool in_default_schema = false;  ///< its schema is said and is the default one: nothing temporary is meant
  ByteRange bytes;

  [[nodiscard]] bool empty() const { return parts.empty(); }
  [[nodiscard]] std::string text() const;
  /// The name of something inside this one: a column of a table.
  [[nodiscard]] Name inner(const Name& part) const;
};

/// A column's declared type: `varchar(20)`, `numeric(10,2)`, `timestamp with time zone` in canonical spelling.
struct ColumnType {
  std::string column;
  std::string type;
};

/// One thing that a statement does.
struct Effect {
  Verb verb = Verb::Run;
  std::string action;  ///< `drop-table`, `delete`
  std::string object;  ///< `table`, `column`, `rows`, `role`
  Name target;
  ByteRange bytes;                     ///< narrowest range to mark
  std::vector<std::string> arguments;  ///< what arms, aims or bounds it, canonical
  bool unbounded = false;
  Arming arming = Arming::Plain;
  Certainty certainty = Certainty::Exact;

  bool if_exists = false;           ///< or IF NOT EXISTS
  bool temporary = false;           ///< a temporary thing is made or aimed at
  bool restated = false;            ///< MODIFY and CHANGE repeat the whole definition: the type need not be another one
  bool conditional = false;         ///< runs only if a condition holds that stands around it
  std::string where;                ///< what was chosen before it to work on: a connection, a database, a search path
  std::uint32_t unit = 0;           ///< what fails together: an error of one keeps the others of its unit from running
  std::string predicate;            ///< the WHERE or ON that bounds it, folded
  Name source;                      ///< copies: what is read; renames and swaps: the other name
  std::vector<std::string> words;   ///< copies: names that the copy reads, sorted; updates: columns assigned, sorted
  std::vector<ColumnType> columns;  ///< created tables and added or altered columns: declared types
};

}  // namespace redtag::sql
