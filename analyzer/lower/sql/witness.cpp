#include "lower/sql/witness.h"

#include <algorithm>
#include <string>

#include "syntax/postgres.h"
#include "syntax/tree.h"

namespace redtag::sql {

namespace {

/// The statement as PostgreSQL writes it, byte for byte at the same offsets: comments blank, other dialects' quotes as double
/// quotes, variables and placeholders as names, SQLite's and MySQL's OR IGNORE gone.
std::string as_postgres(const LexedView& lexed, const Statement& statement) {
  const std::uint32_t begin = lexed.tokens[statement.first].begin;
  std::string text(lexed.tokens[statement.last - 1].end - begin, ' ');
  for (std::size_t i = statement.first; i < statement.last; ++i) {
    const Token& token = lexed.tokens[i];
    const std::uint32_t at = token.begin - begin, size = token.end - token.begin;
    const std::string_view raw = lexed.text.substr(token.begin, size);
    text.replace(at, size, raw);
    if (token.kind == TokenKind::Variable) {
      text.replace(at, size, size, 'v');
    } else if (token.kind == TokenKind::Quoted && raw[0] != '"' && raw.find('"') == std::string_view::npos) {
      text[at] = text[at + size - 1] = '"';
    }
  }
  WordsView words(lexed, statement.first, statement.last);
  const bool replaces = words.is("replace");
  if (!replaces && !words.is("insert")) return text;
  if (replaces) text.replace(0, 7, "INSERT ");
  words.skip();
  if (words.is("or")) words.skip(2);
  words.take("ignore");
  for (std::size_t i = statement.first + 1; i < words.at(); ++i) {
    const Token& token = lexed.tokens[i];
    text.replace(token.begin - begin, token.end - token.begin, token.end - token.begin, ' ');
  }
  return text;
}

bool reads_as_sql(const std::string& text) {
  const auto tree = syntax::Tree::parse(syntax::Grammar::Sql, text);
  return tree && !tree->root().has_error();
}

/// Rows that are deleted or rewritten in a query nested where the word reader does not look.
void add_missed(const syntax::PostgresReading& postgres, const LexedView& lexed, const Statement& statement,
                Reading& reading) {
  for (const syntax::PostgresAct& act : postgres.acts) {
    if (act.kind != syntax::PostgresAct::Kind::Delete || act.name.empty()) continue;
    // A variable's name is not known here, and the word reader has it.
    const bool variable = act.name.back().find_first_not_of('v') == std::string::npos;
    const bool seen = std::any_of(reading.effects.begin(), reading.effects.end(), [&](const Effect& effect) {
      return effect.object == "rows" && !effect.target.empty() &&
             (variable || effect.target.parts.back() == act.name.back());
    });
    if (seen) continue;
    Effect effect;
    effect.verb = act.filtered ? Verb::Delete : Verb::Empty;
    effect.action = "delete";
    effect.object = "rows";
    effect.target.parts = act.name;
    effect.unbounded = !act.filtered;
    effect.bytes = {lexed.tokens[statement.first].begin, lexed.tokens[statement.last - 1].end};
    reading.effects.push_back(std::move(effect));
  }
}

}  // namespace

Testimony ask_witness(const LexedView& lexed, const Statement& statement, Reading& reading) {
  if (statement.last - statement.first > syntax::postgres_tokens) return Testimony::None;
  const std::string text = as_postgres(lexed, statement);
  if (const auto postgres = syntax::read_postgres(text)) {
    add_missed(*postgres, lexed, statement, reading);
    return Testimony::Postgres;
  }
  return text.size() <= syntax::postgres_bytes && reads_as_sql(text) ? Testimony::Grammar : Testimony::None;
}

}  // namespace redtag::sql
