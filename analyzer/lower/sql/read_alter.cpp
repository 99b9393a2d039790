// ALTER of anything: columns above all, then what steers.
#include <algorithm>

#include "lower/sql/read.h"
#include "lower/sql/types.h"

namespace redtag::sql {

namespace {

/// The commands of one ALTER TABLE, one after the other.
class TableCommands {
 public:
  TableCommands(WordsView words, Name table, std::size_t first, Reading& reading)
      : words_(words), table_(std::move(table)), first_(first), reading_(reading) {}

  void run() {
    bool alone = true;
    bool more_drops = false;  // DROP COLUMN a, b
    while (!words_.done()) {
      const std::size_t comma = words_.find({","});
      alone = alone && comma >= words_.end();
      WordsView command = words_.until(comma);
      start_ = alone ? first_ : command.at();
      more_drops = read(command, more_drops);
      words_.jump(comma + 1);
    }
  }

 private:
  Effect& add(Verb verb, std::string action, std::string object, const Name& target, const WordsView& read_to) {
    Effect effect;
    effect.verb = verb;
    effect.action = std::move(action);
    effect.object = std::move(object);
    effect.target = target;
    effect.bytes = read_to.bytes_since(start_);
    reading_.effects.push_back(std::move(effect));
    return reading_.effects.back();
  }

  /// Returns true if bare names behind the next comma are dropped too.
  bool read(WordsView command, bool more_drops) {
    if (read_table_rule(command, start_, table_, reading_)) return false;
    if (read_table_settings(command, start_, table_, reading_)) return false;
    command.take({"with", "check"}) || command.take({"with", "nocheck"});  // SQL Server, in front of ADD
    if (command.take("add")) {
      read_add(command);
      read_references(command, table_, "foreign key", reading_);
      return false;
    }
    if (command.take("drop")) return read_drop_part(command);
    if (command.take("alter")) return read_alter_column(command), false;
    if (command.take("modify")) return read_modify(command), false;
    if (command.take("change")) return read_change(command), false;
    if (command.take("rename")) return read_rename_part(command), false;
    if (command.take({"clear", "column"})) return read_cleared(command), false;
    if (command.take({"set", "unused"})) return read_drop_part(command);
    if (read_security(command) || read_partition(command)) return false;
    if (more_drops && command.at_name() && command.word(1).empty()) {
      drop_column(command.take_name(), command);
      return true;
    }
    return false;
  }

  void read_add(WordsView command) {
    if (command.is("constraint")) {
      if (!read_foreign_key(command)) add_constraint(command);
      return;
    }
    if (command.is_any({"constraint", "primary", "unique", "foreign", "check", "index", "key", "partition", "period",
                        "exclude", "fulltext", "spatial", "statistics", "generated", "value"})) {
      return;
    }
    command.take("column");
    const bool exists = command.take_existence();
    const bool group = command.take("(");
    do {
      const Name column = command.take_name();
      if (column.empty()) return;
      Effect& effect = add(Verb::Create, "add-column", "column", table_.inner(column), command);
      effect.if_exists = exists;
      if (exists) effect.arguments.emplace_back("if not exists");
      effect.columns = {{column.text(), command.take_type()}};
      command.jump(command.find({","}));
    } while (group && command.take(","));
  }

  void add_constraint(WordsView command) {
    command.skip();
    const Name constraint = command.take_name();
    if (constraint.empty()) return;
    const bool later = command.find({"valid"}) < command.end();  // NOT VALID
    const bool reads = command.is_any({"check", "foreign", "unique", "primary", "exclude"});
    const bool by_index = command.find({"using"}) < command.end();  // which is unique already
    const std::size_t unique = command.is("unique") && !by_index ? command.at() : command.end();
    const WordsView whole = command;
    command.jump(command.end());
    Effect& effect = add(Verb::Create, "create-constraint", "constraint", table_.inner(constraint), command);
    if (reads && !later) effect.arguments = {"checks every row"};
    if (unique < command.end()) {
      WordsView columns = whole;
      columns.jump(unique);
      effect.source = table_;
      read_unique_columns(columns, effect);
    }
  }

  /// A foreign key that takes the rows of this table along when those it refers to go.
  bool read_foreign_key(WordsView command) {
    command.skip();
    const Name constraint = command.take_name();
    if (!command.take({"foreign", "key"})) return false;
    WordsView actions = command;
    actions.jump(command.find({"delete"}));
    if (!actions.take({"delete", "cascade"})) return false;
    command.jump(command.end());
    add(Verb::Alter, "add-cascade", "constraint", table_.inner(constraint), command);
    return true;
  }

