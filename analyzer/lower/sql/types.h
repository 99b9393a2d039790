// Column types across dialects: one spelling each, and what a change from one to another may lose.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace redtag::sql {

enum class Conversion : std::uint8_t {
  Same,
  Widens,     ///< every value fits
  Loses,      ///< values are cut, rounded or stripped silently
  MayReject,  ///< values that do not fit stop the statement, or are cut where the server is not strict
  Unknown,    ///< another kind of type, or a type that is not known
};

/// One spelling for each type: `character varying (20)` and `VARCHAR(20)` are `varchar(20)`, `int4` and `int(11)` are `integer`.
[[nodiscard]] std::string canonical_type(std::string_view type);

/// What changing a column from one canonical type to another may lose. An empty type is unknown.
[[nodiscard]] Conversion compare_types(std::string_view from, std::string_view to);

/// True for types that hold little of what most columns hold, so that a change to one deserves a look even if the type
/// before is not known: date, smallint, boolean, real.
[[nodiscard]] bool holds_little(std::string_view type);

}  // namespace redtag::sql
