// One statement → what it does. Reads every dialect by its words; nothing here knows where the statement stands.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lower/sql/effect.h"
#include "lower/sql/words.h"

namespace redtag::sql {

/// Code inside a statement: the body of a routine, a DO block, a string that is executed.
struct InnerCode {
  enum class Runs : std::uint8_t {
    Now,        ///< a DO block, an anonymous block
    Later,      ///< the body of a function, procedure or trigger
    Composed,   ///< a string handed to EXECUTE: parts of it may be decided at run time
    Command,    ///< a shell runs it: COPY … TO PROGRAM
    Scheduled,  ///< by a timer: an event, a job of pg_cron
  };
  Runs runs = Runs::Now;
  bool quoted = false;    ///< a string or dollar body to be lexed anew; else tokens of the same text
  std::size_t first = 0;  ///< tokens, unless quoted
  std::size_t last = 0;
  ByteRange bytes;                 ///< of the code in the text
  std::string text;                ///< quoted: the code, where it does not stand there as it runs
  std::vector<std::uint32_t> map;  ///< for each byte of `text`, where it stands in the text at hand
  Name routine;                    ///< Later, Scheduled: its name
  bool conditional = false;
};

enum class Control : std::uint8_t { None, Begin, Commit, Rollback };

struct Reading {
  std::vector<Effect> effects;
  std::vector<InnerCode> inner;
  Control control = Control::None;
  bool understood = false;  ///< its first words are those of a statement that is known, harmless or not
};

/// Reads one statement of a script or of a body.
[[nodiscard]] Reading read_statement(const WordsView& statement);

// The families of statements, each with the cursor behind its first word. They append to `reading`.
void read_drop(WordsView words, std::size_t first, Reading& reading);
void read_truncate(WordsView words, std::size_t first, Reading& reading);
void read_rename(WordsView words, std::size_t first, Reading& reading);
void read_alter(WordsView words, std::size_t first, Reading& reading);
void read_alter_table(WordsView words, std::size_t first, Reading& reading);
void read_create(WordsView words, std::size_t first, Reading& reading);
void read_delete(WordsView words, std::size_t first, Reading& reading);
void read_update(WordsView words, std::size_t first, Reading& reading);
void read_insert(WordsView words, std::size_t first, Reading& reading);
void read_merge(WordsView words, std::size_t first, Reading& reading);
void read_select(WordsView words, std::size_t first, Reading& reading);
void read_grant(WordsView words, std::size_t first, Reading& reading);
/// What keeps others from a table while it runs: LOCK, VACUUM FULL, CLUSTER, REINDEX.
void read_lock(WordsView words, std::size_t first, Reading& reading);
void read_call(WordsView words, std::size_t first, Reading& reading);
/// `PREPARE s FROM '…'`, and `SET @q = '…'`, from which it is prepared: what the string says may run.
/// `SET GLOBAL x = 1`, `ALTER DATABASE d SET x = off`, `ALTER TABLE t SET (x = off)`: settings that stay. False for anything else.
bool read_server_setting(WordsView words, std::size_t first, Reading& reading);
bool read_database_setting(WordsView words, std::size_t first, Reading& reading);
bool read_table_settings(WordsView command, std::size_t first, const Name& table, Reading& reading);
void read_prepare(WordsView words, std::size_t first, Reading& reading);
void read_replication(WordsView words, std::size_t first, Reading& reading);
/// What an ALTER TABLE says of the rules that its rows meet, of how they are compared, and of what copies and crashes leave of them.
/// False for anything else.
bool read_table_rule(WordsView command, std::size_t first, const Name& table, Reading& reading);
/// `COLLATE` behind a column's new type.
void read_collation(WordsView command, std::size_t first, const Name& column, Reading& reading);
/// ALTER of a database's collation, and of a policy that filters rows.
void read_alter_rule(WordsView words, std::size_t first, Reading& reading);
/// SQL Server's DISABLE TRIGGER and ENABLE TRIGGER.
void read_trigger_switch(WordsView words, std::size_t first, Reading& reading);
/// SQL Server's procedures for roles and replication. False for any other.
bool read_system_procedure(WordsView words, std::size_t first, Reading& reading);
void read_alter_publication(WordsView words, std::size_t first, Reading& reading);
void read_alter_subscription(WordsView words, std::size_t first, Reading& reading);

/// True for a word that a statement may begin with.
[[nodiscard]] bool opens_statement(std::string_view word);
/// The text that a variable is given, once and for all, in the text at hand; empty for one that nobody knows before it runs.
[[nodiscard]] InnerCode value_of(const LexedView& lexed, std::string_view name);
/// Says that a statement runs what does not stand in the text: `named` is the variable, function or query that holds it.
/// Nothing, where the text shows what it holds.
void read_unseen(const WordsView& named, std::size_t first, Reading& reading);
/// True if a text that was put together does not say what statement it is: its first word is decided when it runs.
[[nodiscard]] bool opens_unseen(const InnerCode& code);

/// The string, or the strings joined, at the cursor, which runs as a statement; leaves the cursor behind.
[[nodiscard]] InnerCode compose_code(WordsView& words);
/// What EXECUTE, EXEC and sp_executesql run, where it stands there.
void read_executed(WordsView words, std::size_t first, Reading& reading);
/// Statements in strings that a variable or a query holds, in a text that runs what those hold.
void read_held_code(WordsView words, Reading& reading);
/// What COPY hands to a shell.
void read_copy(WordsView words, std::size_t first, Reading& reading);
/// psql's `\\gexec` runs what a query returns: its strings are statements, put together when it runs.
void read_query_result(WordsView words, Reading& reading);
/// Statements that functions are handed to run: `dblink_exec('shop', 'DROP …')`, `cron.schedule('nightly', '0 3 * * *', 'DELETE …')`.
void read_runners(WordsView words, Reading& reading);

/// The columns in parentheses, of which no two rows may have the same values.
void read_unique_columns(WordsView words, Effect& effect);

/// What a declaration names behind `REFERENCES`, `FROM`, `JOIN` or `ON`: `user` needs it. For the graph; nothing is lost by it.
void read_references(WordsView words, const Name& user, std::string_view kind, Reading& reading);

/// The tables that a query reads become copies into `into`.
void read_query_copy(WordsView query, const Name& into, const std::string& conflict, ByteRange bytes, Reading& reading);

}  // namespace redtag::sql
