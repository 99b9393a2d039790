// Statements that run and do not stand in the text: what a parameter, a row or a function holds when it runs.
#include <algorithm>

#include "base/text.h"
#include "lower/sql/read.h"

namespace redtag::sql {

namespace {

constexpr std::size_t most_tokens = 1U << 13;  // of a text that is searched for what a variable holds

std::string_view first_word(std::string_view text) {
  text = trim(text);
  const auto end = std::find_if_not(
      text.begin(), text.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; });
  return text.substr(0, static_cast<std::size_t>(end - text.begin()));
}
bool is_statement(std::string_view text) { return opens_statement(lower_ascii(first_word(text))); }

std::string text_of(const LexedView& lexed, const InnerCode& code) {
  return code.text.empty() ? std::string(lexed.text.substr(code.bytes.begin, code.bytes.size())) : code.text;
}

/// What stands from token `at` to the end of its statement.
WordsView statement_at(const LexedView& lexed, std::size_t at) {
  WordsView rest(lexed, at, lexed.tokens.size());
  return rest.until(rest.find({";", "loop"}));
}

/// Some string or call that puts one together is a statement's beginning.
bool shows_statement(WordsView words) {
  for (; !words.done(); words.skip()) {
    const bool composes = words.at_string() || words.token().kind == TokenKind::Body ||
                          (words.is_any({"format", "concat"}) && words.word(1) == "(");
    if (!composes) continue;
    WordsView behind = words;
    if (is_statement(text_of(words.lexed(), compose_code(behind)))) return true;
  }
  return false;
}

/// The token behind `name type :=`, `name =`, `@name =`; 0 where nothing is given.
std::size_t given_at(const LexedView& lexed, std::size_t name) {
  WordsView words(lexed, name + 1, std::min(name + 8, lexed.tokens.size()));
  if (words.at_name() && !words.is_any({"in", "and", "or", "is", "from", "where", "into", "then", "loop"})) {
    words.take("constant");
    words.take_type();
  }
  const bool given = words.take(":=") || words.take("=") || words.take("+=") || words.take("default");
  return given && !words.done() ? words.at() : 0;
}

enum class Sight : std::uint8_t { Nothing, Shown, Hidden };

/// Whether the text shows what a variable holds, wherever it is given something.
Sight sight_of(const LexedView& lexed, std::string_view name) {
  Sight sight = Sight::Nothing;
  for (std::size_t i = 0; i < lexed.tokens.size(); ++i) {
    if (lexed.word(i) != name) continue;
    const std::string_view before = i > 0 ? lexed.word(i - 1) : std::string_view();
    bool shown = false;
    if (const std::size_t value = given_at(lexed, i); value != 0) {
      if (lexed.word(value) == name) continue;  // more of it
      WordsView expression = statement_at(lexed, value);
      const bool more = expression.is_any({"concat", "concat_ws"}) && expression.word(2) == name;
      if (more || expression.is("null")) continue;
      if (expression.is("(") || expression.is("select"))
        shown = shows_statement(expression);
      else
        shown = is_statement(text_of(lexed, compose_code(expression)));
    } else if (before == "into" || before == "for" || before == "foreach") {
      std::size_t begin = i;
      while (before == "into" && begin > 0 && lexed.word(begin) != ";") --begin;
      shown = shows_statement(statement_at(lexed, begin == i ? i : begin + (lexed.word(begin) == ";" ? 1 : 0)));
    } else {
      continue;
    }
    if (!shown) return Sight::Hidden;
    sight = Sight::Shown;
  }
  return sight;
}

}  // namespace

InnerCode value_of(const LexedView& lexed, std::string_view name) {
  InnerCode value;
  if (!lexed.runs_values || lexed.tokens.size() > most_tokens) return value;
  std::size_t given = 0;
  for (std::size_t i = 0, times = 0; i < lexed.tokens.size(); ++i) {
    if (lexed.word(i) != name) continue;
    const std::string_view before = i > 0 ? lexed.word(i - 1) : std::string_view();
    const std::size_t at = given_at(lexed, i);
    if (before == "into" || before == "for" || (at != 0 && ++times > 1)) return value;
    if (at != 0) given = at;
  }
  if (given == 0) return value;
  WordsView expression = statement_at(lexed, given);
  // Strings alone: a name in it could be given this very one.
  for (WordsView part = expression; !part.done(); part.skip()) {
    if (!part.at_string() && !part.is("||") && !part.is("+")) return value;
  }
  const InnerCode code = compose_code(expression);
  value.text = text_of(lexed, code);
  return value;
}

bool opens_unseen(const InnerCode& code) { return std::string_view(trim(code.text)).starts_with("${"); }

void read_unseen(const WordsView& named, std::size_t first, Reading& reading) {
  const LexedView& lexed = named.lexed();
  if (named.done() || !lexed.runs_values || lexed.tokens.size() > most_tokens) return;
  if (named.is_any({"procedure", "function", "block", "on"})) return;
  WordsView words = named;
  while (words.is("format") && words.word(1) == "(") words.skip(2);
  if (words.done()) return;
  const std::string_view root = words.word();
  const bool variable = words.token().kind == TokenKind::Variable;
  const bool call = words.at_name() && words.word(1) == "(";
  if (!variable && !words.at_name() && !words.is("select")) return;
  for (std::size_t i = 0; !variable && i + 1 < lexed.tokens.size(); ++i) {
    if (lexed.word(i) == "prepare" && lexed.word(i + 1) == root) return;  // said where it is prepared
  }
  if (!call && sight_of(lexed, root) == Sight::Shown) return;
  Effect effect;
  effect.verb = Verb::Run;
  effect.action = "unread";
  effect.object = "unnamed statement";
  words.jump(words.end());
  effect.target.parts = {shortened(named.folded(), 120)};
  effect.bytes = words.bytes_since(first);
  effect.certainty = Certainty::Likely;
  reading.effects.push_back(std::move(effect));
}

}  // namespace redtag::sql
