// The edits that migrations have words for: a copy of rows before they go, and a way back that says that there is none.
#pragma once

#include "lower/fix.h"

namespace redtag::migration {

// One for each stack, in the form of the framework; nullopt where it cannot be placed safely.
[[nodiscard]] std::optional<Fix> write_sql_fix(const FixRequestView& request);
[[nodiscard]] std::optional<Fix> write_rails_fix(const FixRequestView& request);
[[nodiscard]] std::optional<Fix> write_django_fix(const FixRequestView& request);
[[nodiscard]] std::optional<Fix> write_alembic_fix(const FixRequestView& request);
[[nodiscard]] std::optional<Fix> write_laravel_fix(const FixRequestView& request);
[[nodiscard]] std::optional<Fix> write_ecto_fix(const FixRequestView& request);
[[nodiscard]] std::optional<Fix> write_node_fix(const FixRequestView& request);
[[nodiscard]] std::optional<Fix> write_liquibase_fix(const FixRequestView& request);

/// For a finding about an operation that drops a table: a question before it, which stops where rows are left. Not IF EXISTS, which
/// asks for the table and hides that another one is meant.
[[nodiscard]] std::optional<Fix> write_sql_guard(const FixRequestView& request);
[[nodiscard]] std::optional<Fix> write_liquibase_guard(const FixRequestView& request);

/// A way back in SQL that stops, for a file or a section of one that does nothing: in the words of the database, as far as they tell.
[[nodiscard]] std::optional<Fix> write_sql_way_back(const FixRequestView& request);

}  // namespace redtag::migration
