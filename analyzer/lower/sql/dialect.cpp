#include "lower/sql/dialect.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/path.h"
#include "base/text.h"
#include "lower/sql/columns.h"
#include "lower/sql/history.h"
#include "lower/sql/types.h"

namespace redtag::sql {

namespace {

constexpr std::size_t most_read = std::size_t{128} << 10;  // of a file of settings: they stand near the top
constexpr unsigned most_folders = 6;                       // outwards

struct Told {
  Dialect dialect = Dialect::Unknown;
  std::string because;   ///< the file or the word that says so
  bool lenient = false;  ///< the connection asks the server not to be strict
};

Dialect dialect_from(std::string_view word) {
  constexpr std::array names = std::to_array<std::string_view>({"", "mysql", "postgresql", "sqlite", "sqlserver"});
  const auto found = std::find(names.begin(), names.end(), word);
  return found == names.end() ? Dialect::Unknown : static_cast<Dialect>(found - names.begin());
}

/// The one dialect of which a text says a word, or none.
Dialect said_by(const std::string& text, std::span<const FactRowView> words, std::string_view kind) {
  Dialect said = Dialect::Unknown;
  for (const FactRowView& row : words) {
    if (row.condition != kind || text.find(row.path) == std::string::npos) continue;
    const Dialect one = dialect_from(row.value);
    if (said != Dialect::Unknown && said != one) return Dialect::Unknown;
    said = one;
  }
  return said;
}

/// Parts of a path as words: `db/migrations-mysql/V1.sql` says mysql.
Dialect said_by_path(std::string_view path, std::span<const FactRowView> words) {
  const std::string lower = lower_ascii(path);
  for (const FactRowView& row : words) {
    if (row.condition != "path") continue;
    const std::size_t at = lower.find(row.path);
    if (at == std::string::npos) continue;
    const auto letter = [&](std::size_t i) { return i < lower.size() && lower[i] >= 'a' && lower[i] <= 'z'; };
    if ((at == 0 || !letter(at - 1)) && !letter(at + row.path.size())) return dialect_from(row.value);
  }
  return Dialect::Unknown;
}

class Dialects {
 public:
  Dialects(SourceTree& tree, const FactTables& facts)
      : tree_(tree), words_(facts.rows("sql", "dialect")), settings_(facts.rows("sql", "dialect setting")) {}

  Told of(const Path& path) {
    Told told = around(std::string(directory_of(path)));
    if (const Dialect said = said_by_path(path, words_); said != Dialect::Unknown) {
      if (said != told.dialect) told = {said, "its path", false};
    } else if (told.dialect == Dialect::Unknown) {
      const std::string text = lower_ascii(tree_.read(path).value_or("").substr(0, most_read));
      told = {said_by(text, words_, "text"), "its own words", false};
    }
    return told;
  }

 private:
  /// The nearest settings that name one database.
  Told around(std::string folder) {
    const auto known = known_.find(folder);
    if (known != known_.end()) return known->second;
    Told told;
    std::string here = folder;
    for (unsigned i = 0; i < most_folders && told.dialect == Dialect::Unknown; ++i) {
      told = in(here);
      if (here.empty()) break;
      here = std::string(directory_of(here));
    }
    known_.emplace(std::move(folder), told);
    return told;
  }

  Told in(const std::string& folder) {
    std::set<std::string> names;
    for (const TreeEntry& entry : tree_.list(folder)) names.insert(entry.name);
    for (const FactRowView& row : settings_) {
      if (row.effect != "listed" || names.count(std::string(row.path.substr(0, row.path.find('/')))) == 0) continue;
      const std::string path = folder.empty() ? std::string(row.path) : folder + '/' + std::string(row.path);
      const std::optional<std::string> read = tree_.read(path);
      if (!read) continue;
      const std::string text = lower_ascii(std::string_view(*read).substr(0, most_read));
      const Dialect said = said_by(text, words_, "settings");
      if (said == Dialect::Unknown) continue;
      return {said, path, said == Dialect::MySql && is_lenient(text)};
    }
    return {};
  }

  [[nodiscard]] bool is_lenient(const std::string& text) const {
    return std::any_of(words_.begin(), words_.end(), [&](const FactRowView& row) {
      return row.condition == "lenient" && text.find(row.path) != std::string::npos;
    });
  }

  SourceTree& tree_;
  std::vector<FactRowView> words_, settings_;
  std::map<std::string, Told> known_;
};

std::string argument_after(const Operation& operation, std::string_view start) {
  for (const Value& argument : operation.arguments) {
    if (argument.text.starts_with(start)) return argument.text.substr(start.size());
  }
  return {};
}

/// What Rails makes of a type without a length.
std::string in_mysql(const std::string& type) { return type == "varchar" ? "varchar(255)" : type; }

void judge(Operation& operation, const Told& told) {
  const std::string from = argument_after(operation, "from "), to = argument_after(operation, "to ");
  if (from.empty() || to.empty() || loses_all(operation)) return;
  const Conversion as_read = compare_types(from, to);
  bool decided = false;
  if (told.dialect == Dialect::Sqlite && as_read == Conversion::MayReject && operation.verb == Verb::Narrow) {
    operation.verb = Verb::Alter;  // a declared length bounds nothing there
    decided = true;
  }
  if (told.dialect == Dialect::MySql) {
    const Conversion meant = compare_types(in_mysql(from), in_mysql(to));
    if (meant != as_read) {
      operation.verb = Verb::Alter;
      judge_conversion(operation.verb, operation.certainty, in_mysql(from), in_mysql(to), "");
      decided = true;
    }
    if (told.lenient && meant == Conversion::MayReject && operation.verb == Verb::Narrow) {
      operation.certainty = Certainty::Exact;
      operation.arguments.push_back(known_string(std::string(not_strict), operation.region));
      decided = true;
    }
  }
  constexpr std::array names = std::to_array<std::string_view>({"", "MySQL", "PostgreSQL", "SQLite", "SQL Server"});
  if (decided)
    operation.arguments.push_back(
        known_string("as " + std::string(names[static_cast<std::size_t>(told.dialect)]) + " has it, by " + told.because,
                     operation.region));
}

}  // namespace

void judge_by_dialect(std::span<LoweredFile> files, SourceTree& tree, const FactTables& facts) {
  std::optional<Dialects> dialects;
  for (LoweredFile& file : files) {
    if (file.context) continue;
    for (Operation& operation : file.model.operations) {
      if (operation.action != "alter-type" || !operation.target.known() || !goes_up(file, operation)) continue;
      if (!dialects) dialects.emplace(tree, facts);
      judge(operation, dialects->of(file.path));
    }
  }
}

}  // namespace redtag::sql
