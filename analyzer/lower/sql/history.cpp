#include "lower/sql/history.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "lower/sql/columns.h"
#include "lower/sql/types.h"

namespace redtag::sql {

namespace {

bool names_temporary(const Name& name) {
  if (name.empty()) return false;
  return name.parts.back().starts_with("#") || name.parts.front().starts_with("pg_temp") ||
         name.parts.front() == "tempdb";
}

/// What has names of its own: a role made here is no table of that name.
std::string key_of(const Effect& effect) {
  constexpr std::array apart = std::to_array<std::string_view>(
      {"aggregate", "collation", "database", "domain", "event", "extension", "function", "index", "language", "package",
       "procedure", "publication", "role", "rule", "schema", "server", "subscription", "trigger", "type"});
  const bool own = std::binary_search(apart.begin(), apart.end(), effect.object);
  return own ? effect.object + ' ' + effect.target.text() : effect.target.text();
}

std::string table_of(const Effect& effect) {
  if (effect.object != "column" && effect.object != "constraint" && effect.object != "partition") return key_of(effect);
  Name table = effect.target;
  if (!table.parts.empty()) table.parts.pop_back();
  return table.text();
}

}  // namespace

namespace {

/// Whether what another statement does is the reason for which a rule goes.
bool takes_the_place(const Effect& other, const Effect& rule, bool behind) {
  const std::string& action = other.action;
  if (rule.action == "revoke" || rule.action == "deny") return behind && action == "grant";
  if (rule.action == "disable-rule") return behind && action == "enable-rule";
  const bool makes = action == "create-constraint" || action == "add-cascade" || action == "refers" ||
                     action == "create-index" || action == "create-table";
  const bool about =
      other.verb == Verb::Destroy || other.verb == Verb::Narrow || other.verb == Verb::Rename || action == "alter-type";
  const bool made_here = action == "create-constraint" && other.target.text() == rule.target.text();
  return (makes && behind) || made_here || (about && (other.object == "table" || other.object == "column"));
}

/// A condition as folded picks rows by what they hold, or by their number. One that asks other rows, or only whether a value is there,
/// keeps what a new rule demands.
bool picks_by_value(std::string_view condition) {
  const auto starts = [&](std::string_view word) { return condition.starts_with(word); };
  if (starts("limit") || starts("fetch") || starts("tablesample")) return true;
  const auto says = [&](std::string_view word) { return condition.find(word) != std::string_view::npos; };
  if (!starts("where ") || says("select") || says("join") || says("group by") || says("distinct")) return false;
  constexpr std::array compares =
      std::to_array<std::string_view>({"=", "<", ">", " in ", " like ", " between ", " is null", " ilike ", "~"});
  return std::any_of(compares.begin(), compares.end(), says);
}

/// A condition that names rows one by one: `id IN (1, 2)`, `where(id: [1, 2])`, `whereIn('id', [1, 2])`. Nothing else may stand in it.
bool names_rows(const std::string& predicate) {
  constexpr std::size_t most = 160;  // a list as long as that is no handful
  constexpr std::array words =
      std::to_array<std::string_view>({"filter", "id", "id__in", "in", "pk", "pk__in", "where", "where_in", "wherein"});
  if (predicate.empty() || predicate.size() > most) return false;
  bool key = false, value = false;
  for (std::size_t i = 0; i < predicate.size();) {
    const auto word_at = [&](std::size_t at) {
      const char c = at < predicate.size() ? predicate[at] : ' ';
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    };
    if (!word_at(i)) {
      if (std::string_view(" =()[],:'\"`").find(predicate[i++]) == std::string_view::npos) return false;
      continue;
    }
    std::size_t end = i;
    while (word_at(end)) ++end;
    const std::string word = lower_ascii(std::string_view(predicate).substr(i, end - i));
    i = end;
    const bool number = word.find_first_not_of("0123456789") == std::string::npos;
    if (!number && !std::binary_search(words.begin(), words.end(), word)) return false;
    key = key || word.starts_with("id") || word.starts_with("pk");
    value = value || number;
  }
  return key && value;
}

}  // namespace

void settle_rules(std::vector<Effect*>& effects) {
  for (std::size_t i = 0; i < effects.size(); ++i) {
    Effect& rule = *effects[i];
    const bool goes = rule.action == "drop-constraint" || rule.action == "drop-index" ||
                      rule.action == "disable-rule" || rule.action == "revoke" || rule.action == "deny";
    if (!goes || rule.target.unknown || rule.target.empty()) continue;
    bool replaced = false;
    for (std::size_t k = 0; k < effects.size() && !replaced; ++k)
      replaced = k != i && takes_the_place(*effects[k], rule, k > i);
    if (!replaced) rule.arguments.emplace_back("for good");
  }
}

void judge_conversion(Verb& verb, Certainty& certainty, const std::string& from, const std::string& to,
                      const std::string& expression) {
  switch (compare_types(from, to)) {
    case Conversion::Same:
    case Conversion::Widens: return;
    case Conversion::Loses: verb = Verb::Narrow; return;
    case Conversion::MayReject:
      verb = Verb::Narrow;
      certainty = std::max(certainty, Certainty::Likely);
      return;
    case Conversion::Unknown: break;
  }
  // The type before is not known, or of another kind. A conversion written out that cuts or rounds says enough.
  std::string dense = expression;  // as folded, a blank stands before each parenthesis
  std::erase(dense, ' ');
  const std::array cutting = std::to_array<std::string_view>({"left(", "substr", "trunc", "round(", "null"});
  const bool cuts = std::any_of(cutting.begin(), cutting.end(),
                                [&](std::string_view word) { return dense.find(word) != std::string::npos; });
  if (!cuts && !holds_little(to)) return;
  verb = Verb::Narrow;
  certainty = Certainty::Partial;
}

bool History::is_harmless(const Effect& effect) const {
  if (effect.temporary || names_temporary(effect.target)) return true;
  const std::string table = table_of(effect);
  if (effect.verb == Verb::Rename && made_once_.count(table) > 0) return true;
  if (made_.count(table) > 0 || (temporary_.count(table) > 0 && !effect.target.in_default_schema)) return true;
  if (effect.object == "column" && made_columns_.count(effect.target.text()) > 0) return true;
  if (effect.action != "update" || effect.words.empty()) return false;
  return std::all_of(effect.words.begin(), effect.words.end(),
                     [&](const std::string& column) { return made_columns_.count(table + '.' + column) > 0; });
}

void History::forget_made_from(const std::string& table) {
  const auto [begin, end] = copied_.equal_range(table);
  for (auto copy = begin; copy != end; ++copy) made_.erase(copy->second);
}

void History::convert(Effect& effect) {
  const std::string column = effect.target.text();
  const std::string to = effect.columns.empty() ? "" : effect.columns.front().type;
  const auto known = types_.find(column);
  const std::string said = effect.words.empty() ? "" : effect.words.front();  // by the host's own words
  const std::string from = known == types_.end() ? said : known->second;
  if (!from.empty()) effect.arguments.push_back("from " + from);
  if (!from.empty() || !effect.restated) judge_conversion(effect.verb, effect.certainty, from, to, effect.predicate);
  types_[column] = to;
  const auto& said_so = effect.arguments;
  if (effect.verb == Verb::Narrow && std::find(said_so.begin(), said_so.end(), not_strict) != said_so.end())
    effect.certainty = Certainty::Exact;
  // USING NULL keeps no value at all.
  const std::string value = effect.predicate.substr(0, effect.predicate.find(" ::"));
  if (value != "null" && value != "( null" && value != "(null)") return;
  effect.verb = Verb::Narrow;
  effect.certainty = Certainty::Exact;
  effect.arguments.emplace_back(keeps_nothing);
}

/// Views, functions, policies and the like hold nothing of their own: dropped and made again is a change, not a loss.
void History::forgive_remade(const Effect& effect, std::size_t index) {
  const std::string& object = effect.object;
  const bool holds = object == "table" || object == "column" || object == "rows" || object == "type" ||
                     object == "domain" || object == "schema" || object == "database" || object == "sequence";
  if (holds) return;
  const std::string key = object + ' ' + effect.target.text();
  if (effect.action.starts_with("drop-")) {
    gone_[key] = index;
  } else if (effect.action.starts_with("create-") && gone_.count(key) > 0) {
    harmless_[gone_[key]] = 1;
  }
}

bool History::is_temporary(const Name& name) const {
  return names_temporary(name) || (temporary_.count(name.text()) > 0 && !name.in_default_schema);
}

/// A question for rows counts for the table that it was asked of, until rows may come to it, and only where the drop is not reached
/// after an error.
void History::note_guard(Effect& effect, const std::string& name) {
  if (effect.action == "raise" && !effect.source.empty() && !effect.source.unknown && !is_temporary(effect.source))
    empty_[effect.source.text()] = {effect.where, effect.unit};
  if (effect.verb == Verb::Copy || effect.verb == Verb::Rename) empty_.erase(effect.source.text());
  if (effect.action == "insert") empty_.erase(name);
  if (effect.verb == Verb::Copy && is_temporary(effect.source)) effect.arguments.emplace_back("for this session");
  const auto asked = empty_.find(name);
  if (effect.action != "drop-table" || asked == empty_.end()) return;
  if (asked->second == std::pair(effect.where, effect.unit)) effect.arguments.emplace_back("only if it is empty");
}

/// `INSERT INTO kept SELECT … FROM scenes WHERE plays > 0; DROP TABLE scenes`: a DELETE of the others.
void History::note_choice_of_rows(Effect& effect, const std::string& name) const {
  if (effect.action == "drop-table" && picked_from_.count(name) > 0) effect.arguments.emplace_back("picks rows");
}

/// `CREATE TEMP TABLE stale AS SELECT … FROM states WHERE …; DELETE FROM states WHERE …` without a word of `stale`: the rows that go are
/// not those that were picked for it.
void History::note_picked(Effect& effect, const std::string& name) {
  const std::string copy = effect.source.text();
  if (effect.verb == Verb::Copy && picks_by_value(effect.predicate) && is_temporary(effect.source)) {
    picked_[copy] = name;
  } else if (effect.verb == Verb::Copy) {
    picked_.erase(name);  // what was picked is looked at
  }
  if (effect.verb != Verb::Delete) return;
  const bool asked = std::any_of(picked_.begin(), picked_.end(), [&](const auto& row) {
    return effect.predicate.find(row.first) != std::string::npos;
  });
  const bool left_out =
      std::any_of(picked_.begin(), picked_.end(), [&](const auto& row) { return row.second == name; });
  if (!asked && left_out) effect.arguments.emplace_back("not those that were picked before");
}

/// NOT NULL and UNIQUE ask something of rows that stand there: not if they were made to fit just before, or are asked already.
void History::note_demand(Effect& effect) {
  if (effect.action == "update") {
    for (const std::string& column : effect.words) filled_.insert(effect.target.text() + '.' + column);
  }
  if (effect.object == "rows" && (effect.verb == Verb::Delete || effect.verb == Verb::Empty))
    cleaned_.insert(effect.target.text());
  if (effect.action == "drop-index" || effect.action == "drop-constraint") replaces_ = true;
  if (effect.action == "set-not-null" && filled_.count(effect.target.text()) > 0)
    effect.arguments.emplace_back("filled before");
  const std::string table = effect.source.text();
  const bool fits = made_.count(table) > 0 || temporary_.count(table) > 0 || cleaned_.count(table) > 0 || replaces_ ||
                    std::any_of(effect.words.begin(), effect.words.end(), [&](const std::string& column) {
                      return made_columns_.count(table + '.' + column) > 0;
                    });
  if (fits && std::erase(effect.arguments, asks_unique) > 0) effect.arguments.emplace_back(asks_unique_of_new);
}

void History::remember(Effect& effect, std::size_t index, std::vector<Effect>& effects) {
  const std::string name = key_of(effect);
  forgive_remade(effect, index);
  note_guard(effect, name);
  note_demand(effect);
  note_choice_of_rows(effect, name);
  note_picked(effect, name);
  if (effect.verb == Verb::Delete && names_rows(effect.predicate)) effect.arguments.emplace_back("rows by their keys");
  if (effect.action == "insert-select" && picks_by_value(effect.predicate)) picked_from_.insert(name);
  const std::string indexed = effect.action == "create-index" ? effect.source.text() : std::string();
  const bool new_table = made_.count(indexed) > 0 || temporary_.count(indexed) > 0;
  if (!indexed.empty() && new_table) {
    std::erase_if(effect.arguments, [](const std::string& argument) {
      return argument != asks_unique_of_new && !argument.starts_with("named ");
    });
    effect.arguments.insert(effect.arguments.begin(), "with the new table " + indexed);
  }
  if (effect.action == "drop-constraint") dropped_[name] = index;
  // A constraint of the same name that refused to lose rows, or is not known to have cascaded, gives way to one that does.
  if (effect.action == "add-cascade" && dropped_.count(name) > 0) {
    effect.verb = Verb::Unguard;
    effect.certainty = std::max(effect.certainty, Certainty::Likely);
  }
  switch (effect.verb) {
    case Verb::Create: {
      // IF NOT EXISTS may have found one that was filled long ago.
      if (effect.temporary) {
        temporary_.insert(name);
      } else if (effect.object == "column") {
        made_columns_.insert(name);
      } else if (!effect.if_exists) {
        made_.insert(name);
        made_once_.insert(name);
      }
      for (const ColumnType& column : effect.columns) {
        types_[effect.object == "column" ? name : name + '.' + column.column] = column.type;
      }
      if (const auto renamed = renamed_.find(name); renamed != renamed_.end()) harmless_[renamed->second] = 1;
      const auto dropped = dropped_.find(name);
      if (dropped == dropped_.end() || copied_.count(name) > 0) return;
      Effect& loss = effects[dropped->second];
      if (loss.action == "drop-column" && effect.action == "add-column") loss.action = "recreate-column";
      if (loss.action == "drop-table" && effect.action == "create-table") loss.action = "recreate-table";
      return;
    }
    case Verb::Destroy:
      if (made_.count(name) == 0 && (temporary_.count(name) == 0 || effect.target.in_default_schema)) {
        dropped_[name] = index;
        forget_made_from(name);  // the copy is all that is left of it
      }
      made_.erase(name);
      made_columns_.erase(name);
      if (!effect.target.in_default_schema) temporary_.erase(name);
      return;
    case Verb::Copy:
      copied_.emplace(name, effect.source.text());
      if (effect.unbounded && made_once_.count(name) > 0) made_.insert(name);  // its rows are elsewhere again
      return;
    case Verb::Empty:
    case Verb::Delete: forget_made_from(name); return;
    case Verb::Rename: {
      const std::string other = effect.source.text();
      renamed_[name] = index;  // its name is free; if a new one takes it, this is half of a rebuild
      if (made_.erase(name) > 0) made_.insert(other);
      if (temporary_.erase(name) > 0) temporary_.insert(other);
      if (made_columns_.erase(name) > 0) made_columns_.insert(other);
      return;
    }
    default: return;
  }
}

std::vector<char> History::complete(std::vector<Effect>& effects) {
  for (std::size_t i = 0; i < effects.size(); ++i) {
    if (effects[i].action == "alter-type") convert(effects[i]);
    harmless_.push_back(is_harmless(effects[i]) ? 1 : 0);
    remember(effects[i], i, effects);
  }
  return std::move(harmless_);
}

}  // namespace redtag::sql
