#include "lower/sql/catalogue.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "base/path.h"
#include "base/text.h"
#include "lower/sql/columns.h"

namespace redtag::sql {

namespace {

constexpr std::size_t most_folders = 400;
constexpr std::size_t most_files = 300;
constexpr std::size_t longest_query = 1200;

/// More of the catalogue is seen with it: a schema's tables, a database's, or all there is.
bool shows_more(const Operation& operation, const FactTables& facts) {
  if (operation.verb != Verb::Steer || !operation.target.known()) return false;
  const std::string target = lower_ascii(operation.target.text), text = lower_ascii(operation.text);
  if (operation.action == "grant" && operation.object == "privileges")
    return target.ends_with(".*") || text.find(" schema ") != std::string::npos ||
           text.find(" schema::") != std::string::npos;
  const bool given = operation.action == "grant" || text.find("add member") != std::string::npos;
  if (!given) return false;
  const std::vector<FactRowView> rights = facts.rows("sql", "right on the catalogue", "listed");
  return std::any_of(rights.begin(), rights.end(), [&](const FactRowView& row) { return row.path == target; });
}

/// `table_name = 'features'`, `t.name LIKE 'rule%'`: a table of the author's own is meant.
bool names_a_table(std::string_view query) {
  for (std::size_t at = query.find("name"); at != std::string_view::npos; at = query.find("name", at + 4)) {
    std::string_view rest = trim(query.substr(at + 4));
    for (const std::string_view compares : {"=", "like", "in"}) {
      if (!rest.starts_with(compares)) continue;
      rest = trim(rest.substr(compares.size()));
      if (rest.starts_with("(")) rest = trim(rest.substr(1));
      return rest.starts_with("'");
    }
  }
  return false;
}

bool asks_for_one_schema(const std::string& text, std::span<const FactRowView> catalogues) {
  for (const FactRowView& row : catalogues) {
    for (std::size_t at = text.find(row.path); at != std::string::npos; at = text.find(row.path, at + 1)) {
      const std::size_t end = std::min({text.find(';', at), at + longest_query, text.size()});
      const std::string_view query = std::string_view(text).substr(at, end - at);
      const std::vector<std::string_view> parts = split(row.value, '|');
      const bool parted = std::any_of(parts.begin(), parts.end(), [&](std::string_view word) {
        return query.find(word) != std::string_view::npos;
      });
      if (!parted && names_a_table(query)) return true;
    }
  }
  return false;
}

bool may_query(std::string_view path) {
  constexpr std::array endings = std::to_array<std::string_view>(
      {".cs", ".ex", ".go", ".java", ".js", ".kt", ".php", ".py", ".rb", ".rs", ".sh", ".sql", ".ts"});
  return path.find("migrat") == std::string_view::npos &&
         std::any_of(endings.begin(), endings.end(), [&](std::string_view ending) { return path.ends_with(ending); });
}

/// The first file, in the order of folders from the top, that asks the catalogue so.
std::string reader_in(SourceTree& tree, std::span<const FactRowView> catalogues) {
  std::vector<std::string> folders{""};
  std::vector<Path> files;
  for (std::size_t i = 0; i < folders.size() && i < most_folders && files.size() < most_files; ++i) {
    const std::string folder = folders[i];
    for (const TreeEntry& entry : tree.list(folder)) {
      if (entry.name.starts_with(".") || entry.name == "node_modules" || entry.name == "vendor") continue;
      std::string path = joined_path(folder, entry.name);
      if (entry.directory) {
        folders.push_back(std::move(path));
      } else if (may_query(path)) {
        files.push_back(std::move(path));
      }
    }
  }
  if (files.size() > most_files) files.resize(most_files);
  tree.prefetch(files);
  for (const Path& path : files) {
    const std::optional<std::string> text = tree.read(path);
    if (text && asks_for_one_schema(lower_ascii(*text), catalogues)) return path;
  }
  return {};
}

}  // namespace

void tell_catalogue_readers(std::span<LoweredFile> files, SourceTree& tree, const FactTables& facts) {
  std::optional<std::string> reader;
  for (LoweredFile& file : files) {
    if (file.context || file.partial) continue;
    for (Operation& operation : file.model.operations) {
      if (!goes_up(file, operation) || !shows_more(operation, facts)) continue;
      if (!reader) reader = reader_in(tree, facts.rows("sql", "catalogue", "listed"));
      if (reader->empty()) return;
      operation.arguments.push_back(known_string("shown to " + *reader, operation.region));
    }
  }
}

}  // namespace redtag::sql
