// DELETE, UPDATE, INSERT and MERGE: which rows are touched, and whether anything bounds them.
#include <algorithm>
#include <iterator>

#include "lower/sql/read.h"

namespace redtag::sql {

namespace {

/// Reads from here to the WHERE and behind it, and says what bounds the statement.
void read_bounds(WordsView words, Effect& effect) {
  const std::size_t where = words.find({"where"});
  const bool joined = words.until(where).find({"join"}) < words.until(where).end() &&
                      words.until(where).find({"on", "using"}) < words.until(where).end();
  const bool crossed = words.until(where).find({"left", "cross", "full"}) < words.until(where).end();
  const bool limited = words.find({"limit"}) < words.end();
  WordsView condition = words;
  condition.jump(where + 1);
  condition = condition.until(condition.find({"returning", "order", "limit", "option"}));
  const bool cursor = condition.take({"current", "of"});
  const bool bounded = cursor || (!condition.done() && !always_true(condition));
  if (!condition.done()) effect.predicate = condition.folded();
  effect.unbounded = !bounded && !limited && !(joined && !crossed);
  const std::string through = words.until(where).folded();
  if (!through.empty()) effect.arguments.push_back(through);
  if (!effect.predicate.empty()) effect.arguments.push_back("where " + effect.predicate);
}

void sort_unique(std::vector<std::string>& words) {
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());
}

std::vector<std::string> names_in(WordsView words) {
  std::vector<std::string> names;
  for (; !words.done(); words.skip()) {
    if (words.is_any({"null", "true", "false", "default"})) continue;
    if (words.at_name()) names.push_back(name_part(words.lexed(), words.token()));
    const std::string_view before = words.at() > 0 ? words.lexed().word(words.at() - 1) : std::string_view();
    if (words.is("*") && (before == "select" || before == "." || before == "all" || before == "distinct"))
      names.emplace_back("*");
  }
  sort_unique(names);
  return names;
}

/// The table behind an alias in a FROM or JOIN list; the alias itself if it is none.
Name resolve_alias(const Name& alias, WordsView from) {
  if (alias.parts.size() != 1) return alias;
  while (!from.done()) {
    const Name table = from.take_name();
    if (table.empty()) {
      from.skip();
      continue;
    }
    from.take("as");
    WordsView next = from;
    const Name second = next.take_name();
    if (!second.empty() && second.text() == alias.text() && table.text() != "join") return table;
  }
  return alias;
}

bool at_clause(const WordsView& words) {
  return words.is_any({"set",       "where",   "using",   "from",   "join",      "inner",  "left", "right",
                       "cross",     "full",    "limit",   "order",  "returning", "output", "on",   "with",
                       "partition", "natural", "default", "option", "values",    "select", "as"});
}

void take_alias(WordsView& words) {
  words.take("*");
  if (words.take("as") || !at_clause(words)) {
    if (words.at_name()) words.skip();
  }
  if (words.take("with")) words.skip_group();  // SQL Server's hints
}

}  // namespace

void read_delete(WordsView words, std::size_t first, Reading& reading) {
  Effect effect;
  effect.verb = Verb::Delete;
  effect.action = "delete";
  effect.object = "rows";
  while (words.take_any({"low_priority", "quick", "ignore"})) {
  }
  bool top = false;
  if (words.take("top")) top = words.skip_group() || true;
  const bool from = words.take("from");
  words.take("only");
  std::vector<Name> targets;
  do {
    Name target = words.take_name();
    if (target.empty()) break;
    targets.push_back(std::move(target));
  } while (words.is(",") && (words.word(2) == "from" || words.word(2) == "," || words.word(2) == "using") &&
           words.take(","));
  if (targets.empty() && !words.done()) return;
  if (targets.empty()) targets.emplace_back().unknown = true;  // the name is put behind it when it runs
  WordsView sources = words;
  if (words.is("from") || (from && words.is("using") && targets.size() > 1)) {
    // MySQL's and SQL Server's `DELETE a FROM orders a JOIN …`: the names may be aliases.
    sources.skip();
    for (Name& target : targets) target = resolve_alias(target, sources.until(sources.find({"where"})));
  } else {
    take_alias(words);
  }
  read_bounds(words, effect);
  if (top) effect.unbounded = false;
  if (effect.unbounded) effect.verb = Verb::Empty;
  words.jump(words.end());
  effect.bytes = words.bytes_since(first);
  for (Name& target : targets) {
    effect.target = std::move(target);
    reading.effects.push_back(effect);
  }
}

