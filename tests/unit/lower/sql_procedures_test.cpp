// Which way files lead, what belongs together, and what stands between a statement and damage.
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "change/source_tree.h"
#include "lower/sql/migration.h"
#include "lower/sql/sql.h"
#include "lower/sql/types.h"

namespace redtag {
namespace {

Model lower(std::string_view path, std::string_view text, bool partial = false) {
  const FactTables facts;
  SourceFileView file;
  file.file = FileId{0};
  file.path = path;
  file.text = text;
  file.partial = partial;
  return sql_frontend.lower(file, LoweringView{facts, 0});
}

/// Lowers and links a whole tree.
std::map<std::string, Model> link(const std::map<Path, std::string>& texts) {
  MemoryTree tree(texts);
  std::vector<LoweredFile> files;
  for (const auto& [path, text] : texts)
    files.push_back({FileId{0}, Side::After, path, false, false, lower(path, text)});
  sql_frontend.link(files, tree, FactTables());
  std::map<std::string, Model> models;
  for (LoweredFile& file : files) models.emplace(file.path, std::move(file.model));
  return models;
}

std::string directions(const Model& model) {
  std::string text;
  for (const Procedure& procedure : model.procedures) {
    text += procedure.address + ' ' + std::string(direction_name(procedure.direction));
    if (!procedure.reverses.empty()) text += " reverses " + procedure.reverses;
    if (procedure.reverse_expected) text += " expects";
    text += '\n';
  }
  return text;
}

struct PathCase {
  const char* path;
  Direction direction;
  const char* partner;
};
void PrintTo(const PathCase& c, std::ostream* out) { *out << c.path; }

class Paths : public testing::TestWithParam<PathCase> {};
TEST_P(Paths, Lead) {
  const sql::Pairing pairing = sql::read_pairing(GetParam().path);
  EXPECT_EQ(pairing.direction, GetParam().direction);
  EXPECT_EQ(pairing.partners.empty() ? "" : pairing.partners.front(), GetParam().partner);
}
INSTANTIATE_TEST_SUITE_P(Names, Paths,
                         testing::Values(PathCase{"m/1_x.up.sql", Direction::Up, "m/1_x.down.sql"},
                                         PathCase{"m/1_x.down.sql", Direction::Down, "m/1_x.up.sql"},
                                         PathCase{"m/2024_x/up.sql", Direction::Up, "m/2024_x/down.sql"},
                                         PathCase{"down.sql", Direction::Down, "up.sql"},
                                         PathCase{"sql/V2__a.sql", Direction::Up, "sql/U2__a.sql"},
                                         PathCase{"sql/U2_1__a.sql", Direction::Down, "sql/V2_1__a.sql"},
                                         PathCase{"sql/R__view.sql", Direction::Unknown, ""},
                                         PathCase{"sql/View__x.sql", Direction::Unknown, ""},
                                         PathCase{"a--1.0.0--1.1.0.sql", Direction::Up, "a--1.1.0--1.0.0.sql"},
                                         PathCase{"u/2.10.0--2.9.3.sql", Direction::Down, "u/2.9.3--2.10.0.sql"},
                                         PathCase{"x/revert/a.sql", Direction::Down, "x/deploy/a.sql"},
                                         PathCase{"db/migrations/7_x.sql", Direction::Up, ""},
                                         PathCase{"prisma/migrations/2024_x/migration.sql", Direction::Up, ""},
                                         PathCase{"schema.sql", Direction::Unknown, ""},
                                         PathCase{"breakdown.sql", Direction::Unknown, ""},
                                         PathCase{"warm-up.txt", Direction::Unknown, ""}));

TEST(Procedures, SectionsOfOneFile) {
  const Model model = lower("m/1.sql", "-- +goose Up\nCREATE TABLE a (i int);\n-- +goose Down\nDROP TABLE a;\n");
  EXPECT_EQ(directions(model), "m/1.sql#up up expects\nm/1.sql#down down reverses m/1.sql#up\n");
  ASSERT_EQ(model.operations.size(), 2U);
  EXPECT_EQ(model.operations[0].procedure.value, 0U);
  EXPECT_EQ(model.operations[1].procedure.value, 1U);
}

TEST(Procedures, EmptyDownIsAProcedureWithoutOperations) {
  const Model model = lower("m/1/down.sql", "-- nothing\n");
  EXPECT_EQ(directions(model), "m/1/down.sql down reverses m/1/up.sql\n");
  EXPECT_TRUE(model.operations.empty());
  EXPECT_FALSE(model.procedures[0].unread);
}

TEST(Procedures, ANameThatSoundsLikeAWayBackNeedsTheWayForth) {
  EXPECT_EQ(directions(link({{"db/rollback/a.sql", "DROP TABLE a;"}}).at("db/rollback/a.sql")),
            "db/rollback/a.sql unknown\n");
  const auto both = link({{"db/up/a.sql", "CREATE TABLE a (i int);"}, {"db/down/a.sql", "DROP TABLE a;"}});
  EXPECT_EQ(directions(both.at("db/down/a.sql")), "db/down/a.sql down reverses db/up/a.sql\n");
}

TEST(Procedures, TheWayBackNamesTheTypeBefore) {
  const auto up = [](const std::string& to, const std::string& from) {
    const auto models = link({{"m/up.sql", "ALTER TABLE t ALTER COLUMN a TYPE " + to},
                              {"m/down.sql", "ALTER TABLE t ALTER COLUMN a TYPE " + from}});
    return models.at("m/up.sql").operations.at(0).verb;
  };
  EXPECT_EQ(up("varchar(20)", "text"), Verb::Narrow);
  EXPECT_EQ(up("text", "varchar(20)"), Verb::Alter);
  EXPECT_EQ(up("integer", "bigint"), Verb::Narrow);
  EXPECT_EQ(up("date", "timestamptz"), Verb::Narrow);
}

TEST(Procedures, TransactionsBindWhatStandsInThem) {
  const auto bound = [](std::string_view text) { return lower("x.sql", text).procedures.at(0).in_transaction; };
  EXPECT_TRUE(bound("BEGIN; DROP TABLE a; DROP TABLE b; COMMIT;"));
  EXPECT_FALSE(bound("BEGIN; DROP TABLE a; COMMIT; DROP TABLE b;"));
  EXPECT_FALSE(bound("DROP TABLE a;"));
  const Model model = lower("x.sql", "START TRANSACTION; DROP TABLE a; COMMIT; DROP TABLE b;");
  ASSERT_EQ(model.safeguards.size(), 1U);
  EXPECT_EQ(model.safeguards[0].kind, SafeguardKind::Transaction);
  EXPECT_EQ(model.safeguards[0].coverage, Coverage::Some);
}

TEST(Procedures, RoutinesRunWhenTheyAreCalled) {
  const Model model =
      lower("x.sql", "CREATE FUNCTION f() RETURNS void AS $$ BEGIN DELETE FROM a; END $$ LANGUAGE plpgsql;");
  ASSERT_EQ(model.procedures.size(), 2U);
  EXPECT_EQ(model.procedures[1].address, "x.sql#f");
  EXPECT_EQ(model.procedures[1].trigger, Trigger::Event);
}

TEST(Procedures, NamedQueriesRunOnRequest) {
  EXPECT_EQ(lower("q.sql", "-- name: Gone :exec\nDELETE FROM a WHERE id = $1;").procedures[0].trigger,
            Trigger::Request);
}

TEST(Procedures, RegionsCountInTheImage) {
  const std::string_view text = "SELECT 1;\n  DROP TABLE a;\nDO $$ BEGIN DROP TABLE b; END $$;";
  const Model model = lower("x.sql", text);
  ASSERT_EQ(model.operations.size(), 2U);
  const auto marked = [&](std::size_t i) {
    const ByteRange bytes = model.operations[i].region.bytes;
    return text.substr(bytes.begin, bytes.size());
  };
  EXPECT_EQ(marked(0), "DROP TABLE a");
  EXPECT_EQ(marked(1), "DROP TABLE b");
}

TEST(Procedures, NothingIsConcludedFromHalfAStatement) {
  EXPECT_TRUE(lower("x.sql", "    DROP COLUMN a,\n    ADD COLUMN b int;", true).operations.empty() ||
              lower("x.sql", "    DROP COLUMN a,\n    ADD COLUMN b int;", true).operations[0].verb == Verb::Create);
  EXPECT_TRUE(lower("x.sql", "DELETE FROM a\n", true).operations.empty());
  EXPECT_EQ(lower("x.sql", "DELETE FROM a;\n", true).operations.size(), 1U);
  EXPECT_TRUE(lower("x.sql", "DELETE FROM a;\n", true).procedures[0].unread);
}

TEST(Types, NarrowerAndWider) {
  using sql::canonical_type;
  using sql::compare_types;
  using sql::Conversion;
  const auto compare = [](std::string_view from, std::string_view to) {
    return compare_types(canonical_type(from), canonical_type(to));
  };
  EXPECT_EQ(compare("CHARACTER VARYING (20)", "varchar(20)"), Conversion::Same);
  EXPECT_EQ(compare("varchar(20)", "varchar(30)"), Conversion::Widens);
  EXPECT_EQ(compare("varchar(20)", "varchar(10)"), Conversion::MayReject);
  EXPECT_EQ(compare("text", "varchar(10)"), Conversion::MayReject);
  EXPECT_EQ(compare("int(11)", "bigint"), Conversion::Widens);
  EXPECT_EQ(compare("bigint", "int4"), Conversion::MayReject);
  EXPECT_EQ(compare("numeric(10,4)", "decimal(12, 2)"), Conversion::Loses);
  EXPECT_EQ(compare("numeric(10,2)", "numeric(12,2)"), Conversion::Widens);
  EXPECT_EQ(compare("timestamptz", "date"), Conversion::Loses);
  EXPECT_EQ(compare("date", "timestamp"), Conversion::Widens);
  EXPECT_EQ(compare("double precision", "real"), Conversion::Loses);
  EXPECT_EQ(compare("integer", "text"), Conversion::Widens);
  EXPECT_EQ(compare("uuid", "text"), Conversion::Unknown);
}

}  // namespace
}  // namespace redtag
