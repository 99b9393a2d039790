// Statements that change which rows are let in, who sees them and how they are compared, while the rows themselves stay.
#include <algorithm>
#include <array>

#include "lower/sql/read.h"

namespace redtag::sql {

namespace {

Effect& add(Verb verb, std::string action, std::string object, Name target, WordsView words, std::size_t first,
            Reading& reading) {
  Effect effect;
  effect.verb = verb;
  effect.action = std::move(action);
  effect.object = std::move(object);
  effect.target = std::move(target);
  words.jump(words.end());
  effect.bytes = words.bytes_since(first);
  reading.effects.push_back(std::move(effect));
  return reading.effects.back();
}

/// Sets of characters that hold all that another one does.
bool holds_all_characters(std::string_view name) { return name.starts_with("utf") || name.starts_with("ucs"); }

/// MySQL: `CONVERT TO CHARACTER SET latin1 COLLATE …` writes every text of the table anew.
void read_conversion(WordsView command, std::size_t first, const Name& table, Reading& reading) {
  command.take_any({"character", "charset"});
  command.take("set");
  const std::string to =
      command.at_string() ? string_value(command.lexed(), command.token()) : std::string(command.word());
  Effect& effect = add(Verb::Alter, "change-collation", "table", table, command, first, reading);
  effect.arguments = {"to " + command.folded()};
  if (to.empty() || holds_all_characters(to)) return;
  effect.verb = Verb::Narrow;
  effect.certainty = Certainty::Likely;
}

/// What a switch turns off or on: `DISABLE TRIGGER ALL`, `NOCHECK CONSTRAINT c`, `ALTER CHECK c NOT ENFORCED`.
bool read_switch(WordsView command, std::size_t first, const Name& table, Reading& reading) {
  command.take({"with", "check"}) || command.take({"with", "nocheck"});
  const bool enforced = command.is("alter") && command.find({"enforced"}) < command.end();
  bool off = command.is_any({"disable", "nocheck"});
  const bool on = command.is_any({"enable", "check"});
  if (enforced) {
    command.skip();
    off = command.lexed().word(command.find({"enforced"}) - 1) == "not";
  } else if (!off && !on) {
    return false;
  } else {
    command.skip();
  }
  command.take_any({"replica", "always"});
  if (!command.take_any({"trigger", "constraint", "check", "keys"})) return false;
  const Name part = command.take_name();
  add(Verb::Alter, off ? "disable-rule" : "enable-rule", "constraint", table.inner(part), command, first, reading);
  return true;
}

}  // namespace

void read_collation(WordsView command, std::size_t first, const Name& column, Reading& reading) {
  command.jump(command.find({"collate"}));
  if (!command.take("collate")) return;
  const Name collation = command.take_name();
  if (collation.empty()) return;
  add(Verb::Alter, "change-collation", "column", column, command, first, reading).arguments = {"to " +
                                                                                               collation.text()};
}

bool read_table_rule(WordsView command, std::size_t first, const Name& table, Reading& reading) {
  if (command.take({"convert", "to"})) return read_conversion(command, first, table, reading), true;
  if (command.take({"replica", "identity", "nothing"})) {
    add(Verb::Detach, "replica-identity-nothing", "replication", table, command, first, reading);
    return true;
  }
  if (command.take({"set", "unlogged"})) {
    add(Verb::Detach, "set-unlogged", "replication", table, command, first, reading);
    return true;
  }
  return read_switch(command, first, table, reading);
}

void read_alter_rule(WordsView words, std::size_t first, Reading& reading) {
  if (words.take({"security", "policy"})) {  // SQL Server
    const Name policy = words.take_name();
    WordsView state = words;
    state.jump(state.find({"with"}));
    if (state.take({"with", "(", "state", "=", "off"}))
      add(Verb::Unguard, "disable-row-security", "policy", policy, words, first, reading);
    return;
  }
  if (!words.take("database")) return;
  if (read_database_setting(words, first, reading)) return;
  const Name database = words.take_name();
  if (words.is("collate")) {
    add(Verb::Alter, "change-collation", "database", database, words, first, reading).arguments = {"to " +
                                                                                                   words.folded()};
  }
}

void read_trigger_switch(WordsView words, std::size_t first, Reading& reading) {
  const bool off = words.lexed().word(first) == "disable";
  if (!words.take("trigger")) return;
  const Name trigger = words.take_name();
  words.jump(words.find({"on"}));
  if (!words.take("on")) return;
  const Name table = words.take_name();
  add(Verb::Alter, off ? "disable-rule" : "enable-rule", "constraint", table.inner(trigger), words, first, reading);
}

bool read_system_procedure(WordsView words, std::size_t first, Reading& reading) {
  struct Call {
    std::string_view name;
    Verb verb;
    std::string_view action;
    std::string_view object;
  };
  constexpr std::array calls = std::to_array<Call>({
      {"sp_addrolemember", Verb::Steer, "alter-role", "role"},
      {"sp_addsrvrolemember", Verb::Steer, "alter-role", "role"},
      {"sp_cdc_disable_db", Verb::Interrupt, "disable-change-capture", "replication"},
      {"sp_cdc_disable_table", Verb::Interrupt, "disable-change-capture", "replication"},
      {"sp_droparticle", Verb::Detach, "drop-from-publication", "publication"},
      {"sp_dropmergepublication", Verb::Detach, "drop-whole-publication", "publication"},
      {"sp_droppublication", Verb::Detach, "drop-whole-publication", "publication"},
      {"sp_dropsubscription", Verb::Detach, "end-subscription", "subscription"},
      {"sp_removedbreplication", Verb::Detach, "end-replication", "replication"},
  });
  const std::string_view name = words.word();
  const auto call = std::find_if(calls.begin(), calls.end(), [&](const Call& row) { return row.name == name; });
  if (call == calls.end()) return false;
  std::vector<std::string> given;
  for (WordsView rest = words; !rest.done(); rest.skip()) {
    if (rest.at_string()) given.push_back(string_value(rest.lexed(), rest.token()));
  }
  const bool role = call->object == "role", turned = name == "sp_addsrvrolemember";  // the member first
  Name target;
  if (!given.empty()) target.parts = {given[role && turned ? given.size() - 1 : 0]};
  Effect& effect = add(call->verb, std::string(call->action), std::string(call->object), target, words, first, reading);
  effect.target.unknown = target.empty();
  if (role && given.size() > 1) effect.arguments = {"add member " + given[turned ? 0 : 1]};
  for (std::size_t i = 1; !role && i < given.size(); ++i) effect.arguments.push_back("of " + given[i]);
  return true;
}

}  // namespace redtag::sql