namespace {

/// The columns whose values an assignment keeps: it reads that one column and no other. `least(a, b)` keeps neither.
std::vector<std::string> kept_by(WordsView assigned) {
  std::vector<std::string> kept;
  while (!assigned.done()) {
    const std::size_t comma = assigned.find({","});
    WordsView value = assigned.until(comma);
    assigned.jump(comma + 1);
    value.jump(value.find({"="}) + 1);
    std::vector<std::string> names;
    for (; !value.done(); value.skip()) {
      const bool part = value.word(1) == "(" || value.word(1) == ".";
      const bool type = value.at() > 0 && value.lexed().word(value.at() - 1) == "::";
      if (value.at_name() && !part && !type && !value.is_any({"null", "true", "false", "default", "as"}))
        names.push_back(name_part(value.lexed(), value.token()));
    }
    sort_unique(names);
    if (names.size() == 1) kept.push_back(std::move(names.front()));
  }
  sort_unique(kept);
  return kept;
}

/// An UPDATE that reads another table carries its values over, as an INSERT … SELECT does; one that reads other columns of its
/// own table does so within it.
void read_update_copies(WordsView assigned, WordsView from, Reading& reading) {
  const Effect update = reading.effects.back();
  std::vector<std::string> read = names_in(assigned);
  const auto carry = [&](const WordsView& query) {
    const std::size_t before = reading.effects.size();
    read_query_copy(query, update.target, "", update.bytes, reading);
    std::erase_if(reading.effects,
                  [&](const Effect& e) { return e.verb == Verb::Copy && e.target.text() == update.target.text(); });
    for (std::size_t i = before; i < reading.effects.size(); ++i) {
      reading.effects[i].action = "update-from";
      reading.effects[i].words = read;
      reading.effects[i].unbounded = false;
    }
  };
  if (from.is("from") || from.find({"join"}) < from.end()) carry(from);
  // `SET note = (SELECT notes.note FROM notes WHERE …)`, as databases without UPDATE … FROM write it.
  for (WordsView at = assigned; !at.done(); at.skip()) {
    if (!at.is("(") || at.word(1) != "select") continue;
    WordsView query = at.until(at.group_end(at.at()));
    query.skip();
    query.jump(query.find({"from"}));
    if (!query.done()) carry(query);
  }
  read = kept_by(assigned);
  std::erase_if(read, [&](const std::string& word) {
    return std::binary_search(update.words.begin(), update.words.end(), word);
  });
  if (read.empty()) return;
  Effect copy;
  copy.verb = Verb::Copy;
  copy.action = "update-self";
  copy.object = "rows";
  copy.target = copy.source = update.target;
  copy.bytes = update.bytes;
  copy.words = std::move(read);
  copy.arguments = {"into " + update.target.text()};
  reading.effects.push_back(std::move(copy));
}

}  // namespace

void read_update(WordsView words, std::size_t first, Reading& reading) {
  Effect effect;
  effect.verb = Verb::Rewrite;
  effect.action = "update";
  effect.object = "rows";
  while (words.take_any({"low_priority", "ignore", "only"})) {
  }
  if (words.take("or")) words.skip();  // SQLite: OR REPLACE
  if (words.take("top")) words.skip_group();
  if (words.is("statistics")) return;
  const Name written = words.take_name();
  if (written.empty()) return;
  const std::size_t set = words.find({"set"});
  if (set >= words.end()) return;
  WordsView joined = words.until(set);
  take_alias(joined);
  WordsView assignments = words;
  assignments.jump(set + 1);
  const std::size_t rest = assignments.find({"from", "where", "returning", "limit", "order", "output"});
  WordsView assigned = assignments.until(rest);
  const std::string assigned_text = assigned.folded();
  while (!assigned.done()) {
    const std::size_t comma = assigned.find({","});
    WordsView one = assigned.until(comma);
    if (one.is("(")) {
      WordsView group = one.until(one.group_end(one.at()));
      for (group.skip(); !group.done(); group.take(",")) {
        const Name column = group.take_name();
        if (column.empty()) break;
        effect.words.push_back(column.parts.back());
      }
    } else if (const Name column = one.take_name(); !column.empty()) {
      effect.words.push_back(column.parts.back());
    }
    assigned.jump(comma + 1);
  }
  sort_unique(effect.words);
  WordsView bounds = assignments;
  bounds.jump(rest);
  effect.target = bounds.is("from") ? resolve_alias(written, bounds.until(bounds.find({"where"}))) : written;
  effect.arguments = {"set " + assigned_text};
  read_bounds(bounds, effect);
  if (joined.find({"join"}) < joined.end() && joined.find({"on", "using"}) < joined.end()) effect.unbounded = false;
  WordsView all = words;
  all.jump(all.end());
  effect.bytes = all.bytes_since(first);
  reading.effects.push_back(std::move(effect));
  read_update_copies(assignments.until(rest), bounds.is("from") ? bounds : joined, reading);
}

