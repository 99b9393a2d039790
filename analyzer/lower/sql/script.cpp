#include "lower/sql/script.h"

#include <algorithm>
#include <string>

#include "base/text.h"
#include "lower/sql/drafts.h"
#include "lower/sql/migration.h"
#include "lower/sql/split.h"

namespace redtag::sql {

namespace {

class ScriptLowering {
 public:
  ScriptLowering(const SourceFileView& file, const LoweringView& view)
      : file_(file), view_(view), drafts_(file, view, Stack::Sql) {}

  Model run() {
    const LexedView lexed = lex(file_.text);
    open_drafts(lexed);
    set_variables(lexed);
    std::vector<Statement> statements = split_script(lexed);
    if (file_.partial) drop_cut_off(lexed, statements);
    Place place;
    place.offset = file_.offset;
    if (file_.partial) place.certainty = Certainty::Likely;
    for (const Statement& statement : statements) {
      place.procedure = draft_at(lexed.tokens[statement.first].begin);
      drafts_.read_one(lexed, statement, place);
    }
    read_client_commands(lexed);
    if (lexed.unterminated && !lexed.tokens.empty()) report_open_end(lexed);
    for (std::size_t i = 0; i < sets_.size(); ++i) read_rollbacks(lexed, i);
    return drafts_.finish();
  }

 private:
  void open_drafts(const LexedView& lexed) {
    Pairing pairing = view_.depth > 0 ? Pairing{} : read_pairing(file_.path);
    if (view_.depth == 0 && pairing.direction == Direction::Unknown && !pairing.repeats && has_breakpoints(lexed))
      pairing.direction = Direction::Up;
    sections_ = view_.depth > 0 || pairing.one_way ? std::vector<Section>{} : find_sections(lexed, file_.partial);
    if (view_.depth == 0) sets_ = find_change_sets(lexed);
    Draft whole;
    whole.procedure.stack = Stack::Sql;
    whole.procedure.address = std::string(file_.path);
    whole.procedure.direction = pairing.direction;
    whole.procedure.trigger = pairing.direction == Direction::Up     ? Trigger::Deploy
                              : pairing.direction == Direction::Down ? Trigger::ByHand
                                                                     : Trigger::Unknown;
    if (pairing.repeats) whole.procedure.trigger = Trigger::Deploy;
    if (whole.procedure.trigger == Trigger::Unknown && view_.depth == 0 && holds_named_queries(lexed))
      whole.procedure.trigger = Trigger::Request;
    whole.procedure.reverse_expected = pairing.reverse_expected;
    whole.procedure.in_transaction = pairing.runs_in_transaction;
    whole.procedure.unread = file_.partial;
    whole.procedure.region =
        drafts_.region({file_.offset, static_cast<std::uint32_t>(file_.text.size() + file_.offset)});
    if (pairing.direction == Direction::Down && !pairing.partners.empty())
      whole.procedure.reverses = pairing.partners.front();
    if (!sets_.empty()) return open_change_sets(whole);
    if (sections_.empty()) {
      drafts_.drafts.push_back(std::move(whole));
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
      drafts_.drafts.push_back(std::move(draft));
    }
    const bool has_down = std::any_of(sections_.begin(), sections_.end(),
                                      [](const Section& s) { return s.direction == Direction::Down; });
    if (!has_down) drafts_.drafts.pop_back();
  }

  /// What a command of psql or sqlite3 is given, in the text; empty for another command.
  [[nodiscard]] static ByteRange given_to(const LexedView& lexed, ByteRange line, std::string_view command) {
    const std::string_view text = lexed.text.substr(line.begin, line.size());
    if (!text.starts_with(command)) return {};
    const std::size_t begin = text.find_first_not_of(" \t", command.size());
    const bool other = begin == command.size() && command != "\\!";  // `\ir` begins with `\i`
    if (begin == std::string_view::npos || other) return {};
    const auto size = static_cast<std::uint32_t>(trim(text.substr(begin)).size());
    const auto at = static_cast<std::uint32_t>(line.begin + begin);
    return {at, at + size};
  }

  /// `\set name 'value'`, which a later `:name` stands for.
  void set_variables(const LexedView& lexed) {
    for (const ByteRange& line : lexed.commands) {
      const ByteRange given = given_to(lexed, line, "\\set");
      const std::string_view text = lexed.text.substr(given.begin, given.size());
      const std::size_t blank = std::min(text.find_first_of(" \t"), text.size());
      if (blank == text.size()) continue;
      std::string value;
      for (const char c : trim(text.substr(blank))) {
        if (c != '\'') value += c;
      }
      const std::string name = lower_ascii(text.substr(0, blank)), said = lower_ascii(value);
      const bool off = said == "off" || said == "0" || said == "false" || said == "no";
      if (name == "on_error_stop") drafts_.on_error(off ? Drafts::OnError::GoOn : Drafts::OnError::Stop);
      drafts_.set_variable(':' + name, std::move(value));
    }
  }

