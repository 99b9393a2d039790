#include "lower/sql/script.h"

#include <algorithm>
#include <string>

#include "base/limits.h"
#include "base/text.h"
#include "lower/sql/history.h"
#include "lower/sql/migration.h"
#include "lower/sql/read.h"
#include "lower/sql/split.h"
#include "lower/sql/witness.h"

namespace redtag::sql {

namespace {

constexpr unsigned deepest_code = 6;  // code in strings in code
constexpr std::size_t deepest_parentheses = 256;
constexpr std::size_t text_limit = 400;
constexpr std::size_t few_tables = 3;  // recreated tables that are worth an operation each

/// Where a run of statements stands.
struct Place {
  std::size_t procedure = 0;  ///< index into drafts
  Certainty certainty = Certainty::Exact;
  bool conditional = false;
  bool body = false;         ///< inside a routine or block, where unknown words are no gap
  std::uint32_t offset = 0;  ///< of the lexed text in the image
  unsigned depth = 0;
};

/// A procedure while its statements are read.
struct Draft {
  Procedure procedure;
  std::vector<Effect> effects;
  std::vector<std::string> texts;  ///< as written, one for each effect
  bool open = false;               ///< between BEGIN and COMMIT
  bool acts_outside = false;
  bool acts_inside = false;
  Region transaction;  ///< the first BEGIN
};

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

class ScriptLowering {
 public:
  ScriptLowering(const SourceFileView& file, const LoweringView& view) : file_(file), view_(view) {}

  Model run() {
    const LexedView lexed = lex(file_.text);
    open_drafts(lexed);
    std::vector<Statement> statements = split_script(lexed);
    if (file_.partial) drop_cut_off(lexed, statements);
    Place place;
    place.offset = file_.offset;
    if (file_.partial) place.certainty = Certainty::Likely;
    for (const Statement& statement : statements) {
      place.procedure = draft_at(lexed.tokens[statement.first].begin);
      read_one(lexed, statement, place);
    }
    finish();
    return std::move(model_);
  }

 private:
  [[nodiscard]] Region region(ByteRange bytes, std::uint32_t offset) const {
    return {file_.file, file_.side, {bytes.begin + offset, bytes.end + offset}};
  }
  void gap(ByteRange bytes, const Place& place, std::string reason) {
    if (file_.partial || view_.depth > 0) return;  // half of a statement, or a string that only looks like SQL
    model_.gaps.push_back({region(bytes, place.offset), Stack::Sql, std::move(reason)});
    drafts_[place.procedure].procedure.unread = true;
  }

  void open_drafts(const LexedView& lexed) {
    const Pairing pairing = view_.depth > 0 ? Pairing{} : read_pairing(file_.path);
    sections_ = view_.depth > 0 ? std::vector<Section>{} : find_sections(lexed);
    Draft whole;
    whole.procedure.stack = Stack::Sql;
    whole.procedure.address = std::string(file_.path);
    whole.procedure.direction = pairing.direction;
    whole.procedure.trigger = pairing.direction == Direction::Up     ? Trigger::Deploy
                              : pairing.direction == Direction::Down ? Trigger::ByHand
                                                                     : Trigger::Unknown;
    if (pairing.direction == Direction::Unknown && view_.depth == 0 && holds_named_queries(lexed))
      whole.procedure.trigger = Trigger::Request;
    whole.procedure.reverse_expected = pairing.reverse_expected;
    whole.procedure.in_transaction = pairing.runs_in_transaction;
    whole.procedure.unread = file_.partial;
    whole.procedure.region = region({0, static_cast<std::uint32_t>(file_.text.size())}, file_.offset);
    if (pairing.direction == Direction::Down && !pairing.partners.empty())
      whole.procedure.reverses = pairing.partners.front();
    if (sections_.empty()) {
      drafts_.push_back(std::move(whole));
      return;
    }
    for (const Direction direction : {Direction::Up, Direction::Down}) {
      Draft draft = whole;
      draft.procedure.direction = direction;
      draft.procedure.address += direction == Direction::Up ? "#up" : "#down";
      draft.procedure.trigger = direction == Direction::Up ? Trigger::Deploy : Trigger::ByHand;
      draft.procedure.reverse_expected = direction == Direction::Up;
      draft.procedure.reverses = direction == Direction::Down ? std::string(file_.path) + "#up" : "";
      draft.procedure.in_transaction = std::all_of(sections_.begin(), sections_.end(),
                                                   [](const Section& section) { return section.in_transaction; });
      drafts_.push_back(std::move(draft));
    }
    const bool has_down = std::any_of(sections_.begin(), sections_.end(),
                                      [](const Section& s) { return s.direction == Direction::Down; });
    if (!has_down) drafts_.pop_back();
  }

  [[nodiscard]] std::size_t draft_at(std::uint32_t byte) const {
    Direction direction = Direction::Up;
    for (const Section& section : sections_) {
      if (section.begin > byte) break;
      direction = section.direction;
    }
    return direction == Direction::Down && drafts_.size() > 1 && !sections_.empty() ? 1 : 0;
  }