  void drop_column(const Name& column, const WordsView& command) {
    Effect& effect = add(Verb::Destroy, "drop-column", "column", table_.inner(column), command);
    WordsView rest = command;
    if (rest.find({"cascade"}) != rest.end()) effect.arguments.emplace_back("cascade");
  }

  bool read_drop_part(WordsView command) {
    if (command.is_any({"constraint", "index", "key", "check"})) {
      const bool rule = command.take_any({"constraint", "check"});
      if (!rule) command.skip();
      command.take_existence();
      const Name part = command.take_name();
      Effect& effect = add(Verb::Alter, "drop-constraint", "constraint", table_.inner(part), command);
      if (!rule) effect.arguments = {"an index"};
      return false;
    }
    if (command.take_any({"primary", "foreign"})) {
      command.take("key");
      const Name part = command.take_name();
      add(Verb::Alter, "drop-constraint", "constraint", table_.inner(part), command);
      return false;
    }
    if (command.take_any({"partition", "subpartition"})) {
      command.take_existence();
      const Name part = command.take_name();
      add(Verb::Destroy, "drop-partition", "partition", table_.inner(part), command);
      return false;
    }
    if (command.is_any(
            {"expression", "identity", "default", "projection", "statistics", "system", "period", "feature"}))
      return false;
    command.take("column") || command.take("columns");
    const bool exists = command.take_existence();
    if (command.take("(")) {
      while (command.at_name()) {
        drop_column(command.take_name(), command);
        if (!command.take(",")) break;
      }
      return false;
    }
    const Name column = command.take_name();
    if (column.empty()) return false;
    drop_column(column, command);
    reading_.effects.back().if_exists = exists;
    return true;
  }

  enum class Definition { Changed, Restated };
  void convert(const Name& column, const std::string& type, WordsView command,
               Definition definition = Definition::Changed) {
    if (type.empty()) return;
    Effect& effect = add(Verb::Alter, "alter-type", "column", table_.inner(column), command);
    effect.arguments = {"to " + type};
    effect.columns = {{column.text(), type}};
    effect.restated = definition == Definition::Restated;
    const std::size_t conversion = command.find({"using"});
    if (conversion < command.end()) {
      WordsView expression = command;
      expression.jump(conversion + 1);
      effect.predicate = expression.folded();
    }
    if (definition == Definition::Changed) read_collation(command, start_, table_.inner(column), reading_);
  }

  void read_alter_column(WordsView command) {
    if (command.is_any({"constraint", "index", "check"})) return;
    command.take("column");
    const Name column = command.take_name();
    if (column.empty()) return;
    if (command.take({"set", "data", "type"}) || command.take("type"))
      return convert(column, command.take_type(), command);
    if (command.take({"set", "not", "null"})) {
      add(Verb::Alter, "set-not-null", "column", table_.inner(column), command);
    } else if (command.take({"set", "default"})) {
      add(Verb::Alter, "set-default", "column", table_.inner(column), command).arguments = {"to " + command.folded()};
    } else if (command.take({"drop", "default"})) {
      add(Verb::Alter, "drop-default", "column", table_.inner(column), command);
    } else if (command.take({"drop", "not", "null"})) {
      add(Verb::Alter, "drop-not-null", "column", table_.inner(column), command);
    } else if (!command.is_any({"set", "drop", "reset", "add", "restart", "with", "options"})) {
      const std::string type = command.take_type();  // SQL Server
      convert(column, type, command);
    }
  }

  /// ClickHouse: a column stays and loses its values, in one part or in all.
  void read_cleared(WordsView command) {
    command.take_existence();
    const Name column = command.take_name();
    if (column.empty()) return;
    const bool part = command.is("in");
    if (part) command.jump(command.end());
    Effect& effect = add(Verb::Rewrite, "clear-column", "rows", table_, command);
    effect.unbounded = !part;
    effect.words = {column.text()};
    effect.arguments = {"set " + column.text() + " = null"};
  }

  /// ClickHouse: rows that are older than this go, those that stand there now as well.
  void read_retention(WordsView command) {
    command.skip();
    Effect effect;
    effect.verb = Verb::Delete;
    effect.action = "modify-ttl";
    effect.object = "rows";
    effect.target = table_;
    WordsView bound = command;
    effect.predicate = bound.folded();
    effect.arguments = {"ttl " + effect.predicate};
    const bool moves = bound.find({"to", "recompress", "group"}) < bound.end();  // they go elsewhere, or become sums
    const bool deletes = bound.find({"delete"}) < bound.end() || !moves;
    command.jump(command.end());
    effect.bytes = command.bytes_since(start_);
    if (deletes) reading_.effects.push_back(std::move(effect));
  }

