// A way back in SQL that refuses to run.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "lower/migration/fix.h"
#include "lower/sql/lex.h"
#include "lower/sql/migration.h"

namespace redtag::migration {

namespace {

enum class Database : std::uint8_t { Postgres, MySql, Sqlite, SqlServer };

/// By words that only one of them has. PostgreSQL where none tells: what another one does not parse stops it as well.
Database database_of(const std::string& text) {
  struct Sign {
    std::string_view word;
    Database database;
  };
  constexpr std::array signs = std::to_array<Sign>({{"`", Database::MySql},
                                                    {"engine=", Database::MySql},
                                                    {"engine =", Database::MySql},
                                                    {"auto_increment", Database::MySql},
                                                    {"pragma ", Database::Sqlite},
                                                    {"autoincrement", Database::Sqlite},
                                                    {"[dbo]", Database::SqlServer},
                                                    {"dbo.", Database::SqlServer},
                                                    {"nvarchar", Database::SqlServer}});
  for (const Sign& sign : signs) {
    if (text.find(sign.word) != std::string::npos) return sign.database;
  }
  return Database::Postgres;
}

std::string_view raise_in(Database database) {
  switch (database) {
    case Database::MySql: return "SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'what this removes is not kept';";
    case Database::Sqlite: return "SELECT RAISE(ABORT, 'what this removes is not kept');";
    case Database::SqlServer: return "THROW 50000, 'what this removes is not kept', 1;";
    case Database::Postgres: break;
  }
  return "DO $$ BEGIN RAISE EXCEPTION 'what this removes is not kept'; END $$;";
}

bool begins_comment(std::string_view text, std::string_view marker) {
  return text.find("-- " + std::string(marker)) != std::string_view::npos ||
         text.find("--" + std::string(marker)) != std::string_view::npos;
}

/// What the up says, in the words of its statements: it may stand in another file.
std::string words_of(const FixRequestView& request) {
  std::string words = lower_ascii(request.text.substr(0, 1U << 16));
  for (const Operation& operation : request.side->operations) {
    if (!operation.procedure.valid() || words.size() > (1U << 17)) continue;
    const Procedure& procedure = request.side->procedures[operation.procedure.value];
    if (&procedure == request.procedure || procedure.reverses.empty()) words += ' ' + lower_ascii(operation.text);
  }
  return words;
}

/// In front of the statement that drops; empty where the database has no words for it outside of a routine.
std::string guard_in(Database database, const std::string& table) {
  const std::string rows = "EXISTS (SELECT 1 FROM " + table + ")", says = "'" + table + " still holds rows'";
  if (database == Database::SqlServer) return "IF " + rows + " THROW 50000, " + says + ", 1;";
  if (database != Database::Postgres) return {};
  return "DO $$ BEGIN IF " + rows + " THEN RAISE EXCEPTION " + says + "; END IF; END $$;";
}

/// A drop in this file that no question and no copy stands before, of a table that is named as it is written.
bool wants_guard(const FixRequestView& request) {
  const Operation& operation = *request.operation;
  const Region& region = operation.region;
  const std::string& table = operation.target.text;
  const bool here = region.valid() && region.file == request.file && region.side == Side::After &&
                    region.bytes.end <= request.text.size();
  const bool plain = !table.empty() && std::all_of(table.begin(), table.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
  });
  const bool asked = std::any_of(operation.arguments.begin(), operation.arguments.end(),
                                 [](const Value& argument) { return argument.text.starts_with("only if"); });
  const auto copied = [&](const Operation& other) {
    return other.verb == Verb::Copy && other.procedure == operation.procedure;
  };
  return here && plain && !asked && operation.action == "drop-table" && operation.target.known() &&
         std::none_of(request.side->operations.begin(), request.side->operations.end(), copied);
}

}  // namespace

std::optional<Fix> write_sql_guard(const FixRequestView& request) {
  const Operation& operation = *request.operation;
  const std::string& table = operation.target.text;
  const std::uint32_t begin = operation.region.bytes.begin;
  if (!wants_guard(request) || !operation.procedure.valid()) return std::nullopt;
  // What runs a script that is no migration may go on behind an error.
  const Procedure& procedure = request.side->procedures[operation.procedure.value];
  if (procedure.direction == Direction::Unknown && !procedure.in_transaction) return std::nullopt;
  // Only where the statement starts its line: what stands before it could be half of something.
  if (begin != 0 && request.text[begin - 1] != '\n') return std::nullopt;
  const std::string statement = lower_ascii(request.text.substr(begin, 12));
  if (!statement.starts_with("drop table")) return std::nullopt;
  // Two tables of one name, of which the statement names the one in its schema: the guard would ask the other.
  const std::string written = lower_ascii(request.text.substr(begin, operation.region.bytes.size()));
  if (written.find('.' + table) != std::string::npos) return std::nullopt;
  const std::string guard = guard_in(database_of(words_of(request)), table);
  const bool goose = begins_comment(request.text, "+goose");
  if (guard.empty()) return std::nullopt;
  std::string text = goose ? "-- +goose StatementBegin\n" + guard + "\n-- +goose StatementEnd\n" : guard + '\n';
  return Fix{FixKind::Keep,
             "Stop if " + table + " still holds rows when it is to be dropped",
             {{{request.file, Side::After, {begin, begin}}, std::move(text)}}};
}