  /// A window of a patch may begin and end in the middle of a statement; nothing is concluded from such a half.
  static void drop_cut_off(const LexedView& lexed, std::vector<Statement>& statements) {
    if (statements.empty()) return;
    const WordsView first(lexed, statements.front().first, statements.front().last);
    const bool begins = first.token().line_start &&
                        first.is_any({"drop", "truncate", "alter", "create", "grant", "revoke", "begin", "commit",
                                      "delete", "insert", "rename", "select", "do", "with"}) &&
                        !(first.is("drop") &&
                          (first.word(1) == "column" || first.word(1) == "constraint" || first.word(1) == "default"));
    const bool updates = first.is("update") && first.find({"set"}) < first.end();
    if (!begins && !updates) statements.erase(statements.begin());
    // A DROP names what goes before anything that could still follow; a DELETE may yet get its WHERE.
    if (statements.empty() || statements.back().closed) return;
    const WordsView last(lexed, statements.back().first, statements.back().last);
    if (!last.is("drop") && !last.is("truncate") && !last.is("alter")) statements.pop_back();
  }

  void read_one(const LexedView& lexed, const Statement& statement, const Place& place) {
    if (model_.gaps.size() + count_ >= limits::entities_per_file) return;
    const ByteRange bytes{lexed.tokens[statement.first].begin, lexed.tokens[statement.last - 1].end};
    if (deepest_level(lexed, statement) > deepest_parentheses) return gap(bytes, place, "nested too deeply");
    Statement rest = statement;
    while (rest.first < rest.last && lexed.tokens[rest.first].kind == TokenKind::Variable)
      ++rest.first;  // psql's :explain
    if (rest.first >= rest.last) return;
    Reading reading = read_statement(WordsView(lexed, rest.first, rest.last));
    const bool matters = std::any_of(reading.effects.begin(), reading.effects.end(), loses_or_steers);
    const bool nested = !place.body && deletes_inside(lexed, rest);
    Certainty certainty = place.certainty;
    if (!place.body && (matters || nested || !reading.understood)) {
      const Testimony testimony = ask_witness(lexed, rest, reading);
      if (testimony == Testimony::None) {
        if (!reading.understood)
          return gap(bytes, place, "is no statement that PostgreSQL's parser or the SQL grammar reads");
        certainty = std::max(certainty, Certainty::Likely);
      }
    }
    Draft& draft = drafts_[place.procedure];
    if (reading.control == Control::Begin) {
      draft.open = true;
      if (!draft.transaction.valid()) draft.transaction = region(bytes, place.offset);
    } else if (reading.control != Control::None) {
      draft.open = false;
    }
    for (Effect& effect : reading.effects) add(std::move(effect), lexed, bytes, certainty, place);
    for (const InnerCode& inner : reading.inner) read_inner(lexed, inner, place);
  }

  /// DELETE in a place other than the front: in a query, where only a parser sees what belongs to it.
  static bool deletes_inside(const LexedView& lexed, const Statement& statement) {
    for (std::size_t i = statement.first + 1; i + 1 < statement.last; ++i) {
      if (lexed.tokens[i].kind == TokenKind::Word && lexed.word(i) == "delete" && lexed.word(i + 1) == "from")
        return true;
    }
    return false;
  }

  void add(Effect effect, const LexedView& lexed, ByteRange statement, Certainty certainty, const Place& place) {
    Draft& draft = drafts_[place.procedure];
    effect.certainty = std::max(effect.certainty, certainty);
    if (effect.conditional || place.conditional) effect.certainty = std::max(effect.certainty, Certainty::Likely);
    effect.conditional = effect.conditional || place.conditional;
    effect.bytes = {effect.bytes.begin + place.offset, effect.bytes.end + place.offset};
    if (loses_or_steers(effect)) (draft.open ? draft.acts_inside : draft.acts_outside) = true;
    std::string text;
    for (const char c : lexed.text.substr(statement.begin, std::min<std::size_t>(statement.size(), 4 * text_limit))) {
      const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
      if (blank && (text.empty() || text.back() == ' ')) continue;
      text += blank ? ' ' : c;
    }
    draft.texts.push_back(shortened(text, text_limit));
    draft.effects.push_back(std::move(effect));
    ++count_;
  }

  void read_inner(const LexedView& lexed, const InnerCode& inner, const Place& place) {
    if (place.depth >= deepest_code) return;
    Place inside = place;
    ++inside.depth;
    inside.body = true;
    inside.conditional = place.conditional || inner.conditional;
    if (inner.runs != InnerCode::Runs::Now) inside.certainty = std::max(inside.certainty, Certainty::Likely);
    if (inner.runs == InnerCode::Runs::Later) inside.procedure = open_routine(inner.routine, place);
    if (!inner.quoted) {
      for (const Statement& statement : split_body(lexed, inner.first, inner.last)) read_one(lexed, statement, inside);
      return;
    }
    const std::string_view text = lexed.text.substr(inner.bytes.begin, inner.bytes.size());
    inside.offset = place.offset + inner.bytes.begin;
    const LexedView body = lex(text);
    for (const Statement& statement : split_body(body, 0, body.tokens.size())) {
      if (inner.runs == InnerCode::Runs::Composed) inside.certainty = std::max(inside.certainty, Certainty::Likely);
      read_one(body, statement, inside);
    }
  }

