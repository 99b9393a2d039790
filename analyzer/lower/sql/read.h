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
    Now,       ///< a DO block, an anonymous block
    Later,     ///< the body of a function, procedure or trigger
    Composed,  ///< a string handed to EXECUTE: parts of it may be decided at run time
  };
  Runs runs = Runs::Now;
  bool quoted = false;    ///< a string or dollar body to be lexed anew; else tokens of the same text
  std::size_t first = 0;  ///< tokens, unless quoted
  std::size_t last = 0;
  ByteRange bytes;  ///< of the code in the text
  Name routine;     ///< Later: its name
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
void read_call(WordsView words, std::size_t first, Reading& reading);
void read_prepare(WordsView words, std::size_t first, Reading& reading);
void read_replication(WordsView words, std::size_t first, Reading& reading);
void read_alter_publication(WordsView words, std::size_t first, Reading& reading);
void read_alter_subscription(WordsView words, std::size_t first, Reading& reading);

/// What a declaration names behind `REFERENCES`, `FROM`, `JOIN` or `ON`: `user` needs it. For the graph; nothing is lost by it.
void read_references(WordsView words, const Name& user, std::string_view kind, Reading& reading);

/// The tables that a query reads become copies into `into`.
void read_query_copy(WordsView query, const Name& into, const std::string& conflict, ByteRange bytes, Reading& reading);

}  // namespace redtag::sql
