#include "lower/sql/script.h"

#include <algorithm>
#include <string>

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
    std::vector<Statement> statements = split_script(lexed);
    if (file_.partial) drop_cut_off(lexed, statements);
    Place place;
    place.offset = file_.offset;
    if (file_.partial) place.certainty = Certainty::Likely;
    for (const Statement& statement : statements) {
      place.procedure = draft_at(lexed.tokens[statement.first].begin);
      drafts_.read_one(lexed, statement, place);
    }
    return drafts_.finish();
  }

 private:
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
    whole.procedure.region =
        drafts_.region({file_.offset, static_cast<std::uint32_t>(file_.text.size() + file_.offset)});
    if (pairing.direction == Direction::Down && !pairing.partners.empty())
      whole.procedure.reverses = pairing.partners.front();
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

  [[nodiscard]] std::size_t draft_at(std::uint32_t byte) const {
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
  Drafts drafts_;
};

}  // namespace

Model lower_script(const SourceFileView& file, const LoweringView& view) { return ScriptLowering(file, view).run(); }

}  // namespace redtag::sql