  /// The body of a function, procedure or trigger is a procedure of its own: it runs when something calls it.
  std::size_t open_routine(const Name& routine, const Place& place) {
    Draft draft;
    draft.procedure = drafts_[place.procedure].procedure;
    draft.procedure.address = std::string(file_.path) + "#" + routine.text();
    draft.procedure.trigger = Trigger::Event;
    draft.procedure.reverses.clear();
    draft.procedure.reverse_expected = false;
    draft.procedure.in_transaction = true;
    drafts_.push_back(std::move(draft));
    return drafts_.size() - 1;
  }

  void finish() {
    for (Draft& draft : drafts_) {
      Procedure& procedure = draft.procedure;
      if (draft.acts_inside && !draft.acts_outside) procedure.in_transaction = true;
      if (draft.acts_inside && draft.acts_outside) procedure.in_transaction = false;
      const ProcedureId id{static_cast<std::uint32_t>(model_.procedures.size())};
      if (draft.transaction.valid() && draft.acts_inside) {
        model_.safeguards.push_back({Stack::Sql, SafeguardKind::Transaction,
                                     draft.acts_outside ? Coverage::Some : Coverage::All, procedure.address, "BEGIN",
                                     draft.transaction, true});
      }
      emit_operations(draft, view_.depth > 0 && procedure.trigger != Trigger::Event ? ProcedureId{} : id);
      model_.procedures.push_back(std::move(procedure));
    }
    // Inside another language the host says what runs the statements.
    if (view_.depth > 0 && !model_.procedures.empty()) forget_first_procedure();
  }

  void forget_first_procedure() {
    model_.procedures.erase(model_.procedures.begin());
    for (Operation& operation : model_.operations) {
      if (operation.procedure.valid()) --operation.procedure.value;
    }
  }

  /// A dump or a set-up script drops and makes every table again. It says one thing about all of them, so it is one operation,
  /// on the first, with the others as arguments. Returns 1 for each effect that another one speaks for.
  static std::vector<char> fold_recreated(Draft& draft, const std::vector<char>& harmless) {
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

  void emit_operations(Draft& draft, ProcedureId id) {
    const std::vector<char> harmless = History().complete(draft.effects);
    const std::vector<char> folded = fold_recreated(draft, harmless);
    for (std::size_t i = 0; i < draft.effects.size(); ++i) {
      if (folded[i] != 0) continue;
      Effect& effect = draft.effects[i];
      Operation operation;
      operation.stack = Stack::Sql;
      operation.verb = effect.verb;
      operation.arming = effect.arming;
      operation.certainty = effect.certainty;
      operation.program = "sql";
      operation.action = std::move(effect.action);
      operation.object = std::move(effect.object);
      operation.region = {file_.file, file_.side, effect.bytes};
      operation.target =
          effect.target.unknown
              ? unknown_value(effect.target.text(), "a variable or template decides the name", operation.region)
              : known_string(effect.target.text(), operation.region);
      for (std::string& argument : effect.arguments)
        operation.arguments.push_back(known_string(std::move(argument), operation.region));
      if (effect.verb == Verb::Copy) {
        for (std::string& word : effect.words)
          operation.arguments.push_back(known_string("reads " + word, operation.region));
      }
      operation.unbounded = effect.unbounded;
      operation.harmless_target = harmless[i] != 0;
      operation.text = std::move(draft.texts[i]);
      operation.procedure = id;
      operation.position = static_cast<std::uint32_t>(i);
      // The statement itself is the source: the language defines what DROP does.
      operation.cited = true;
      add_safeguards(effect, operation);
      model_.operations.push_back(std::move(operation));
    }
  }

  void add_safeguards(const Effect& effect, const Operation& operation) {
    if (!loses_or_steers(effect)) return;
    const auto guard = [&](SafeguardKind kind, std::string text) {
      model_.safeguards.push_back(
          {Stack::Sql, kind, Coverage::All, operation.target.text, std::move(text), operation.region, true});
    };
    if (!effect.predicate.empty() && effect.object == "rows")
      guard(SafeguardKind::Predicate, shortened(effect.predicate, text_limit));
    if (effect.conditional) guard(SafeguardKind::ExistenceCheck, "a condition around it");
  }

  const SourceFileView& file_;
  const LoweringView& view_;
  Model model_;
  std::vector<Section> sections_;
  std::vector<Draft> drafts_;
  std::size_t count_ = 0;
};

}  // namespace

Model lower_script(const SourceFileView& file, const LoweringView& view) { return ScriptLowering(file, view).run(); }

}  // namespace redtag::sql
