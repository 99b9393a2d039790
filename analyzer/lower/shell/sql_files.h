// Files of SQL of the tree that a database client is told to run (`psql -f x.sql`, `mysql < x.sql`).
#pragma once

#include <string_view>
#include <vector>

#include "lower/frontend.h"
#include "lower/shell/operation.h"

namespace redtag::shell {

[[nodiscard]] bool is_sql_file(std::string_view path);
/// An unchanged file of SQL that a script runs, as a procedure of its own. The file's own front end reads changed ones.
[[nodiscard]] Model lower_sql_file(const SourceFileView& file, const LoweringView& view);

/// What sql.cpp knows of a database client.
struct SqlClient {
  bool known = false;
  bool reads_input = false;
  std::string_view file_options;  ///< whose value is a file of SQL, blank-separated
};
[[nodiscard]] SqlClient sql_client_of(const LineView& line);

/// The files of SQL that a line names.
[[nodiscard]] std::vector<Argument> sql_files_of(const LineView& line);

/// What one statement of a script makes and a later one of it drops, on the same server, is nobody's loss.
void forgive_made(Model& model);

}  // namespace redtag::shell
