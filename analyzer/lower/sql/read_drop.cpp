// DROP, TRUNCATE and RENAME: what goes, goes empty, or goes by another name.
#include <algorithm>
#include <array>

#include "lower/sql/read.h"

namespace redtag::sql {

namespace {

struct Kind {
  std::string_view words;  ///< as written, blanks between
  Verb verb;
};
// Longer spellings stand before their beginnings. What is not here is destroyed too, under its own word.
constexpr std::array kinds = std::to_array<Kind>({
    {"materialized view", Verb::Destroy},
    {"foreign data wrapper", Verb::Detach},
    {"foreign table", Verb::Detach},
    {"external table", Verb::Detach},
    {"event trigger", Verb::Destroy},
    {"user mapping", Verb::Destroy},
    {"access method", Verb::Destroy},
    {"row access policy", Verb::Unguard},
    {"masking policy", Verb::Unguard},
    {"network policy", Verb::Unguard},
    {"security policy", Verb::Unguard},
    {"resource monitor", Verb::Steer},
    {"public synonym", Verb::Destroy},
    {"package body", Verb::Destroy},
    {"text search", Verb::Destroy},
    {"policy", Verb::Unguard},
});

std::string take_kind(WordsView& words, Verb& verb) {
  words.take_any({"temporary", "temp", "transient", "unique", "clustered", "nonclustered", "or"});
  for (const Kind& kind : kinds) {
    std::size_t ahead = 0, at = 0;
    bool all = true;
    while (at < kind.words.size() && all) {
      const std::size_t blank = std::min(kind.words.find(' ', at), kind.words.size());
      all = words.word(ahead++) == kind.words.substr(at, blank - at);
      at = blank + 1;
    }
    if (!all) continue;
    words.skip(ahead);
    verb = kind.verb;
    return std::string(kind.words);
  }
  std::string kind(words.word());
  words.skip();
  if (kind == "user" || kind == "login" || kind == "group") kind = "role";
  if (kind == "routine" || kind == "proc") kind = "procedure";
  return kind;
}

std::string action_of(std::string_view verb, std::string_view kind) {
  std::string action(verb);
  action += '-';
  for (const char c : kind) action += c == ' ' ? '-' : c;
  return action;
}

void take_drop_options(WordsView words, Effect& effect) {
  if (words.find({"cascade"}) != words.end()) effect.arguments.emplace_back("cascade");
  if (words.find({"purge"}) != words.end()) effect.arguments.emplace_back("purge");
}

}  // namespace

void read_drop(WordsView words, std::size_t first, Reading& reading) {
  Effect effect;
  effect.verb = Verb::Destroy;
  effect.temporary = words.is("temporary") || words.is("temp");
  if (words.take({"owned", "by"})) {
    effect.object = "role";
    effect.action = "drop-owned";
    effect.unbounded = true;
  } else {
    effect.object = take_kind(words, effect.verb);
    effect.action = action_of("drop", effect.object);
  }
  if (effect.object.empty()) return;
  if (words.at() > 0 && words.lexed().tokens[words.at() - 1].kind == TokenKind::Variable) {
    // A template says what kind of thing goes: it may be a table.
    effect.object = "table";
    effect.action = "drop-table";
    effect.certainty = Certainty::Partial;
  }
  words.take("concurrently");
  effect.if_exists = words.take_existence();
  take_drop_options(words, effect);
  if (words.done()) {  // the name is put behind it when it runs
    effect.target.unknown = true;
    effect.bytes = words.bytes_since(first);
    reading.effects.push_back(std::move(effect));
    return;
  }
  const bool dependent =
      effect.object == "trigger" || effect.object == "policy" || effect.object == "rule" || effect.object == "index";
  while (words.at_name()) {
    effect.target = words.take_name();
    words.skip_group();  // a function's arguments
    effect.bytes = effect.target.bytes;
    WordsView rest = words;
    if (dependent && rest.take("on")) {  // its name is unique in its table only, except for PostgreSQL's indexes
      Name table = rest.take_name();
      if (effect.object != "index") effect.target = table.inner(effect.target);
    }
    reading.effects.push_back(effect);
    if (!words.take(",")) break;
  }
  if (reading.effects.size() == 1) reading.effects.front().bytes = words.bytes_since(first);
}

void read_truncate(WordsView words, std::size_t first, Reading& reading) {
  Effect effect;
  effect.verb = Verb::Empty;
  effect.action = "truncate";
  effect.object = "rows";
  effect.unbounded = true;
  if (words.take("database") || words.take("schema")) effect.object = "schema";
  words.take("table");
  effect.if_exists = words.take_existence();
  take_drop_options(words, effect);
  const std::size_t before = reading.effects.size();
  if (words.done()) {
    effect.target.unknown = true;
    effect.bytes = words.bytes_since(first);
    reading.effects.push_back(std::move(effect));
    return;
  }
  do {
    words.take("only");
    effect.target = words.take_name();
    if (effect.target.empty()) break;
    words.take("*");
    effect.bytes = effect.target.bytes;
    reading.effects.push_back(effect);
  } while (words.take(","));
  if (reading.effects.size() == before + 1) reading.effects.back().bytes = words.bytes_since(first);
}

void read_rename(WordsView words, std::size_t first, Reading& reading) {
  Effect effect;
  effect.verb = Verb::Rename;
  effect.action = "rename-table";
  effect.object = "table";
  if (!words.take("table") && !words.take("tables")) return;
  do {
    effect.target = words.take_name();
    if (effect.target.empty() || !words.take("to")) return;
    effect.source = words.take_name();
    effect.bytes = words.bytes_since(first);
    effect.arguments = {"to " + effect.source.text()};
    reading.effects.push_back(effect);
  } while (words.take(","));
}

}  // namespace redtag::sql
