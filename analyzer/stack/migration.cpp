#include "stack/migration.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace redtag {

namespace {

/// How much of a text is searched for a framework's words; they stand near the top.
constexpr std::size_t searched = std::size_t{256} << 10;

bool has(std::string_view text, std::string_view word) { return text.find(word) != std::string_view::npos; }

bool has_any(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return has(text, word); });
}

/// A folder of the path speaks of migrations: `db/migrate`, `migrations-sqlite`, `alembic/versions`.
bool in_migration_folder(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash != std::string_view::npos && has(path.substr(0, slash), "migrat");
}

std::string_view name_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

/// `0007_note.py`, `20240502090000_note.rb`, `2024_05_02_090000_note.php`: frameworks number their migrations. Of a file like
/// that in such a folder a window of a patch is enough, which need not show what the whole says.
bool is_numbered(std::string_view path) {
  const std::string_view name = name_of(path);
  const std::size_t digits = std::min(name.find_first_not_of("0123456789"), name.size());
  return digits >= 4 && digits < name.size() && (name[digits] == '_' || name[digits] == '-') &&
         in_migration_folder(path);
}

/// `Migrations/20240502090000_Note.cs`: Entity Framework dates its migrations to the second.
bool in_dated_migration(std::string_view path) {
  const std::string_view name = name_of(path);
  const std::size_t digits = std::min(name.find_first_not_of("0123456789"), name.size());
  return digits >= 14 && digits < name.size() && name[digits] == '_' && has(path, "igration");
}

Stack python_migration(std::string_view path, std::string_view text) {
  const bool django = has_any(text, {"migrations.Migration", "django.db import migrations", "(Migration)"}) &&
                      has_any(text, {"operations", "dependencies"});
  if (django && has_any(text, {"class ", "operations ="})) return Stack::Django;
  if (is_numbered(path) && has_any(text, {"migrations.", "get_model(", "schema_editor", ".objects."}))
    return Stack::Django;
  const bool revision = has_any(text, {"def upgrade(", "def downgrade("});
  const bool alembic = has_any(text, {"alembic", "down_revision", "op.", "sqlalchemy"});
  if (revision && alembic) return Stack::Alembic;
  if (has(path, "/versions/") && has_any(text, {"op.", "batch_op."})) return Stack::Alembic;
  if (text.empty() && has(path, "/migrations/versions/")) return Stack::Alembic;
  return text.empty() && has(path, "/migrations/") ? Stack::Django : Stack::None;
}

bool script_migration(std::string_view path, std::string_view text) {
  if (has_any(name_of(path), {".test.", ".spec.", ".d.ts"})) return false;
  if (has_any(text, {"MigrationInterface", "queryInterface", "queryRunner.", "extends Migration"}))
    return has_any(text, {"up", "down"});
  if (!in_migration_folder(path)) return false;
  const bool ways =
      has_any(text, {"exports.up", "function up", "const up", "async up(", "up:", "up(", "exports.down", "up ="});
  if (is_numbered(path) && has_any(text, {"knex", "queryInterface", "pgm.", "table.", "addSql"})) return true;
  return text.empty() ||
         (ways && has_any(text, {"knex", "Knex", "queryInterface", "pgm", "addSql", "Kysely", "kysely", "db.", "sql`",
                                 "prisma", "sequelize", "Sequelize", "bulkDelete(", "dropTable(", "removeColumn("}));
}

/// pgroll's `operations` and reshape's `actions`, by the names of some of them.
bool is_versioned(std::string_view path, std::string_view text) {
  const bool pgroll = text.starts_with("operations:") || has(text, "\noperations:") || has(text, "\"operations\"");
  if (pgroll)
    return has_any(text, {"create_table\":", "drop_table\":", "add_column\":", "drop_column\":", "alter_column\":",
                          "rename_column\":", "rename_table\":", "- create_table:", "- drop_table:", "- add_column:",
                          "- drop_column:", "- alter_column:", "- rename_column:", "- rename_table:"}) ||
           (in_migration_folder(path) && has_any(text, {"- sql:", "\"sql\":"}));
  const bool reshape = has(text, "[[actions]]") || has(text, "\"actions\"");
  return reshape && has_any(text, {"create_table\"", "remove_table\"", "add_column\"", "remove_column\"",
                                   "alter_column\"", "rename_table\"", "= \"custom\"", "remove_enum\""});
}

}  // namespace

Stack detect_migration(std::string_view path, std::string_view text) {
  text = text.substr(0, searched);
  const auto ends = [&](std::string_view ending) { return path.ends_with(ending); };
  if (ends(".rb")) {
    if (has(text, "< ActiveRecord::Migration")) return Stack::Rails;  // data migrations live in folders of any name
    if (has(text, "ActiveRecord::Schema")) return Stack::Rails;       // db/schema.rb
    const bool derives = has_any(text, {"ActiveRecord::Migration", "< Migration", "Migration["});
    return (in_migration_folder(path) && (derives || text.empty())) || is_numbered(path) ? Stack::Rails : Stack::None;
  }
  if (ends(".py"))
    return in_migration_folder(path) || has(path, "/versions/") ? python_migration(path, text) : Stack::None;
  if (ends(".php")) {
    const bool laravel = has_any(text, {"extends Migration", "Illuminate\\Database\\Migrations"});
    const bool placed = has(path, "database/migrations/") && (text.empty() || is_numbered(path));
    return laravel || placed ? Stack::Laravel : Stack::None;
  }
  if (ends(".cs")) {
    // The snapshot of the model and the designer's half of each class describe; only the other half runs.
    if (ends(".Designer.cs") || ends(".designer.cs") || ends("Snapshot.cs")) return Stack::None;
    const bool says = has_any(text, {"MigrationBuilder ", ": Migration", ": DbMigration", "using FluentMigrator"}) &&
                      has(text, "void Up(");
    const bool placed = text.empty() && in_dated_migration(path);
    return says || placed || (in_dated_migration(path) && has(text, "migrationBuilder.")) ? Stack::Sql : Stack::None;
  }
  if (ends(".exs") || ends(".ex")) {
    const bool placed = in_migration_folder(path) && (text.empty() || (is_numbered(path) && ends(".exs")));
    const bool ecto = has(text, "Ecto.Migration") || placed;
    return ecto ? Stack::Ecto : Stack::None;
  }
  if (ends(".xml"))
    // A window of a patch shows a change set without the document around it.
    return has_any(text, {"<databaseChangeLog", ":databaseChangeLog", "<changeSet "}) ? Stack::Liquibase : Stack::None;
  if (ends(".yaml") || ends(".yml") || ends(".json")) {
    if (is_versioned(path, text)) return Stack::Sql;
    const bool changelog = text.starts_with("databaseChangeLog:") || has(text, "\ndatabaseChangeLog:") ||
                           has(text, "\"databaseChangeLog\"");
    return changelog ? Stack::Liquibase : Stack::None;
  }
  if (ends(".toml")) return is_versioned(path, text) ? Stack::Sql : Stack::None;
  constexpr std::array scripts = std::to_array<std::string_view>({".js", ".ts", ".mjs", ".cjs", ".mts", ".cts"});
  const bool script = std::any_of(scripts.begin(), scripts.end(), ends);
  return script && script_migration(path, text) ? Stack::NodeMigration : Stack::None;
}

}  // namespace redtag
