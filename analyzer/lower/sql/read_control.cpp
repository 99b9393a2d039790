// GRANT and REVOKE, and calls whose arguments are code or names.
#include <algorithm>

#include "lower/sql/read.h"

namespace redtag::sql {

namespace {

/// `REASSIGN OWNED BY app TO other`: all that a role owns, at once.
void read_reassign(WordsView words, std::size_t first, Reading& reading) {
  if (!words.take({"owned", "by"})) return;
  Effect effect;
  effect.verb = Verb::Steer;
  effect.action = "change-owner";
  effect.object = "role";
  effect.target = words.take_name();
  words.jump(words.end());
  effect.bytes = words.bytes_since(first);
  effect.unbounded = true;
  reading.effects.push_back(std::move(effect));
}

}  // namespace

void read_grant(WordsView words, std::size_t first, Reading& reading) {
  if (words.lexed().word(first) == "reassign") return read_reassign(words, first, reading);
  Effect effect;
  effect.verb = Verb::Steer;
  if (words.lexed().word(first) == "alter") words.jump(words.find({"grant", "revoke"}));
  const bool defaults = words.is("grant") || words.is("revoke");
  const std::string_view verb = defaults ? words.word() : words.lexed().word(first);
  effect.action = std::string(verb);
  effect.object = "privileges";
  if (defaults) words.skip();
  words.take({"grant", "option", "for"});
  const std::size_t on = words.find({"on"});
  const std::size_t receivers = words.find({"to", "from"});
  const std::string privileges = words.until(std::min(on, receivers)).folded();
  WordsView object = words;
  object.jump(on < receivers ? on + 1 : words.end());
  const bool everything = object.take("all");
  if (on < receivers) {
    object.take_any({"table", "tables", "sequence", "sequences", "schema", "database", "function", "functions", "type",
                     "language"});
    if (everything) object.take({"in", "schema"});
    effect.target = object.take_name();
    const bool all_below = object.take("*");  // MySQL: *.* and shop.*
    effect.unbounded = everything || (all_below && effect.target.empty());
    if (all_below) effect.target.parts.emplace_back("*");
  } else {
    effect.object = "membership";
    effect.target.parts = {privileges};
  }
  WordsView to = words;
  to.jump(receivers + 1);
  const std::string option = to.find({"with"}) < to.end() ? " with option" : "";
  const std::string receiver =
      to.until(to.find({"with", "identified", "granted", "cascade", "restrict", ";"})).folded();
  effect.arguments = {privileges + option, (verb == "revoke" ? "from " : "to ") + receiver};
  const bool reads =
      privileges == "select" || privileges == "usage" || privileges == "execute" || privileges == "connect";
  const bool gives = verb == "grant";
  const bool strong =
      privileges.starts_with("all") || !option.empty() || (receiver.find("public") != std::string::npos && !reads);
  if (gives && strong) effect.arming = Arming::Armed;
  words.jump(words.end());
  effect.bytes = words.bytes_since(first);
  reading.effects.push_back(std::move(effect));
}

namespace {

/// `sp_rename 'orders.total', 'amount', 'COLUMN'`
void read_sp_rename(WordsView words, std::size_t first, Reading& reading) {
  std::vector<std::string> arguments;
  for (; !words.done(); words.skip()) {
    if (words.at_string()) arguments.push_back(string_value(words.lexed(), words.token()));
  }
  if (arguments.size() < 2) return;
  Effect effect;
  effect.verb = Verb::Rename;
  const bool column = arguments.size() > 2 && arguments[2] == "COLUMN";
  if (arguments.size() > 2 && !column) return;
  effect.action = column ? "rename-column" : "rename-table";
  effect.object = column ? "column" : "table";
  effect.target.parts = {arguments[0]};
  effect.source.parts = {arguments[1]};
  effect.arguments = {"to " + arguments[1]};
  effect.bytes = words.bytes_since(first);
  reading.effects.push_back(std::move(effect));
}

}  // namespace

void read_lock(WordsView words, std::size_t first, Reading& reading) {
  const std::string verb(words.lexed().word(first));
  const bool full = words.find({"full"}) < words.end() || words.word(1) == "full";
  if ((verb == "vacuum" && !full) || words.find({"concurrently"}) < words.end()) return;
  words.skip_group();
  words.take_any({"full", "verbose", "table", "tables", "index", "schema", "database"});
  Effect effect;
  effect.verb = Verb::Alter;
  effect.action = "lock-table";
  effect.object = "table";
  effect.target = words.take_name();
  effect.target.unknown = effect.target.empty();
  effect.arguments = {verb};
  words.jump(words.end());
  effect.bytes = words.bytes_since(first);
  reading.effects.push_back(std::move(effect));
}

void read_call(WordsView words, std::size_t first, Reading& reading) {
  if (words.lexed().word(first) == "call") return;
  if (words.take({"sys", "."})) {
  }
  if (words.take("sp_rename")) return read_sp_rename(words, first, reading);
  if (read_system_procedure(words, first, reading)) return;
  read_executed(words, first, reading);
}

}  // namespace redtag::sql
