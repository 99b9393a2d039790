// CREATE: what is made here may go again here, and what is declared here has a known type.
#include <algorithm>

#include "lower/sql/read.h"
#include "lower/sql/types.h"

namespace redtag::sql {

namespace {

/// The parts of `( name type …, name type …, constraint … )`, from the opening parenthesis on.
std::vector<WordsView> parts_of(WordsView words) {
  std::vector<WordsView> parts;
  if (!words.is("(")) return parts;
  words = words.until(words.group_end(words.at()));
  words.skip();
  while (!words.done()) {
    const std::size_t comma = words.find({","});
    parts.push_back(words.until(comma));
    words.jump(comma + 1);
  }
  return parts;
}

std::vector<ColumnType> read_columns(WordsView words) {
  std::vector<ColumnType> columns;
  for (WordsView column : parts_of(words)) {
    if (column.is_any({"constraint", "primary", "unique", "foreign", "check", "index", "key", "exclude", "like",
                       "fulltext", "period"}))
      continue;
    const Name name = column.take_name();
    if (name.parts.size() != 1) continue;
    columns.push_back({name.text(), column.take_type()});
  }
  return columns;
}

/// Columns that compare in another way than the table's: `mail text COLLATE NOCASE`.
std::vector<std::string> read_collations(WordsView words) {
  std::vector<std::string> collations;
  for (WordsView column : parts_of(words)) {
    const Name name = column.take_name();
    column.jump(column.find({"collate"}));
    if (name.parts.size() != 1 || !column.take("collate")) continue;
    collations.push_back("collates " + name.text() + ' ' + column.take_name().text());
  }
  return collations;
}

Effect made(std::string_view kind, const WordsView& words, std::size_t first, const Name& target) {
  Effect effect;
  effect.verb = Verb::Create;
  effect.action = "create-" + std::string(kind);
  effect.object = std::string(kind);
  effect.target = target;
  WordsView whole = words;
  whole.jump(whole.end());
  effect.bytes = whole.bytes_since(first);
  return effect;
}

void read_create_table(WordsView words, std::size_t first, bool temporary, bool replaces, Reading& reading) {
  const bool exists = words.take_existence();
  const Name table = words.take_name();
  if (table.empty()) return;
  Effect effect = made("table", words, first, table);
  effect.temporary = temporary || table.parts.back().starts_with("#") || table.parts.front().starts_with("pg_temp");
  effect.if_exists = exists;
  if (exists) effect.arguments.emplace_back("if not exists");
  effect.columns = read_columns(words);
  for (std::string& collation : read_collations(words)) effect.arguments.push_back(std::move(collation));
  if (replaces) {
    Effect loss = effect;
    loss.verb = Verb::Overwrite;
    loss.action = "replace-table";
    loss.unbounded = true;
    reading.effects.push_back(std::move(loss));
  }
  const ByteRange bytes = effect.bytes;
  reading.effects.push_back(std::move(effect));
  if (words.is("(") && words.word(1) != "select") {
    read_references(words.until(words.group_end(words.at())), table, "foreign key", reading);
    words.skip_group();
  }
  const std::size_t clone = words.find({"clone"});
  const std::size_t select = words.find({"select"});
  WordsView query = words;
  if (select < words.end()) {
    query.jump(select);
    read_query_copy(query, table, "", bytes, reading);
  } else if (words.is("as") && words.word(1) == "(") {
    query.skip();
    const std::size_t close = query.group_end(query.at());
    query.skip();
    query = query.until(close);
    query.jump(query.find({"select"}));
    read_query_copy(query, table, "", bytes, reading);
  } else if (clone < words.end()) {
    query.jump(clone + 1);
    Effect copy = made("table", words, first, query.take_name());
    copy.verb = Verb::Copy;
    copy.action = "clone";
    copy.object = "rows";
    copy.source = table;
    copy.unbounded = true;
    copy.arguments = {"into " + table.text()};
    reading.effects.push_back(std::move(copy));
  }
}

/// CREATE FUNCTION, PROCEDURE, TRIGGER: what stands in them runs later.
void read_routine(WordsView words, std::size_t first, std::string_view kind, Reading& reading) {
  words.take_existence();
  const Name name = words.take_name();
  if (name.empty()) return;
  reading.effects.push_back(made(kind, words, first, name));
  InnerCode body;
  body.runs = InnerCode::Runs::Later;
  body.routine = name;
  if (kind == "event") {  // ON SCHEDULE … DO
    body.runs = InnerCode::Runs::Scheduled;
    words.jump(words.find({"do"}));
    body.first = words.at() + 1;
    body.last = words.end();
    if (!words.done()) reading.inner.push_back(body);
    return;
  }
  const std::size_t begin = words.find({"begin"});
  if (begin < words.end()) {
    body.first = begin + 1;
    body.last = words.end();
    reading.inner.push_back(body);
    return;
  }
  for (std::size_t as = words.find({"as", "is"}); as < words.end(); as = words.find({"as", "is"})) {
    words.jump(as + 1);
    if (words.done()) return;
    const TokenKind code = words.token().kind;
    if (code == TokenKind::Body || code == TokenKind::String) {
      body.quoted = true;
      body.bytes = inner_bytes(words.lexed(), words.token());
      reading.inner.push_back(body);
      return;
    }
    if (words.lexed().batches) {  // a procedure of SQL Server without BEGIN
      body.first = words.at();
      body.last = words.end();
      reading.inner.push_back(body);
      return;
    }
  }
}

/// The table of an index: its writers wait until the index is built, unless that is done beside them.
void read_indexed_table(WordsView words, bool beside, Effect& effect) {
  words.jump(words.find({"on"}) + 1);
  words.take("only");
  effect.source = words.take_name();
  if (!effect.source.empty()) effect.arguments = {(beside ? "beside the writers of " : "on ") + effect.source.text()};
}

/// `AS ENUM ('open', 'paid')`: a column that is converted to the type cannot keep what the type does not name.
void read_enum_values(WordsView words, Effect& effect) {
  constexpr std::size_t most = 256;
  if (!words.take({"as", "enum"}) || !words.take("(")) return;
  for (; !words.done() && !words.is(")") && effect.arguments.size() < most; words.skip()) {
    if (words.at_string()) effect.arguments.push_back("value " + string_value(words.lexed(), words.token()));
  }
}

}  // namespace

void read_unique_columns(WordsView words, Effect& effect) {
  effect.arguments.emplace_back("unique");
  words.jump(words.find({"("}));
  if (words.find({"where"}) < words.end()) effect.arguments.back() = "unique for some rows";
  for (words.skip(); !words.done() && !words.is(")"); words.skip()) {
    if (words.at_name()) effect.words.push_back(name_part(words.lexed(), words.token()));
  }
}

namespace {

void read_policy(WordsView words, std::size_t first, Reading& reading) {
  const Name policy = words.take_name();
  words.take("on");
  const Name table = words.take_name();
  Effect effect = made("policy", words, first, table.inner(policy));
  effect.verb = Verb::Steer;
  const std::size_t condition = words.find({"using"});
  if (condition < words.end()) {
    WordsView expression = words;
    expression.jump(condition + 1);
    const std::size_t close = expression.group_end(expression.at());
    effect.unbounded = always_true(expression.until(close + 1));
    effect.arguments = {expression.until(close + 1).folded()};
  }
  reading.effects.push_back(std::move(effect));
}

}  // namespace

void read_references(WordsView words, const Name& user, std::string_view kind, Reading& reading) {
  constexpr std::size_t most = 64;  // of one declaration
  std::vector<std::string> seen;
  const bool key = kind == "foreign key", query = kind == "view";
  for (; !words.done() && seen.size() < most; words.skip()) {
    const bool names = key ? words.is("references") : query ? words.is_any({"from", "join"}) : words.is("on");
    if (!names) continue;
    const std::size_t at = words.at();
    words.skip();
    words.take("only");
    const Name used = words.take_name();
    if (!used.empty() && !used.unknown && std::find(seen.begin(), seen.end(), used.text()) == seen.end()) {
      seen.push_back(used.text());
      Effect effect;
      effect.verb = Verb::Alter;
      effect.action = "refers";
      effect.object = std::string(kind);
      effect.target = user;
      effect.arguments = {"to " + used.text()};
      effect.bytes = words.bytes_since(at);
      reading.effects.push_back(std::move(effect));
    }
    if (!key && !query) return;
    words.jump(at);
  }
}

void read_create(WordsView words, std::size_t first, Reading& reading) {
  bool replaces = words.take({"or", "replace"});
  words.take({"or", "alter"});
  if (words.take("definer")) {  // = user@host
    while (!words.done() && !words.is_any({"procedure", "function", "trigger", "event", "view", "sql"})) words.skip();
    if (words.take("sql")) words.skip(2);
  }
  bool temporary = false, unique = false;
  while (words.is_any({"temp",         "temporary", "local",        "global",    "unlogged",  "transient", "external",
                       "foreign",      "volatile",  "constraint",   "unique",    "fulltext",  "spatial",   "clustered",
                       "nonclustered", "bitmap",    "materialized", "recursive", "aggregate", "secure",    "force",
                       "editionable",  "algorithm", "trusted",      "event",     "dynamic",   "virtual"})) {
    temporary = temporary || words.is_any({"temp", "temporary", "volatile"});
    unique = unique || words.is("unique");
    if (words.is("event") && words.word(1) != "trigger") break;
    if (words.take("algorithm")) words.skip();  // = MERGE
    words.skip();
  }
  const std::string kind(words.word());
  words.skip();
  if (kind == "table") return read_create_table(words, first, temporary, replaces, reading);
  if (kind == "function" || kind == "procedure" || kind == "proc" || kind == "trigger" || kind == "event" ||
      kind == "package") {
    return read_routine(words, first, kind == "proc" ? "procedure" : kind, reading);
  }
  if (kind == "policy") return read_policy(words, first, reading);
  const bool beside = kind == "index" && words.take("concurrently");
  words.take_existence();
  const Name name = words.take_name();
  if (name.empty()) return;
  const bool role = kind == "role" || kind == "user" || kind == "login" || kind == "group";
  Effect effect = made(role ? "role" : kind, words, first, name);
  effect.temporary = temporary;
  if (role) {
    effect.verb = Verb::Steer;
    const bool strong = words.find({"superuser", "createrole", "bypassrls", "createdb", "replication"}) < words.end();
    if (strong) effect.arming = Arming::Armed;
    for (; !words.done(); words.skip()) {  // attributes only: the password is nobody's business
      if (words.is_any({"superuser", "createrole", "bypassrls", "createdb", "replication", "login"}))
        effect.arguments.emplace_back(words.word());
    }
  }
  if (kind == "type") read_enum_values(words, effect);
  if (kind == "index") read_indexed_table(words, beside, effect);
  if (kind == "index" && unique) read_unique_columns(words, effect);
  const std::string made_kind = effect.object;
  reading.effects.push_back(std::move(effect));
  if (made_kind == "view" || made_kind == "index") read_references(words, name, made_kind, reading);
}

}  // namespace redtag::sql