std::optional<Fix> write_liquibase_guard(const FixRequestView& request) {
  const Operation& operation = *request.operation;
  const std::string& table = operation.target.text;
  if (!wants_guard(request)) return std::nullopt;
  const std::string_view before = request.text.substr(0, operation.region.bytes.begin);
  const std::size_t set = before.rfind("<changeSet");
  if (!request.text.substr(operation.region.bytes.begin).starts_with("<dropTable") || set == std::string_view::npos)
    return std::nullopt;
  const std::size_t close = before.find('>', set);
  const bool guarded = before.find("<preConditions", set) != std::string_view::npos;
  if (close == std::string_view::npos || guarded) return std::nullopt;
  const auto at = static_cast<std::uint32_t>(close + 1);
  return Fix{FixKind::Keep,
             "Stop if " + table + " still holds rows when it is to be dropped",
             {{{request.file, Side::After, {at, at}},
               "\n    <preConditions onFail=\"HALT\"><sqlCheck expectedResult=\"0\">SELECT count(*) FROM " + table +
                   "</sqlCheck></preConditions>"}}};
}

namespace {

/// The other file of a pair, where a tool looks for one by its name and none stands there.
std::optional<Fix> make_way_back(const FixRequestView& request) {
  const std::string& address = request.procedure->address;
  const sql::Pairing pairing = sql::read_pairing(address);
  const bool expected = pairing.by_tool && pairing.reverse_expected && pairing.direction == Direction::Up;
  if (!expected || pairing.partners.size() != 1 || request.reverse != nullptr) return std::nullopt;
  TextEdit file{{}, std::string(raise_in(database_of(words_of(request)))) + '\n', pairing.partners.front()};
  std::string sentence =
      "Add " + file.makes + ", which says that " + address + " has no way back, so that a rollback stops there";
  return Fix{FixKind::Keep, std::move(sentence), {std::move(file)}};
}

}  // namespace

std::optional<Fix> write_sql_way_back(const FixRequestView& request) {
  if (!request.whole || request.side == nullptr || request.procedure == nullptr) return std::nullopt;
  const std::string& address = request.procedure->address;
  const bool sections = address.ends_with(".sql#up");
  if (!sections && !address.ends_with(".sql")) return std::nullopt;
  const Procedure* reverse = request.reverse;
  const bool elsewhere = reverse != nullptr && reverse->region.side == Side::After &&
                         reverse->region.file == request.file && reverse->region.file != request.procedure->region.file;
  std::string text;
  if (sections) {
    // The way down is the last section, or is to become it.
    const std::vector<sql::Section> found = sql::find_sections(sql::lex(request.text), false);
    if (found.empty() || (reverse != nullptr && found.back().direction != Direction::Down)) return std::nullopt;
    const bool goose = begins_comment(request.text, "+goose");
    if (reverse == nullptr) {
      const bool mates = begins_comment(request.text, "migrate:up");
      const bool migrates = begins_comment(request.text, "+migrate");
      if (!goose && !mates && !migrates) return std::nullopt;
      text = goose ? "\n-- +goose Down\n" : mates ? "\n-- migrate:down\n" : "\n-- +migrate Down\n";
    }
    const std::string statement(raise_in(database_of(words_of(request))));
    text += goose ? "-- +goose StatementBegin\n" + statement + "\n-- +goose StatementEnd\n" : statement + '\n';
  } else if (elsewhere) {
    text = std::string(raise_in(database_of(words_of(request)))) + '\n';
  } else {
    return make_way_back(request);
  }
  const auto end = static_cast<std::uint32_t>(request.text.size());
  if (!request.text.empty() && request.text.back() != '\n') text.insert(0, "\n");
  return Fix{FixKind::Keep,
             "Say that " + address + " has no way back, so that a rollback stops instead of pretending",
             {{{request.file, Side::After, {end, end}}, std::move(text)}}};
}

}  // namespace redtag::migration
