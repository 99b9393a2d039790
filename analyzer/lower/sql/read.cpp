// The first words of a statement decide who reads it.
#include "lower/sql/read.h"

#include <algorithm>
#include <array>

namespace redtag::sql {

namespace {

using Family = void (*)(WordsView, std::size_t, Reading&);
struct Opening {
  std::string_view word;
  Family read;
};
constexpr std::array openings = std::to_array<Opening>({
    {"drop", read_drop},
    {"truncate", read_truncate},
    {"rename", read_rename},
    {"alter", read_alter},
    {"create", read_create},
    {"delete", read_delete},
    {"update", read_update},
    {"insert", read_insert},
    {"replace", read_insert},
    {"merge", read_merge},
    {"select", read_select},
    {"grant", read_grant},
    {"revoke", read_grant},
    {"deny", read_grant},
    {"execute", read_call},
    {"exec", read_call},
    {"call", read_call},
    {"perform", read_select},
    {"prepare", read_prepare},
    {"set", read_prepare},
    {"stop", read_replication},
    {"reset", read_replication},
    {"purge", read_replication},
    {"change", read_replication},
    {"reassign", read_grant},
    {"copy", read_copy},
    {"lock", read_lock},
    {"vacuum", read_lock},
    {"cluster", read_lock},
    {"reindex", read_lock},
    {"disable", read_trigger_switch},
    {"enable", read_trigger_switch},
});

// Statements that neither lose nor steer anything, so that a text of them is no gap.
constexpr std::array harmless = std::to_array<std::string_view>(
    {"show",       "explain", "analyze",  "comment", "use",       "pragma",    "values",  "unlock",     "notify",
     "listen",     "declare", "fetch",    "close",   "open",      "savepoint", "release", "deallocate", "discard",
     "checkpoint", "refresh", "security", "import",  "load",      "table",     "print",   "raise",      "return",
     "raiserror",  "throw",   "describe", "desc",    "optimize",  "flush",     "kill",    "attach",     "detach",
     "with",       "if",      "while",    "for",     "else",      "end",       "loop",    "exit",       "continue",
     "null",       "elsif",   "elseif",   "when",    "exception", "get",       "signal",  "leave",      "iterate",
     "repeat",     "until",   "case",     "foreach", "waitfor",   "dbcc",      "backup",  "restore",    "assert",
     "goto",       "move",    "abort",    "handler", "list",      "put",       "unset"});

bool read_control(WordsView words, Reading& reading) {
  if (words.is("begin") || words.is("start")) {
    if (words.is("begin") || words.word(1) == "transaction") reading.control = Control::Begin;
    return true;
  }
  if (words.is("commit") || (words.is("end") && (words.word(1).empty() || words.word(1) == "transaction"))) {
    reading.control = Control::Commit;
    return true;
  }
  if (words.is("rollback") || words.is("abort")) {
    if (words.find({"to"}) == words.end()) reading.control = Control::Rollback;
    return true;
  }
  return false;
}

/// Data-modifying queries inside WITH, then the statement behind them.
void read_with(WordsView words, Reading& reading) {
  words.take("recursive");
  while (!words.done()) {
    if (words.take_name().empty()) return;
    words.skip_group();
    if (!words.take("as")) return;
    if (!words.take({"not", "materialized"})) words.take("materialized");
    const std::size_t close = words.group_end(words.at());
    if (words.take("(")) {
      WordsView query = words.until(close);
      Reading inner = read_statement(query);
      for (Effect& effect : inner.effects) {
        if (effect.verb != Verb::Copy) reading.effects.push_back(std::move(effect));
      }
    }
    words.jump(close + 1);
    if (!words.take(",")) break;
  }
  Reading main = read_statement(words);
  std::move(main.effects.begin(), main.effects.end(), std::back_inserter(reading.effects));
}

/// `<<name>>` of PL/pgSQL, `name:` of MySQL, in front of a block or loop.
void skip_label(WordsView& words) {
  if (words.is("<") && words.word(1) == "<" && words.word(3) == ">" && words.word(4) == ">") return words.skip(5);
  const bool named = words.at_name() && words.word(1) == ":";
  const std::string_view next = words.word(2);
  if (named && (next == "begin" || next == "loop" || next == "while" || next == "repeat")) words.skip(2);
}

/// True where BEGIN opens a block rather than a transaction.
bool opens_block(const WordsView& words) {
  if (!words.is("begin") || words.at() + 1 >= words.end()) return false;
  WordsView next = words;
  next.skip();
  return !next.is_any(
      {"transaction", "tran", "work", "isolation", "immediate", "exclusive", "deferred", "read", "concurrent", "not"});
}

/// What stands in front of the statements of a body: ELSE, LOOP, IF … THEN. Returns true if a condition was skipped.
bool skip_control_words(WordsView& words) {
  bool conditional = false;
  for (skip_label(words); !words.done() && !opens_block(words); skip_label(words)) {
    const bool block =
        words.is("do") && words.at() + 1 < words.end() && (words.word(1).empty() || words.word(1) == "language");
    if (block || words.is("end")) return conditional;
    if (words.take_any({"else", "loop", "exception", "then", "do", "atomic", "declare", "try", "catch"})) continue;
    if (!words.is_any({"if", "elsif", "elseif", "while", "for", "foreach", "when", "case"})) return conditional;
    conditional = true;
    const std::size_t then = words.find({"then", "loop", "do"});
    const std::size_t action = words.find(
        {"begin", "drop", "truncate", "delete", "update", "insert", "alter", "exec", "execute", "create", "merge"});
    if (then >= words.end() && action >= words.end()) return conditional;
    words.jump(then < action ? then + 1 : action);
  }
  return conditional;
}

void read_do(WordsView words, Reading& reading) {
  for (; !words.done(); words.skip()) {
    const TokenKind kind = words.token().kind;
    if (kind != TokenKind::Body && kind != TokenKind::String) continue;
    if (words.lexed().word(words.at() - 1) == "language") continue;
    InnerCode block;
    block.quoted = true;
    block.bytes = inner_bytes(words.lexed(), words.token());
    reading.inner.push_back(block);
  }
}

/// RAISE of PL/pgSQL, SIGNAL of MySQL, THROW and RAISERROR of SQL Server: what stops, not what only says something.
bool raises_error(const WordsView& words) {
  if (words.is("raise")) return words.word(1) == "exception" || words.word(1) == "sqlstate";
  if (words.is("signal")) return words.word(1) == "sqlstate" && words.word(2).empty();
  if (words.is("throw")) return words.at() + 1 < words.end() && words.token(1).kind == TokenKind::Number;
  if (!words.is("raiserror")) return false;
  WordsView severity = words;
  severity.skip(2);
  severity.jump(severity.find({","}) + 1);
  constexpr std::size_t two_digits = 2;  // up to 10 it is a message
  return !severity.done() && severity.token().kind == TokenKind::Number && severity.word().size() == two_digits &&
         !severity.is("10");
}

/// Nothing else in the text decides whether a question in it is asked and whether its answer counts.
bool asks_once(const LexedView& lexed) {
  std::size_t questions = 0;
  for (std::size_t i = 0; i < lexed.tokens.size(); ++i) {
    const std::string_view word = lexed.word(i), before = i > 0 ? lexed.word(i - 1) : std::string_view();
    if (word == "case" || word == "loop" || word == "while" || word == "return" || word == "goto" || word == "catch" ||
        word == "exit" || word == "handler" || (word == "when" && before == "exception"))
      return false;
    if (word == "if" && before != "end" && ++questions > 1) return false;
  }
  return true;
}

/// The table that must hold no row for a statement not to be reached: `IF EXISTS (SELECT … FROM orders) THEN …`, and
/// `IF (SELECT count(*) FROM orders) > 0`. Empty for any other condition: one that picks rows says nothing of the others.
Name table_asked(WordsView words) {
  skip_label(words);
  while (words.take("begin")) {
  }
  if (!words.take("if") || !asks_once(words.lexed())) return {};
  const bool exists = words.take("exists");
  const std::size_t close = words.group_end(words.at());
  if (!words.take("(") || !words.is("select")) return {};
  WordsView query = words.until(close);
  const bool counts = query.word(1) == "count" && query.word(2) == "(" && query.word(3) == "*";
  query.jump(query.find({"from"}) + 1);
  const Name table = query.take_name();
  if (query.is("limit") && query.word(1) == "1") query.skip(2);
  if (!query.done() || (!exists && !counts)) return {};
  words.jump(close + 1);
  const bool some = exists ? !words.is_any({"and", "or", "=", "<"})
                           : words.is_any({">", "<>", "!="}) && words.word(1) == "0" && words.word(2) != "and" &&
                                 words.word(2) != "or";
  return some ? table : Name{};
}

void add_raise(WordsView words, std::size_t first, const WordsView& statement, Reading& reading) {
  words.jump(words.end());
  Effect effect;
  // RAISERROR tells the client, and the batch goes on with its next statement.
  if (words.lexed().word(first) != "raiserror") effect.source = table_asked(statement);
  effect.action = "raise";
  effect.object = "procedure";
  effect.bytes = words.bytes_since(first);
  reading.effects.push_back(std::move(effect));
}

}  // namespace

bool opens_statement(std::string_view word) {
  const bool known = std::any_of(openings.begin(), openings.end(), [&](const Opening& o) { return o.word == word; });
  return known || word == "do" || word == "begin" || word == "start" || word == "commit" || word == "rollback" ||
         std::find(harmless.begin(), harmless.end(), word) != harmless.end();
}

Reading read_statement(const WordsView& statement) {
  Reading reading;
  WordsView words = statement;
  reading.understood = true;
  if (!opens_block(words) && read_control(words, reading)) return reading;
  const bool conditional = skip_control_words(words);
  while (words.is("explain") && words.find({"analyze"}) < words.end())
    words.jump(words.find({"analyze"}) + 1);  // it does run
  const std::size_t first = words.at();
  const std::string_view word = words.word();
  const auto opening = std::find_if(openings.begin(), openings.end(), [&](const Opening& o) { return o.word == word; });
  if (opens_block(words)) {
    InnerCode block;
    while (opens_block(words)) words.skip();  // however many stand one in another
    block.first = words.at();
    block.last = words.end();
    reading.inner.push_back(block);
  } else if (words.is("select") && words.word(1) == "raise" && words.word(2) == "(") {
    add_raise(words, first, statement, reading);  // SQLite, which refuses it outside of a trigger
  } else if (opening != openings.end()) {
    words.skip();
    opening->read(words, first, reading);
  } else if (words.take("with")) {
    read_with(words, reading);
  } else if (words.take("do")) {
    read_do(words, reading);
  } else if (raises_error(words)) {
    add_raise(words, first, statement, reading);
  } else {
    reading.understood = words.done() || words.is("(") ||
                         (words.at() > statement.at() && words.token().kind == TokenKind::Variable) ||
                         std::find(harmless.begin(), harmless.end(), word) != harmless.end();
  }
  if (words.lexed().runs_values && reading.inner.empty()) read_held_code(statement, reading);
  for (Effect& effect : reading.effects) effect.conditional = effect.conditional || conditional;
  for (InnerCode& inner : reading.inner) inner.conditional = inner.conditional || conditional;
  return reading;
}

}  // namespace redtag::sql
