// What the names of tables and columns say of what stands in them, by rows of the fact tables.
#pragma once

#include <string_view>

#include "facts/facts.h"
#include "lower/sql/effect.h"

namespace redtag::sql {

/// Argument of an act on rows that people and what they pay for are kept in.
inline constexpr std::string_view master_data = "rows of people, orders or payments";
/// Argument of a default by which new rows have rights.
inline constexpr std::string_view rights_by_default = "gives rights";

/// A table of people, or of what they ordered and paid: `billing.payments`, `tenant_users`; a few words count only where they are all of
/// the name.
[[nodiscard]] bool names_records(const Name& table, const FactTables& facts);

/// A default of a column whose name and value make a row privileged: `is_admin` true, `role` 'owner'.
[[nodiscard]] bool gives_rights(const Operation& operation, const FactTables& facts);

}  // namespace redtag::sql