namespace {

/// CREATE TABLE … AS SELECT … WITH NO DATA
bool leaves_all_out(WordsView select) {
  for (; !select.done(); select.skip()) {
    if (select.is("with") && select.word(1) == "no" && select.word(2) == "data") return true;
  }
  return false;
}

/// What a query makes of single columns on the way: `CAST(total AS integer)`, `total::integer`, `substr(note, 1, 10)`.
std::vector<std::string> conversions_in(WordsView list) {
  constexpr std::size_t most = 64;  // of one query
  std::vector<std::string> said;
  for (; !list.done() && said.size() < most; list.skip()) {
    WordsView at = list;
    if (at.take("cast") && at.take("(")) {
      const Name column = at.take_name();
      if (!column.empty() && at.take("as")) said.push_back("casts " + column.parts.back() + " to " + at.take_type());
    } else if (list.is_any({"round", "trunc", "floor", "ceil", "substr", "substring", "left"}) && list.word(1) == "(") {
      at.skip(2);
      const Name column = at.take_name();
      if (!column.empty() && !at.is("(")) said.push_back("cuts " + column.parts.back());
    } else if (list.word(1) == "::" && list.at_name()) {
      const std::string column = name_part(list.lexed(), list.token());
      at.skip(2);
      said.push_back("casts " + column + " to " + at.take_type());
    }
  }
  return said;
}

}  // namespace

void read_query_copy(WordsView query, const Name& into, const std::string& conflict, ByteRange bytes,
                     Reading& reading) {
  bool filtered_by_set = false;
  for (WordsView part = query; !part.done();) {
    const std::size_t next_set = part.find({"union", "except", "intersect"});
    filtered_by_set =
        filtered_by_set || part.lexed().word(std::min(next_set, part.lexed().tokens.size() - 1)) == "except";
    WordsView select = part.until(next_set);
    part.jump(next_set + 1);
    part.take("all");
    std::vector<std::string> words = names_in(select);
    const std::size_t from = select.find({"from"});
    if (from >= select.end()) continue;
    const bool distinct = select.until(from).find({"distinct", "top"}) < from;
    std::vector<std::string> conversions = conversions_in(select.until(from));
    select.jump(from + 1);
    select.take("only");
    const Name table = select.take_name();
    if (table.empty()) continue;
    Effect copy;
    copy.verb = Verb::Copy;
    copy.action = "insert-select";
    copy.object = "rows";
    copy.target = table;
    copy.source = into;
    copy.bytes = bytes;
    copy.words = std::move(words);
    const std::size_t filter = select.find({"where", "limit", "group", "having", "fetch", "offset", "join", ",",
                                            "tablesample", "sample", "prewhere", "qualify"});
    const std::size_t left = select.find({"left"});
    WordsView condition = select;
    condition.jump(filter);
    const bool keeps_all = filter >= select.end() || (left < filter && condition.is("join") &&
                                                      condition.find({"where", "limit", "group"}) >= condition.end());
    WordsView where = select;
    where.jump(select.find({"where"}) + 1);
    const bool trivial = select.find({"where"}) == filter && always_true(where);
    if (!keeps_all && !trivial) copy.predicate = condition.folded();
    if (leaves_all_out(select)) copy.predicate = "with no data";
    if (distinct || filtered_by_set) copy.predicate = copy.predicate.empty() ? "distinct" : copy.predicate;
    if (!conflict.empty() && copy.predicate.empty()) copy.predicate = conflict;
    copy.unbounded = copy.predicate.empty();
    copy.arguments = {"into " + into.text()};
    if (!copy.predicate.empty()) copy.arguments.push_back("only " + copy.predicate);
    std::move(conversions.begin(), conversions.end(), std::back_inserter(copy.arguments));
    reading.effects.push_back(std::move(copy));
  }
}

