// What single statements of all dialects do.
#include <gtest/gtest.h>

#include <string>

#include "lower/sql/sql.h"

namespace redtag {
namespace {

Model lower(std::string_view text, std::string_view path = "script.sql", unsigned depth = 0) {
  const FactTables facts;
  SourceFileView file;
  file.file = FileId{0};
  file.path = path;
  file.text = text;
  return sql_frontend.lower(file, LoweringView{facts, depth});
}

/// One line an operation: `verb action target [flags]`.
std::string operations(std::string_view text) {
  std::string lines;
  for (const Operation& x : lower(text).operations) {
    if (x.verb == Verb::Create) continue;
    lines += std::string(verb_name(x.verb)) + ' ' + x.action + ' ' + x.target.text;
    if (x.target.presence == Presence::Unknown) lines += " unknown";
    if (x.unbounded) lines += " all";
    if (x.harmless_target) lines += " harmless";
    if (x.arming == Arming::Armed) lines += " armed";
    if (x.certainty != Certainty::Exact) lines += " " + std::string(certainty_name(x.certainty));
    lines += '\n';
  }
  return lines;
}

struct Case {
  const char* sql;
  const char* expected;
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.sql; }

class Statements : public testing::TestWithParam<Case> {};
TEST_P(Statements, Read) { EXPECT_EQ(operations(GetParam().sql), GetParam().expected); }

INSTANTIATE_TEST_SUITE_P(
    Drop, Statements,
    testing::Values(Case{"DROP TABLE a;", "destroy drop-table a\n"},
                    Case{"drop table if exists public.a, \"B\" cascade",
                         "destroy drop-table a\ndestroy drop-table B\n"},
                    Case{"DROP TABLE `orders`;", "destroy drop-table orders\n"},
                    Case{"DROP TABLE [dbo].[Orders]\nGO\nDROP TABLE x\nDROP TABLE y\nGO\n",
                         "destroy drop-table Orders\ndestroy drop-table x\ndestroy drop-table y\n"},
                    Case{"DROP DATABASE shop", "destroy drop-database shop\n"},
                    Case{"DROP SCHEMA s CASCADE", "destroy drop-schema s\n"},
                    Case{"DROP MATERIALIZED VIEW m", "destroy drop-materialized-view m\n"},
                    Case{"DROP POLICY p ON t", "unguard drop-policy t.p\n"},
                    Case{"DROP TRIGGER x ON t", "destroy drop-trigger t.x\n"},
                    Case{"DROP OWNED BY bob", "destroy drop-owned bob all\n"},
                    Case{"ALTER EXTENSION e DROP TABLE a.b", "detach detach-from-extension a.b\n"},
                    Case{"/*!50000 DROP TABLE a */;", "destroy drop-table a\n"},
                    Case{"DROP TABLE ${prefix}orders", "destroy drop-table ${prefix}orders unknown\n"},
                    Case{"DROP TEMPORARY TABLE t", "destroy drop-table t harmless likely\n"},
                    Case{"DROP FUNCTION f(int, text)", "destroy drop-function f\n"},
                    Case{"TRUNCATE a, b RESTART IDENTITY CASCADE", "empty truncate a all\nempty truncate b all\n"},
                    Case{"TRUNCATE TABLE a", "empty truncate a all\n"}));

INSTANTIATE_TEST_SUITE_P(
    Text, Statements,
    testing::Values(Case{"-- DROP TABLE a;\nSELECT 'DROP TABLE a';", ""},
                    Case{"/* a /* nested */ DROP TABLE a; */ SELECT 1;", ""}, Case{"SELECT $$ DROP TABLE a $$;", ""},
                    Case{"INSERT INTO hints VALUES ('ALTER TABLE x DROP COLUMN y');", ""},
                    Case{"COMMENT ON TABLE x IS 'drop table x';", ""},
                    Case{"\\echo drop table a;\n\\set x 1\nDROP TABLE b;", "destroy drop-table b\n"},
                    Case{"COPY t FROM stdin;\nDROP TABLE a;\n\\.\nDROP TABLE b;", "destroy drop-table b\n"},
                    Case{"\xEF\xBB\xBF"
                         "DROP TABLE a;\r\nDROP TABLE b;\r\n",
                         "destroy drop-table a\ndestroy drop-table b\n"},
                    Case{".timeout 300\nDROP TABLE a;", "destroy drop-table a\n"},
                    Case{"SELECT (1;\nDROP TABLE b;", "destroy drop-table b\n"},
                    Case{"# a comment\nDROP TABLE `a`;", "destroy drop-table a\n"}));

INSTANTIATE_TEST_SUITE_P(
    Columns, Statements,
    testing::Values(
        Case{"ALTER TABLE t DROP COLUMN a, DROP b CASCADE", "destroy drop-column t.a\ndestroy drop-column t.b\n"},
        Case{"ALTER TABLE t DROP CONSTRAINT c", "alter drop-constraint t.c\n"},
        Case{"ALTER TABLE `t` DROP FOREIGN KEY `fk`", "alter drop-constraint t.fk\n"},
        Case{"ALTER TABLE t DROP COLUMN a, b\nGO\n",
             "destroy drop-column t.a likely\ndestroy drop-column t.b likely\n"},
        Case{"ALTER TABLE t DROP (a, b)", "destroy drop-column t.a likely\ndestroy drop-column t.b likely\n"},
        Case{"ALTER TABLE t ALTER COLUMN a TYPE date", "narrow alter-type t.a partial\n"},
        Case{"ALTER TABLE t ALTER COLUMN a TYPE text", "alter alter-type t.a\n"},
        Case{"CREATE TABLE IF NOT EXISTS t (a bigint); ALTER TABLE t ALTER a SET DATA TYPE int",
             "narrow alter-type t.a likely\n"},
        Case{"ALTER TABLE t RENAME TO u; ALTER TABLE t RENAME a TO b",
             "rename rename-table t\nrename rename-column t.a\n"},
        Case{"ALTER TABLE t CHANGE a b int", "rename rename-column t.a\nalter alter-type t.a\n"},
        Case{"EXEC sp_rename 'a', 'b'", "rename rename-table a\n"},
        Case{"ALTER TABLE t DROP COLUMN a, ADD COLUMN a boolean DEFAULT true", "destroy recreate-column t.a\n"},
        Case{"ALTER TABLE t DROP PARTITION p0", "destroy drop-partition t.p0 likely\n"},
        Case{"ALTER TABLE t DISABLE ROW LEVEL SECURITY", "unguard disable-row-security t\n"}));

INSTANTIATE_TEST_SUITE_P(
    Rows, Statements,
    testing::Values(Case{"DELETE FROM a", "empty delete a all\n"},
                    Case{"DELETE FROM a WHERE id = 1", "delete delete a\n"},
                    Case{"DELETE FROM a WHERE 1=1", "empty delete a all\n"},
                    Case{"DELETE FROM a WHERE (true)", "empty delete a all\n"},
                    Case{"DELETE FROM a WHERE id = id OR x > 3", "empty delete a all\n"},
                    Case{"DELETE FROM a WHERE id = 1 AND true", "delete delete a\n"},
                    Case{"DELETE FROM a USING b WHERE a.id = b.id", "delete delete a\n"},
                    Case{"DELETE x FROM orders x JOIN b ON b.id = x.id WHERE b.y", "delete delete orders likely\n"},
                    Case{"DELETE FROM a LIMIT 10", "delete delete a\n"},
                    Case{"WITH d AS (DELETE FROM x RETURNING *) INSERT INTO y SELECT * FROM d",
                         "empty delete x all\ncopy insert-select d all\n"},
                    Case{"UPDATE a SET b = NULL", "rewrite update a all\n"},
                    Case{"UPDATE a SET b = 1 WHERE c", "rewrite update a\n"},
                    Case{"UPDATE a SET b = c.d FROM c WHERE c.id = a.id",
                         "rewrite update a\ncopy update-from c\ncopy update-self a\n"},
                    Case{"MERGE INTO a USING b ON a.i = b.i WHEN MATCHED THEN DELETE", "delete merge-delete a\n"},
                    Case{"INSERT INTO a SELECT * FROM b", "copy insert-select b all\n"},
                    Case{"INSERT INTO a SELECT * FROM b WHERE c IS NOT NULL", "copy insert-select b\n"},
                    Case{"INSERT OR IGNORE INTO a SELECT * FROM b", "copy insert-select b\n"},
                    Case{"CREATE TABLE a AS SELECT * FROM b", "copy insert-select b all\n"},
                    Case{"INSERT OVERWRITE TABLE a SELECT * FROM b",
                         "overwrite insert-overwrite a all likely\ncopy insert-select b all likely\n"},
                    Case{"REPLACE INTO a VALUES (1)", "overwrite replace-rows a\n"},
                    Case{"DELETE FROM a; -- WHERE x", "empty delete a all\n"}));

INSTANTIATE_TEST_SUITE_P(
    Knowledge, Statements,
    testing::Values(
        Case{"CREATE TEMP TABLE t (a int); DELETE FROM t; DROP TABLE t;",
             "empty delete t all harmless\ndestroy drop-table t harmless\n"},
        Case{"CREATE TABLE t (a int); DROP TABLE t; DROP TABLE t;",
             "destroy drop-table t harmless\ndestroy drop-table t\n"},
        Case{"CREATE TABLE IF NOT EXISTS t (a int); DROP TABLE t;", "destroy drop-table t\n"},
        Case{"ALTER TABLE t ADD COLUMN k int; UPDATE t SET k = 0;", "rewrite update t all harmless\n"},
        Case{"CREATE TABLE n (a int); INSERT INTO n SELECT a FROM t; DROP TABLE t; ALTER TABLE n RENAME TO t; DELETE "
             "FROM t;",
             "copy insert-select t all\ndestroy drop-table t\nrename rename-table n harmless\nempty delete t all\n"},
        Case{"DROP TABLE t; CREATE TABLE t (a int);", "destroy recreate-table t\n"}));

INSTANTIATE_TEST_SUITE_P(
    Code, Statements,
    testing::Values(
        Case{"DO $$ BEGIN DROP TABLE x; IF a THEN DELETE FROM y; END IF; END $$",
             "destroy drop-table x\nempty delete y all likely\n"},
        Case{"DO $$ BEGIN EXECUTE 'DROP TABLE ' || quote_ident('x'); EXECUTE format('TRUNCATE %I', t); END $$",
             "destroy drop-table x likely\nempty truncate ${t} unknown all likely\n"},
        Case{"DO $$ BEGIN EXECUTE 'DROP ' || kind || ' x'; EXECUTE concat('DELETE ', 'FROM y') || ' WHERE a = 1'; END "
             "$$",
             "destroy drop-table x partial\ndelete delete y likely\n"},
        Case{"DO $$ DECLARE q text := 'DROP TABLE x'; BEGIN EXECUTE q; END $$", "destroy drop-table x likely\n"},
        Case{"DO $$ DECLARE q text := 'DROP TABLE x'; BEGIN RAISE NOTICE '%', q; END $$", ""},
        Case{"PREPARE s FROM @q; SET @q = CONCAT('DROP TABLE ', 'x')", "destroy drop-table x likely\n"},
        Case{"CREATE FUNCTION f() RETURNS void AS $$ BEGIN DELETE FROM x; END $$ LANGUAGE plpgsql",
             "empty delete x all likely\n"},
        Case{"CREATE TRIGGER t AFTER UPDATE ON a BEGIN DELETE FROM b WHERE id = OLD.id; UPDATE c SET d = 1; END; DROP "
             "TABLE z;",
             "destroy drop-table z\ndelete delete b likely\nrewrite update c all likely\n"},
        Case{"DELIMITER //\nCREATE PROCEDURE p() BEGIN DROP TABLE x; IF 1 THEN DROP TABLE y; END IF; END//\nDELIMITER "
             ";\nDROP TABLE z;",
             "destroy drop-table z\ndestroy drop-table x likely\ndestroy drop-table y likely\n"},
        Case{"IF OBJECT_ID('x') IS NOT NULL DROP TABLE x\nGO\nDROP TABLE y\nGO",
             "destroy drop-table x likely\ndestroy drop-table y\n"},
        Case{"BEGIN DROP TABLE x; END;", "destroy drop-table x\n"},
        Case{"BEGIN; DROP TABLE x; COMMIT;", "destroy drop-table x\n"}));

INSTANTIATE_TEST_SUITE_P(
    Control, Statements,
    testing::Values(Case{"GRANT SELECT ON a TO PUBLIC", "steer grant a\n"},
                    Case{"GRANT ALL PRIVILEGES ON a TO bob", "steer grant a armed\n"},
                    Case{"GRANT ALL ON *.* TO 'x'@'%' WITH GRANT OPTION", "steer grant * all armed likely\n"},
                    Case{"GRANT admin TO bob WITH ADMIN OPTION", "steer grant admin armed\n"},
                    Case{"REVOKE ALL ON a FROM bob", "steer revoke a\n"},
                    Case{"ALTER ROLE bob SUPERUSER", "steer alter-role bob\n"},
                    Case{"CREATE ROLE x SUPERUSER LOGIN PASSWORD 'secret'", "steer create-role x armed\n"},
                    Case{"ALTER SYSTEM SET x = 1", "steer alter-system x\n"}));

TEST(Sql, PasswordsAreNoArguments) {
  for (const Operation& operation : lower("CREATE ROLE x LOGIN PASSWORD 'secret'").operations) {
    for (const Value& argument : operation.arguments) EXPECT_EQ(argument.text.find("secret"), std::string::npos);
  }
}

TEST(Sql, UnreadableStatementIsAGapForItselfOnly) {
  const Model model = lower("DROP TABLE a;\nthis is no statement;\nDROP TABLE b;");
  ASSERT_EQ(model.gaps.size(), 1U);
  EXPECT_EQ(model.gaps[0].region.bytes, (ByteRange{14, 34}));
  EXPECT_EQ(model.operations.size(), 2U);
}

TEST(Sql, SurvivesDeepNesting) {
  const std::string parentheses =
      "SELECT " + std::string(100'000, '(') + "1" + std::string(100'000, ')') + "; DROP TABLE a;";
  EXPECT_EQ(operations(parentheses), "destroy drop-table a\n");
  std::string ctes = "DELETE FROM x WHERE ";
  for (int i = 0; i < 50'000; ++i) ctes += "NOT ";
  EXPECT_EQ(lower(ctes + "a").operations.size(), 1U);
}

}  // namespace
}  // namespace redtag