  void read_modify(WordsView command) {
    if (command.is("ttl")) return read_retention(command);
    if (command.is_any({"partition", "constraint", "setting", "order", "query", "primary", "default", "lob"})) return;
    command.take("column");
    command.take_existence();
    const bool group = command.take("(");
    do {
      const Name column = command.take_name();
      if (column.empty() || command.is_any({"not", "null", "default", "constraint", "remove"})) return;
      const std::string type = command.take_type();
      convert(column, type, command, Definition::Restated);
      if (group) command.jump(command.find({","}));
    } while (group && command.take(","));
  }

  void read_change(WordsView command) {
    command.take("column");
    command.take_existence();
    const Name before = command.take_name();
    const Name after = command.take_name();
    if (after.empty()) return;
    if (before.text() != after.text()) {
      Effect& effect = add(Verb::Rename, "rename-column", "column", table_.inner(before), command);
      effect.source = table_.inner(after);
      effect.arguments = {"to " + after.text()};
    }
    const std::string type = command.take_type();
    convert(before, type, command, Definition::Restated);
  }

  void read_rename_part(WordsView command) {
    if (command.is_any({"index", "key", "constraint", "partition"})) return;
    const bool column_word = command.take("column");
    if (!column_word && command.take_any({"to", "as"})) {
      const Name name = command.take_name();
      Effect& effect = add(Verb::Rename, "rename-table", "table", table_, command);
      effect.source = sibling(name);
      effect.arguments = {"to " + effect.source.text()};
      return;
    }
    const Name before = command.take_name();
    const bool to = command.take("to");
    const Name after = command.take_name();
    if (before.empty()) return;
    if (!to && !column_word) {  // MySQL: RENAME new_name
      Effect& effect = add(Verb::Rename, "rename-table", "table", table_, command);
      effect.source = sibling(before);
      effect.arguments = {"to " + effect.source.text()};
      return;
    }
    Effect& effect = add(Verb::Rename, "rename-column", "column", table_.inner(before), command);
    effect.source = table_.inner(after);
    effect.arguments = {"to " + after.text()};
  }

  /// A new name without a schema stays in the table's schema.
  [[nodiscard]] Name sibling(Name name) const {
    if (name.parts.size() != 1 || table_.parts.size() < 2) return name;
    name.parts.insert(name.parts.begin(), table_.parts.begin(), table_.parts.end() - 1);
    return name;
  }

  bool read_security(WordsView command) {
    if (command.take({"disable", "row", "level", "security"}) ||
        command.take({"no", "force", "row", "level", "security"})) {
      add(Verb::Unguard, "disable-row-security", "table", table_, command);
      return true;
    }
    if (command.take({"enable", "row", "level", "security"}) || command.take({"force", "row", "level", "security"})) {
      add(Verb::Steer, "enable-row-security", "table", table_, command);
      return true;
    }
    if (command.take({"owner", "to"})) {
      Effect& effect = add(Verb::Steer, "change-owner", "table", table_, command);
      effect.arguments = {"to " + command.take_name().text()};
      return true;
    }
    return false;
  }

  bool read_partition(WordsView command) {
    if (command.take({"detach", "partition"})) {
      const Name part = command.take_name();
      add(Verb::Detach, "detach-partition", "partition", table_.inner(part), command);
      return true;
    }
    if (command.take({"truncate", "partition"})) {
      const Name part = command.take_name();
      add(Verb::Empty, "truncate-partition", "partition", table_.inner(part), command);
      return true;
    }
    if (command.take({"discard", "tablespace"})) {
      add(Verb::Empty, "discard-tablespace", "rows", table_, command).unbounded = true;
      return true;
    }
    if (command.is("delete") || command.is("update")) {  // ClickHouse's mutations
      const bool deletes = command.is("delete");
      const std::size_t where = command.find({"where"});
      WordsView condition = command;
      condition.jump(where + 1);
      Effect& effect =
          add(deletes ? Verb::Delete : Verb::Rewrite, deletes ? "delete" : "update", "rows", table_, condition);
      effect.predicate = condition.folded();
      effect.unbounded = condition.done() || always_true(condition);
      if (deletes && effect.unbounded) effect.verb = Verb::Empty;
      if (!effect.predicate.empty()) effect.arguments = {"where " + effect.predicate};
      return true;
    }
    return false;
  }