void read_insert(WordsView words, std::size_t first, Reading& reading) {
  std::string conflict;
  const bool replaces = words.lexed().word(first) == "replace";
  if (words.take("or")) {
    conflict = std::string(words.word()) + " what collides";
    words.skip();
  }
  while (words.is_any({"ignore", "low_priority", "delayed", "high_priority"})) {
    if (words.is("ignore")) conflict = "ignore what collides";
    words.skip();
  }
  const bool overwrites = words.take("overwrite");
  words.take("into");
  words.take("table");
  const Name into = words.take_name();
  if (into.empty()) return;
  WordsView whole = words;
  whole.jump(whole.end());
  const ByteRange bytes = whole.bytes_since(first);
  if (overwrites || replaces || conflict.starts_with("replace")) {
    Effect effect;
    effect.verb = Verb::Overwrite;
    effect.action = overwrites ? "insert-overwrite" : "replace-rows";
    effect.object = "rows";
    effect.target = into;
    effect.unbounded = overwrites && words.find({"partition"}) >= words.end();
    effect.bytes = bytes;
    reading.effects.push_back(std::move(effect));
  }
  if (words.find({"select"}) >= words.end() && !words.is("(")) return;
  const std::size_t on = words.find({"on"});
  const std::size_t upsert = words.find({"conflict", "duplicate"});
  if (upsert < words.end() && conflict.empty() && words.find({"nothing"}) < words.end())
    conflict = "ignore what collides";
  if (conflict.starts_with("replace") || conflict.starts_with("abort") || conflict.starts_with("rollback"))
    conflict.clear();
  WordsView query = upsert < words.end() && on < upsert ? words.until(on) : words;
  if (query.is("(") && query.word(1) != "select" && query.word(1) != "with") query.skip_group();
  if (query.is("(")) {
    const std::size_t close = query.group_end(query.at());
    query.skip();
    query = query.until(close);
  }
  if (query.is_any({"values", "default", "set"})) return;
  query.jump(query.find({"select"}));
  read_query_copy(query, into, conflict, bytes, reading);
}

void read_select(WordsView words, std::size_t first, Reading& reading) {
  read_query_result(words, reading);
  read_runners(words, reading);
  const std::size_t into = words.find({"into"});
  const std::size_t from = words.find({"from"});
  if (into < from &&
      from < words.end()) {  // SELECT … INTO new FROM old; in a body it fills a variable, which copies nothing
    WordsView target = words;
    target.jump(into + 1);
    target.take_any({"temporary", "temp", "unlogged"});
    target.take("table");
    const Name table = target.take_name();
    if (!table.empty() && target.is("from")) {
      WordsView whole = words;
      whole.jump(whole.end());
      read_query_copy(words, table, "", whole.bytes_since(first), reading);
    }
  }
  // A few functions destroy where they are called.
  for (; !words.done() && words.at() < from; words.skip()) {
    const bool known = words.is_any({"drop_chunks", "pg_drop_replication_slot", "lo_unlink", "dropgeometrytable",
                                     "dropgeometrycolumn", "add_retention_policy"});
    if (!known || words.word(1) != "(") continue;
    Effect effect;
    effect.verb = Verb::Destroy;
    effect.action = "call " + std::string(words.word());
    effect.object = words.is("pg_drop_replication_slot") ? "replication slot" : "rows";
    WordsView arguments = words;
    arguments.skip(2);
    if (arguments.at_string()) effect.target.parts = {string_value(arguments.lexed(), arguments.token())};
    effect.target.unknown = effect.target.parts.empty();
    effect.arguments = {arguments.until(words.group_end(words.at() + 1)).folded()};
    words.jump(words.end());
    effect.bytes = words.bytes_since(first);
    reading.effects.push_back(std::move(effect));
  }
}

void read_merge(WordsView words, std::size_t first, Reading& reading) {
  words.take("into");
  const Name target = words.take_name();
  if (target.empty()) return;
  for (std::size_t when = words.find({"when"}); when < words.end(); when = words.find({"when"})) {
    words.jump(when + 1);
    const WordsView branch = words.until(words.find({"when"}));
    const std::size_t then = branch.find({"then"});
    if (then + 1 >= branch.end() || branch.lexed().word(then + 1) != "delete") continue;
    Effect effect;
    effect.verb = Verb::Delete;
    effect.action = "merge-delete";
    effect.object = "rows";
    effect.target = target;
    effect.predicate = branch.until(then).folded();
    effect.arguments = {"when " + effect.predicate};
    WordsView all = branch;
    all.jump(then + 2);
    effect.bytes = all.bytes_since(first);
    reading.effects.push_back(std::move(effect));
  }
}

}  // namespace redtag::sql