  void read_client_commands(const LexedView& lexed) {
    for (const ByteRange& line : lexed.commands) {
      Place place;
      place.offset = file_.offset;
      place.procedure = draft_at(line.begin);
      for (const std::string_view command : {"\\!", ".shell", ".system"}) {
        const ByteRange given = given_to(lexed, line, command);
        if (given.size() > 0) drafts_.run_command(lexed, given, place);
      }
      for (const std::string_view command : {"\\i", "\\ir", "\\include", "\\include_relative", ".read"}) {
        const ByteRange given = given_to(lexed, line, command);
        if (given.size() == 0) continue;
        std::string file(lexed.text.substr(given.begin, given.size()));
        std::erase_if(file, [](char c) { return c == '\'' || c == '"'; });
        drafts_.drafts[place.procedure].procedure.references.push_back(
            {std::move(file), "include", drafts_.region({file_.offset + line.begin, file_.offset + line.end})});
      }
    }
  }

  /// What stands in a string that does not end was read by nobody.
  void report_open_end(const LexedView& lexed) {
    const Token& last = lexed.tokens.back();
    const bool open = last.kind == TokenKind::String || last.kind == TokenKind::Quoted;
    if (!open || last.end < lexed.text.size()) return;
    drafts_.gap({file_.offset + last.begin, file_.offset + last.end}, draft_at(last.begin),
                "a string or a quoted name does not end");
  }

  /// Liquibase runs each change set once and in a transaction of its own; what stands before the first belongs to it.
  void open_change_sets(const Draft& whole) {
    for (std::size_t i = 0; i < sets_.size(); ++i) {
      Draft draft = whole;
      draft.procedure.direction = sets_[i].repeats ? Direction::Unknown : Direction::Up;
      draft.procedure.trigger = Trigger::Deploy;
      draft.procedure.address += '#' + sets_[i].name;
      draft.procedure.reverse_expected = false;
      draft.procedure.reverses.clear();
      draft.procedure.in_transaction = sets_[i].in_transaction;
      const std::size_t end = i + 1 < sets_.size() ? sets_[i + 1].begin : file_.text.size();
      draft.procedure.region =
          drafts_.region({file_.offset + sets_[i].begin, static_cast<std::uint32_t>(file_.offset + end)});
      drafts_.drafts.push_back(std::move(draft));
    }
  }
  /// Each `--rollback` is a statement or a part of one; `not required` and `empty` are none.
  void read_rollbacks(const LexedView& lexed, std::size_t set) {
    if (sets_[set].rollbacks.empty()) return;
    Draft down;
    down.procedure = drafts_.drafts[set].procedure;
    down.procedure.direction = Direction::Down;
    down.procedure.trigger = Trigger::ByHand;
    down.procedure.reverses = down.procedure.address;
    down.procedure.address += "#rollback";
    const ByteRange first = sets_[set].rollbacks.front(), last = sets_[set].rollbacks.back();
    down.procedure.region = drafts_.region({file_.offset + first.begin, file_.offset + last.end});
    Place place;
    place.procedure = drafts_.drafts.size();
    drafts_.drafts.push_back(std::move(down));
    std::string text;
    std::vector<std::uint32_t> map;
    for (const ByteRange& part : sets_[set].rollbacks) {
      for (std::uint32_t at = part.begin; at < part.end; ++at) {
        text += lexed.text[at];
        map.push_back(file_.offset + at);
      }
      text += '\n';
      map.push_back(file_.offset + part.end);
    }
    map.push_back(file_.offset + last.end);
    const std::string said = lower_ascii(trim(text));
    if (said == "not required" || said == "empty" || said.starts_with("changesetid:")) return;
    place.map = map;
    drafts_.read(text, place);
  }

  [[nodiscard]] std::size_t draft_at(std::uint32_t byte) const {
    if (!sets_.empty()) {
      const auto next = std::upper_bound(sets_.begin(), sets_.end(), byte,
                                         [](std::uint32_t at, const ChangeSet& set) { return at < set.begin; });
      return next == sets_.begin() ? 0 : static_cast<std::size_t>(next - sets_.begin()) - 1;
    }
    Direction direction = Direction::Up;
    for (const Section& section : sections_) {
      if (section.begin > byte) break;
      direction = section.direction;
    }
    return direction == Direction::Down && drafts_.drafts.size() > 1 && !sections_.empty() ? 1 : 0;
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

  const SourceFileView& file_;
  const LoweringView& view_;
  std::vector<Section> sections_;
  std::vector<ChangeSet> sets_;
  Drafts drafts_;
};

}  // namespace

Model lower_script(const SourceFileView& file, const LoweringView& view) { return ScriptLowering(file, view).run(); }

}  // namespace redtag::sql
