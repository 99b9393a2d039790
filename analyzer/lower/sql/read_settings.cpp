// Settings that stay: of the server, of a database, of a table.
#include "lower/sql/read.h"

namespace redtag::sql {

namespace {

/// `name = value`, `name TO value`: one effect, whose argument is the value.
void add_setting(WordsView& words, std::size_t first, std::string action, const Name& holder, Reading& reading) {
  Effect effect;
  // One table's upkeep is its own affair; a server's is everybody's.
  effect.verb = holder.empty() ? Verb::Steer : Verb::Alter;
  effect.action = std::move(action);
  effect.object = "setting";
  const Name name = words.take_name();
  if (name.empty()) return words.jump(words.end());
  effect.target = holder.empty() ? name : holder.inner(name);
  words.take("=") || words.take("to") || words.take(":=");
  WordsView value = words.until(words.find({","}));
  std::string text = value.at_string() ? string_value(value.lexed(), value.token()) : value.folded();
  words.jump(value.end());
  effect.bytes = words.bytes_since(first);
  if (!text.empty()) effect.arguments = {std::move(text)};
  reading.effects.push_back(std::move(effect));
}

}  // namespace

bool read_server_setting(WordsView words, std::size_t first, Reading& reading) {
  if (!words.take_any({"global", "persist", "persist_only"})) return false;
  while (!words.done()) {
    add_setting(words, first, "set-global", {}, reading);
    if (!words.take(",")) break;
    words.take_any({"global", "persist", "persist_only"});
  }
  return true;
}

bool read_database_setting(WordsView words, std::size_t first, Reading& reading) {
  const Name database = words.take_name();
  if (database.empty() || !words.take("set")) return false;
  add_setting(words, first, "set-of-database", {}, reading);
  return true;
}

bool read_table_settings(WordsView command, std::size_t first, const Name& table, Reading& reading) {
  if (!command.is("set") || command.word(1) != "(") return false;
  command.skip();
  WordsView list = command.until(command.group_end(command.at()));
  list.skip();
  while (!list.done()) {
    add_setting(list, first, "set-of-table", table, reading);
    if (!list.take(",")) break;
  }
  return true;
}

}  // namespace redtag::sql
