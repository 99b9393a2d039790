// GRANT and REVOKE, and calls whose arguments are code or names.
#include <algorithm>

#include "base/text.h"
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

bool starts_a_loss(std::string_view text) {
  const std::string start = lower_ascii(trim(text).substr(0, 16));
  return start.starts_with("drop ") || start.starts_with("truncate ") || start.starts_with("delete ") ||
         start.starts_with("alter ");
}

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

/// `PREPARE s FROM '…'`, and `SET @q = '…'`, from which it is prepared: what the string says may run.
void read_prepare(WordsView words, std::size_t first, Reading& reading) {
  const bool sets = words.lexed().word(first) == "set";
  if (sets && (words.done() || words.token().kind != TokenKind::Variable)) return;
  const std::size_t from = sets ? words.at() + 1 : words.find({"from"});
  for (words.jump(from); !words.done(); words.skip()) {
    if (!words.at_string()) continue;
    const std::string text = string_value(words.lexed(), words.token());
    if (sets && !starts_a_loss(text)) return;
    InnerCode code;
    code.runs = InnerCode::Runs::Composed;
    code.quoted = true;
    code.bytes = inner_bytes(words.lexed(), words.token());
    reading.inner.push_back(code);
    return;
  }
}

void read_call(WordsView words, std::size_t first, Reading& reading) {
  if (words.lexed().word(first) == "call") return;
  if (words.take({"sys", "."})) {
  }
  if (words.take("sp_rename")) return read_sp_rename(words, first, reading);
  if (words.is("immediate")) words.skip();
  const bool named = words.at_name() && !words.is_any({"format", "concat", "sp_executesql"}) && words.word(1) != "(";
  if (named && !words.at_string()) return;  // a prepared statement or a procedure that is called
  for (; !words.done(); words.skip()) {
    const TokenKind kind = words.token().kind;
    if (kind != TokenKind::String && kind != TokenKind::Body) continue;
    InnerCode code;
    code.runs = InnerCode::Runs::Composed;
    code.quoted = true;
    code.bytes = inner_bytes(words.lexed(), words.token());
    reading.inner.push_back(code);
    // Further strings are arguments of format() or go on with the same statement.
    break;
  }
}

}  // namespace redtag::sql