  WordsView words_;
  Name table_;
  std::size_t first_;
  std::size_t start_ = 0;
  Reading& reading_;
};

void steer(WordsView words, std::size_t first, std::string action, std::string object, Reading& reading) {
  Effect effect;
  effect.verb = Verb::Steer;
  effect.action = std::move(action);
  effect.object = std::move(object);
  words.take_existence();
  effect.target = words.take_name();
  if (!words.done()) effect.arguments = {words.folded()};
  words.jump(words.end());
  effect.bytes = words.bytes_since(first);
  reading.effects.push_back(std::move(effect));
}

void read_alter_extension(WordsView words, std::size_t first, Reading& reading) {
  const Name extension = words.take_name();
  if (!words.take("drop")) return;
  Effect effect;
  effect.verb = Verb::Detach;  // the member stays; it only no longer belongs to the extension
  effect.action = "detach-from-extension";
  words.take("materialized");
  effect.object = std::string(words.word());
  words.skip();
  effect.target = words.take_name();
  effect.arguments = {"of " + extension.text()};
  effect.bytes = words.bytes_since(first);
  reading.effects.push_back(std::move(effect));
}

void read_alter_type(WordsView words, std::size_t first, Reading& reading) {
  const Name type = words.take_name();
  const auto add = [&](Verb verb, std::string_view action, std::string_view object, Name target,
                       std::vector<std::string> arguments) {
    Effect effect;
    effect.verb = verb;
    effect.action = action;
    effect.object = object;
    effect.target = std::move(target);
    effect.arguments = std::move(arguments);
    effect.bytes = words.bytes_since(first);
    reading.effects.push_back(std::move(effect));
  };
  if (words.take({"add", "value"})) {
    words.take_existence();
    std::vector<std::string> value;
    if (words.at_string()) value = {"value " + string_value(words.lexed(), words.token())};
    words.jump(words.end());
    add(Verb::Alter, "add-enum-value", "type", type, std::move(value));
  } else if (words.take({"rename", "to"})) {
    std::vector<std::string> name{"to " + words.take_name().text()};
    add(Verb::Alter, "rename-type", "type", type, std::move(name));
  } else if (words.take({"rename", "value"})) {
    std::vector<std::string> value{words.folded()};
    words.jump(words.end());
    add(Verb::Alter, "rename-enum-value", "type", type, std::move(value));
  } else if (words.take({"drop", "attribute"})) {
    words.take_existence();
    Name attribute = type.inner(words.take_name());
    add(Verb::Destroy, "drop-column", "column", std::move(attribute), {});
  }
}

/// `ALTER FUNCTION f(int) OWNER TO app`, of anything but a table, and SQL Server's `ALTER AUTHORIZATION ON SCHEMA::sales TO app`.
bool read_ownership(WordsView words, std::size_t first, Reading& reading) {
  if (words.take({"authorization", "on"})) {
    if (words.word(1) == "::") words.skip(2);
    steer(words, first, "change-owner", "database", reading);
    return true;
  }
  const std::size_t owner = words.find({"owner"});
  if (owner + 1 >= words.end() || words.lexed().word(owner + 1) != "to") return false;
  if (words.is_any({"table", "materialized", "default"})) return false;
  words.take_any({"event", "text", "foreign", "large", "operator"});
  words.skip();  // the kind
  words.take_any({"configuration", "dictionary", "wrapper", "class", "family"});
  steer(words, first, "change-owner", "database", reading);
  return true;
}

}  // namespace

void read_alter_table(WordsView words, std::size_t first, Reading& reading) {
  words.take_existence();
  words.take("only");
  Name table = words.take_name();
  if (table.empty()) return;
  words.take("*");
  if (words.take({"on", "cluster"})) words.take_name();
  TableCommands(words, std::move(table), first, reading).run();
}

void read_alter(WordsView words, std::size_t first, Reading& reading) {
  words.take_any({"online", "offline", "ignore", "foreign"});
  if (read_ownership(words, first, reading)) return;
  if (words.take("table") || words.take({"materialized", "view"})) return read_alter_table(words, first, reading);
  if (words.take_any({"role", "user", "login", "group"})) return steer(words, first, "alter-role", "role", reading);
  if (words.take({"system", "set"}) || words.take({"system", "reset"}))
    return steer(words, first, "alter-system", "setting", reading);
  if (words.take("policy")) return steer(words, first, "alter-policy", "policy", reading);
  if (words.take({"default", "privileges"})) return read_grant(words, first, reading);
  if (words.take("extension")) return read_alter_extension(words, first, reading);
  if (words.take("type")) return read_alter_type(words, first, reading);
  if (words.take("publication")) return read_alter_publication(words, first, reading);
  if (words.take("subscription")) return read_alter_subscription(words, first, reading);
  read_alter_rule(words, first, reading);
}

}  // namespace redtag::sql
