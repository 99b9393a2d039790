#include "lower/sql/drafts.h"

#include <algorithm>
#include <array>

#include "base/limits.h"
#include "base/text.h"
#include "lower/carrier.h"
#include "lower/sql/columns.h"
#include "lower/sql/guards.h"
#include "lower/sql/history.h"
#include "lower/sql/meaning.h"
#include "lower/sql/witness.h"

namespace redtag::sql {

namespace {

constexpr unsigned deepest_code = 6;     // code in strings in code
constexpr unsigned deepest_blocks = 64;  // each costs a few stack frames
constexpr std::size_t most_calls = 512;  // of one procedure
constexpr std::size_t deepest_parentheses = 256;
constexpr std::size_t text_limit = 400;
constexpr std::size_t few_tables = 3;  // recreated tables that are worth an operation each

std::size_t deepest_level(const LexedView& lexed, const Statement& statement) {
  std::size_t depth = 0, deepest = 0;
  for (std::size_t i = statement.first; i < statement.last; ++i) {
    if (lexed.tokens[i].kind != TokenKind::Symbol) continue;
    if (lexed.word(i) == "(") deepest = std::max(deepest, ++depth);
    if (lexed.word(i) == ")" && depth > 0) --depth;
  }
  return deepest;
}

bool loses_or_steers(const Effect& effect) {
  return effect.verb != Verb::Create && effect.verb != Verb::Copy && effect.verb != Verb::Alter &&
         effect.verb != Verb::Rename;
}

bool does_more_than_stop(const Effect& effect) { return loses_or_steers(effect) && effect.verb != Verb::Run; }

/// DELETE in a place other than the front: in a query, where only a parser sees what belongs to it.
bool deletes_inside(const LexedView& lexed, const Statement& statement) {
  for (std::size_t i = statement.first + 1; i + 1 < statement.last; ++i) {
    if (lexed.tokens[i].kind == TokenKind::Word && lexed.word(i) == "delete" && lexed.word(i + 1) == "from")
      return true;
  }
  return false;
}

/// A dump or a set-up script drops and makes every table again. It says one thing about all of them, so it is one operation,
/// on the first, with the others as arguments. Returns 1 for each effect that another one speaks for.
std::vector<char> fold_recreated(Draft& draft, const std::vector<char>& harmless) {
  std::vector<char> folded(draft.effects.size(), 0);
  if (draft.procedure.direction != Direction::Unknown) return folded;
  std::vector<std::size_t> recreated;
  for (std::size_t i = 0; i < draft.effects.size(); ++i) {
    const Effect& effect = draft.effects[i];
    if (effect.action == "recreate-table" && effect.arguments.empty() && harmless[i] == 0) recreated.push_back(i);
  }
  if (recreated.size() <= few_tables) return folded;
  for (std::size_t k = 1; k < recreated.size(); ++k) {
    draft.effects[recreated.front()].arguments.push_back("and " + draft.effects[recreated[k]].target.text());
    folded[recreated[k]] = 1;
  }
  return folded;
}

/// The first bytes of a text on one line.
std::string on_one_line(std::string_view raw) {
  std::string text;
  for (const char c : raw.substr(0, 4 * text_limit)) {
    const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (blank && (text.empty() || text.back() == ' ')) continue;
    text += blank ? ' ' : c;
  }
  return shortened(text, text_limit);
}

}  // namespace

ByteRange Drafts::in_image(ByteRange bytes, const Place& place) const {
  bytes = {bytes.begin + place.offset, bytes.end + place.offset};
  if (place.map.empty()) return bytes;
  const auto at = [&](std::uint32_t offset) { return place.map[std::min<std::size_t>(offset, place.map.size() - 1)]; };
  return {at(bytes.begin), at(bytes.end)};
}

void Drafts::gap(ByteRange bytes, std::size_t procedure, std::string reason) {
  if (procedure < drafts.size()) drafts[procedure].procedure.unread = true;
  if (!file_.partial && view_.depth == 0) model_.gaps.push_back({region(bytes), stack_, std::move(reason)});
}

/// A string that only looks like SQL, and half of a statement in a window of a patch, are no gaps.
void Drafts::not_understood(ByteRange bytes, const Place& place, std::string reason) {
  if (file_.partial || view_.depth > 0) return;
  if (place.map.empty()) return gap(in_image(bytes, place), place.procedure, std::move(reason));
  drafts[place.procedure].procedure.unread = true;
}

void Drafts::read(std::string_view text, const Place& place) {
  const LexedView lexed = lex(text);
  for (const Statement& statement : split_script(lexed)) read_one(lexed, statement, place);
}

/// Names that may be routines of this text: before a parenthesis, and behind CALL and EXEC.
void Drafts::note_calls(const LexedView& lexed, const Statement& statement, Draft& draft) {
  constexpr std::array declares =
      std::to_array<std::string_view>({"alter", "comment", "create", "drop", "grant", "revoke", "security"});
  if (std::find(declares.begin(), declares.end(), lexed.word(statement.first)) != declares.end()) return;
  for (std::size_t i = statement.first; i < statement.last && draft.calls.size() < most_calls; ++i) {
    WordsView words(lexed, i, statement.last);
    const bool called = words.is_any({"call", "exec", "execute"});
    if (called) words.skip();
    if (!words.at_name()) continue;
    const Name name = words.take_name();
    if (!name.unknown && (called || words.is("("))) draft.calls.insert(name.text());
  }
}

void Drafts::read_one(const LexedView& lexed, const Statement& statement, const Place& place) {
  if (model_.gaps.size() + count_ >= limits::entities_per_file) return;
  const ByteRange bytes{lexed.tokens[statement.first].begin, lexed.tokens[statement.last - 1].end};
  if (deepest_level(lexed, statement) > deepest_parentheses) return not_understood(bytes, place, "nested too deeply");
  Statement rest = statement;
  for (; rest.first < rest.last && lexed.tokens[rest.first].kind == TokenKind::Variable; ++rest.first)
    read_variable(lexed, rest.first, place);  // psql's :explain
  if (rest.first >= rest.last) return;
  note_choice(WordsView(lexed, rest.first, rest.last));
  Reading reading = read_statement(WordsView(lexed, rest.first, rest.last));
  const bool matters = std::any_of(reading.effects.begin(), reading.effects.end(), loses_or_steers);
  const bool nested = !place.body && deletes_inside(lexed, rest);
  Certainty certainty = place.certainty;
  if (!place.body && (matters || nested || !reading.understood)) {
    const Testimony testimony = ask_witness(lexed, rest, reading);
    if (testimony == Testimony::None) {
      if (!reading.understood)
        return not_understood(bytes, place, "is no statement that PostgreSQL's parser or the SQL grammar reads");
      certainty = std::max(certainty, Certainty::Likely);
    }
  }
  Draft& draft = drafts[place.procedure];
  const bool runs_here = std::none_of(reading.inner.begin(), reading.inner.end(), [](const InnerCode& inner) {
    return !inner.quoted || inner.runs == InnerCode::Runs::Later;
  });
  if (runs_here) note_calls(lexed, rest, draft);
  if (!place.body) draft.unit = unit_of(draft);
  note_control(reading.control, in_image(bytes, place), place);
  Place at = place;
  at.certainty = certainty;
  const std::size_t done = draft.effects.size();
  for (Effect& effect : reading.effects) {
    effect.bytes = in_image(effect.bytes, place);
    effect.where = chosen_for(lexed, bytes.begin);
    add(std::move(effect), on_one_line(lexed.text.substr(bytes.begin, bytes.size())), at);
  }
  for (const InnerCode& inner : reading.inner) read_inner(lexed, inner, place);
  Draft& held = drafts[place.procedure];  // others were opened, perhaps
  const auto behind = held.effects.begin() + static_cast<std::ptrdiff_t>(std::min(done, held.effects.size()));
  if (place.body || std::any_of(behind, held.effects.end(), does_more_than_stop)) return;
  if (const auto kind = guard_in(WordsView(lexed, rest.first, rest.last)))
    held.guards.push_back(
        {*kind, on_one_line(lexed.text.substr(bytes.begin, bytes.size())), region(in_image(bytes, place)), done});
}

/// What it makes sure of is worth something in front of what loses something.
void Drafts::add_guards(const Draft& draft) {
  for (const Draft::Guard& guard : draft.guards) {
    const auto first = draft.effects.begin() + static_cast<std::ptrdiff_t>(guard.before);
    if (std::any_of(first, draft.effects.end(), does_more_than_stop))
      model_.safeguards.push_back(
          {stack_, guard.kind, Coverage::All, draft.procedure.address, guard.text, guard.region, true});
  }
}

/// Statements that fail together: all of a migration, whose tool stops at an error; in any other script those of a transaction.
std::uint32_t Drafts::unit_of(Draft& draft) const {
  const bool stops = on_error_ == OnError::Stop ||
                     (on_error_ == OnError::AsTheToolHasIt && draft.procedure.direction != Direction::Unknown);
  return stops ? 0 : draft.open ? draft.unit : draft.unit + 1;
}

void Drafts::note_control(Control control, ByteRange bytes, const Place& place) {
  Draft& draft = drafts[place.procedure];
  if (control == Control::None) return;
  if (control == Control::Begin) {
    draft.open = true;
    draft.opened = draft.effects.size();
    if (!draft.transaction.valid()) draft.transaction = region(bytes);
    return;
  }
  const bool outer = !draft.open && draft.procedure.in_transaction && control == Control::Commit && !place.body;
  if (outer && !draft.split.valid()) draft.split = region(bytes);
  // What was copied or made before a ROLLBACK is not there; what was lost may be lost, where the server commits before each DDL.
  for (std::size_t i = draft.opened; control == Control::Rollback && i < draft.effects.size(); ++i) {
    Effect& effect = draft.effects[i];
    if (effect.verb == Verb::Create && !effect.if_exists) {
      effect.if_exists = true;  // it may be there, or not
      effect.arguments.emplace_back("if not exists");
    }
    if (effect.verb != Verb::Copy) continue;
    effect.unbounded = false;
    effect.words.clear();
    effect.predicate = "until it is rolled back";
  }
  draft.open = false;
  draft.opened = draft.effects.size();
}

/// A psql variable that stands where a statement begins may hold one.
void Drafts::read_variable(const LexedView& lexed, std::size_t token, const Place& place) {
  const auto known = variables_.find(std::string(lexed.word(token)));
  if (known == variables_.end() || place.depth >= deepest_code) return;
  InnerCode code;
  code.text = known->second;
  code.map.assign(code.text.size(), lexed.tokens[token].begin);
  Place inside = place;
  ++inside.depth;
  read_composed(code, inside, place);
}

void Drafts::run_command(const LexedView& lexed, ByteRange bytes, const Place& place) {
  const Procedure& procedure = drafts[place.procedure].procedure;
  Carrier carrier;
  carrier.name = "commands[" + std::to_string(commands_.size()) + ']';
  carrier.trigger = procedure.trigger;
  carrier.direction = procedure.direction;
  std::vector<std::uint32_t> map;
  for (std::uint32_t at = bytes.begin; at <= bytes.end; ++at) map.push_back(in_image({at, at}, place).begin);
  commands_.push_back(embed_commands(file_, lexed.text.substr(bytes.begin, bytes.size()), in_image(bytes, place), map,
                                     place.certainty, view_, carrier));
}

/// `USE shop`, `SET search_path TO shop`: the same words behind another choice do something else.
void Drafts::note_choice(WordsView words) {
  if (!words.is("use") && !words.is("set")) return;
  const std::string text = shortened(words.folded(), text_limit);
  if (text.find("sql_mode") != std::string::npos) lenient_ = text.find("strict") == std::string::npos;
  if (text.starts_with("use ")) choices_["use"] = text;
  for (const std::string_view setting : {"set search_path", "set schema"}) {
    if (text.starts_with(setting)) choices_["path"] = text;
  }
}

/// What is in force at an offset: such a choice, and the client's last `\connect`.
std::string Drafts::chosen_for(const LexedView& lexed, std::uint32_t offset) const {
  std::string chosen;
  for (const auto& [kind, text] : choices_) chosen += (chosen.empty() ? "" : "; ") + text;
  auto command = std::upper_bound(lexed.commands.begin(), lexed.commands.end(), offset,
                                  [](std::uint32_t at, const ByteRange& bytes) { return at < bytes.begin; });
  constexpr int most_commands = 64;  // that are looked back over: a connection is made at the top of what it is for
  for (int looked = 0; command != lexed.commands.begin() && looked < most_commands; ++looked) {
    --command;
    const std::string_view text = lexed.text.substr(command->begin, command->size());
    const std::string_view name = text.substr(0, text.find_first_of(" \t"));
    if (name != "\\c" && name != "\\connect") continue;
    return chosen + (chosen.empty() ? "" : "; ") + on_one_line(text);
  }
  return chosen;
}

void Drafts::add(Effect effect, std::string text, const Place& place) {
  if (model_.gaps.size() + count_ >= limits::entities_per_file) return;
  Draft& draft = drafts[place.procedure];
  effect.certainty = std::max(effect.certainty, place.certainty);
  if (effect.conditional || place.conditional) effect.certainty = std::max(effect.certainty, Certainty::Likely);
  effect.conditional = effect.conditional || place.conditional;
  if (loses_or_steers(effect)) (draft.open ? draft.acts_inside : draft.acts_outside) = true;
  effect.unit = draft.unit;
  if (lenient_ && effect.action == "alter-type") effect.arguments.emplace_back(not_strict);
  draft.texts.push_back(on_one_line(text));
  draft.effects.push_back(std::move(effect));
  ++count_;
}

/// Code that was put together from several pieces of the text: each byte keeps the place of its piece.
void Drafts::read_composed(const InnerCode& inner, Place inside, const Place& place) {
  std::vector<std::uint32_t> map;
  map.reserve(inner.map.size() + 1);
  for (const std::uint32_t at : inner.map) map.push_back(in_image({at, at}, place).begin);
  map.push_back(map.empty() ? 0 : map.back() + 1);
  inside.map = map;
  inside.offset = 0;
  const LexedView body = lex(inner.text);
  for (const Statement& statement : split_body(body, 0, body.tokens.size())) read_one(body, statement, inside);
}

void Drafts::read_inner(const LexedView& lexed, const InnerCode& inner, const Place& place) {
  if (place.depth >= deepest_code || place.blocks >= deepest_blocks) {
    const ByteRange bytes =
        inner.quoted ? inner.bytes : ByteRange{lexed.tokens[inner.first - 1].begin, lexed.tokens[inner.last - 1].end};
    return not_understood(inner.text.empty() ? bytes : ByteRange{inner.map.front(), inner.map.back() + 1}, place,
                          "code stands too deep in other code");
  }
  Place inside = place;
  ++(inner.quoted ? inside.depth : inside.blocks);
  inside.body = true;
  inside.conditional = place.conditional || inner.conditional;
  if (inner.runs != InnerCode::Runs::Now) inside.certainty = std::max(inside.certainty, Certainty::Likely);
  if (inner.runs == InnerCode::Runs::Command) return run_command(lexed, inner.bytes, place);
  const bool later = inner.runs == InnerCode::Runs::Later || inner.runs == InnerCode::Runs::Scheduled;
  if (later) inside.procedure = open_routine(inner, place);
  if (inner.runs == InnerCode::Runs::Composed) inside.certainty = std::max(inside.certainty, Certainty::Likely);
  if (!inner.text.empty()) return read_composed(inner, inside, place);
  if (!inner.quoted) {
    for (const Statement& statement : split_body(lexed, inner.first, inner.last)) read_one(lexed, statement, inside);
    return;
  }
  const std::string_view text = lexed.text.substr(inner.bytes.begin, inner.bytes.size());
  inside.offset = place.offset + inner.bytes.begin;
  const LexedView body = lex(text);
  for (const Statement& statement : split_body(body, 0, body.tokens.size())) read_one(body, statement, inside);
}

/// The body of a function, procedure or trigger is a procedure of its own: it runs when something calls it, or a timer does.
std::size_t Drafts::open_routine(const InnerCode& inner, const Place& place) {
  Draft draft;
  draft.procedure = drafts[place.procedure].procedure;
  draft.procedure.address = std::string(file_.path) + "#" + inner.routine.text();
  draft.procedure.trigger = inner.runs == InnerCode::Runs::Scheduled ? Trigger::Schedule : Trigger::Event;
  if (inner.runs == InnerCode::Runs::Later) draft.routine = inner.routine.text();
  draft.maker = place.procedure;
  draft.procedure.reverses.clear();
  draft.procedure.reverse_expected = false;
  draft.procedure.in_transaction = true;
  drafts.push_back(std::move(draft));
  return drafts.size() - 1;
}

/// A routine that the same text makes and calls runs when the text does.
void Drafts::run_called_routines() {
  for (bool changed = true; changed;) {
    changed = false;
    for (Draft& routine : drafts) {
      if (routine.routine.empty()) continue;
      for (const Draft& caller : drafts) {
        const bool runs = caller.procedure.trigger != Trigger::Event && caller.calls.count(routine.routine) > 0;
        if (!runs || caller.procedure.direction != drafts[routine.maker].procedure.direction) continue;
        routine.procedure.trigger = caller.procedure.trigger;
        routine.routine.clear();
        changed = true;
        break;
      }
    }
  }
}

/// What goes in one change set and comes in the next one of the same text is replaced.
void Drafts::settle() {
  constexpr std::size_t most = 2000;  // each rule looks through all of them
  for (const Direction direction : {Direction::Up, Direction::Down, Direction::Unknown}) {
    std::vector<Effect*> effects;
    for (Draft& draft : drafts) {
      if (draft.procedure.direction != direction) continue;
      for (Effect& effect : draft.effects) effects.push_back(&effect);
    }
    if (effects.size() <= most) settle_rules(effects);
  }
}

Model Drafts::finish() {
  run_called_routines();
  settle();
  for (Draft& draft : drafts) {
    Procedure& procedure = draft.procedure;
    if (draft.acts_inside && !draft.acts_outside) procedure.in_transaction = true;
    if (draft.acts_inside && draft.acts_outside) procedure.in_transaction = false;
    if (draft.split.valid()) {
      procedure.in_transaction = false;
      model_.safeguards.push_back(
          {stack_, SafeguardKind::Transaction, Coverage::Some, procedure.address, "COMMIT", draft.split, true});
    }
    const ProcedureId id{static_cast<std::uint32_t>(model_.procedures.size())};
    if (draft.transaction.valid() && draft.acts_inside) {
      model_.safeguards.push_back({stack_, SafeguardKind::Transaction,
                                   draft.acts_outside ? Coverage::Some : Coverage::All, procedure.address, "BEGIN",
                                   draft.transaction, true});
    }
    add_guards(draft);
    emit_operations(draft, view_.depth > 0 && &draft == &drafts.front() ? ProcedureId{} : id);
    model_.procedures.push_back(std::move(procedure));
  }
  // Inside another language the host says what runs the statements.
  if (view_.depth > 0 && !model_.procedures.empty()) forget_first_procedure();
  drafts.clear();
  for (Model& command : commands_) append(model_, std::move(command));
  commands_.clear();
  return std::move(model_);
}

void Drafts::forget_first_procedure() {
  model_.procedures.erase(model_.procedures.begin());
  for (Operation& operation : model_.operations) {
    if (operation.procedure.valid()) --operation.procedure.value;
  }
}

/// `fixtures.${tablename}`, as a loop over the catalogue makes it: each table of that schema.
static void name_each_of_schema(Name& name) {
  if (name.parts.size() != 2 || name.parts[0].find("${") != std::string::npos) return;
  const std::string& last = name.parts[1];
  const bool each = last.starts_with("${") &&
                    (last.ends_with("tablename}") || last.ends_with("table_name}") || last.ends_with("relname}"));
  if (!each) return;
  name.parts[1] = "*";
  name.unknown = false;
}

void Drafts::emit_operations(Draft& draft, ProcedureId id) {
  const std::vector<char> harmless = History().complete(draft.effects);
  const std::vector<char> folded = fold_recreated(draft, harmless);
  for (std::size_t i = 0; i < draft.effects.size(); ++i) {
    if (folded[i] != 0) continue;
    Effect& effect = draft.effects[i];
    Operation operation;
    operation.stack = stack_;
    operation.verb = effect.verb;
    operation.arming = effect.arming;
    operation.certainty = effect.certainty;
    operation.program = "sql";
    operation.action = std::move(effect.action);
    operation.object = std::move(effect.object);
    operation.region = {file_.file, file_.side, effect.bytes};
    if (effect.target.unknown) name_each_of_schema(effect.target);
    operation.target =
        effect.target.unknown
            ? unknown_value(effect.target.text(), "a variable or template decides the name", operation.region)
            : known_string(effect.target.text(), operation.region);
    for (std::string& argument : effect.arguments)
      operation.arguments.push_back(known_string(std::move(argument), operation.region));
    if (!effect.where.empty())
      operation.arguments.push_back(known_string("at " + std::move(effect.where), operation.region));
    if (effect.verb == Verb::Copy) {
      for (std::string& word : effect.words)
        operation.arguments.push_back(known_string("reads " + word, operation.region));
    }
    if (effect.verb == Verb::Create) {  // so that later migrations know the types
      for (const ColumnType& column : effect.columns) {
        std::string has = "has " + column.column;
        if (!column.type.empty()) has += ' ' + column.type;
        operation.arguments.push_back(known_string(std::move(has), operation.region));
      }
    }
    operation.unbounded = effect.unbounded;
    operation.harmless_target = harmless[i] != 0;
    const bool along = std::any_of(operation.arguments.begin(), operation.arguments.end(),
                                   [](const Value& argument) { return argument.text == "cascade"; });
    const bool holds = operation.object == "rows" || (operation.object == "table" && along);
    if (holds && names_records(effect.target, view_.facts))
      operation.arguments.push_back(known_string(std::string(master_data), operation.region));
    if (operation.action == "set-default" && gives_rights(operation, view_.facts))
      operation.arguments.push_back(known_string(std::string(rights_by_default), operation.region));
    operation.text = std::move(draft.texts[i]);
    operation.procedure = id;
    operation.position = static_cast<std::uint32_t>(i);
    // The statement itself is the source: the language defines what DROP does.
    operation.cited = true;
    add_safeguards(effect, operation);
    model_.operations.push_back(std::move(operation));
  }
}

void Drafts::add_safeguards(const Effect& effect, const Operation& operation) {
  if (!loses_or_steers(effect)) return;
  const auto guard = [&](SafeguardKind kind, std::string text) {
    model_.safeguards.push_back(
        {stack_, kind, Coverage::All, operation.target.text, std::move(text), operation.region, true});
  };
  if (!effect.predicate.empty() && effect.object == "rows")
    guard(SafeguardKind::Predicate, shortened(effect.predicate, text_limit));
  if (effect.conditional) guard(SafeguardKind::ExistenceCheck, "a condition around it");
  if (effect.if_exists) guard(SafeguardKind::ExistenceCheck, "IF EXISTS");
}

}  // namespace redtag::sql
