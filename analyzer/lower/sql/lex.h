// SQL text as tokens, whatever the dialect. Strings, comments and quoted names are told apart here and nowhere else, so that
// no word inside them is ever taken for a statement.
//
// Client languages are read as far as they end statements: psql's backslash commands, SQLite's dot commands, MySQL's DELIMITER,
// SQL*Plus' slash and PROMPT, SQL Server's GO, and the data lines behind COPY … FROM stdin.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/region.h"

namespace redtag::sql {

enum class TokenKind : std::uint8_t {
  Word,    ///< keyword or unquoted name
  Quoted,  ///< "name", `name` or [name]
  String,  ///< '…', also E'…' and N'…'
  Body,    ///< $tag$ … $tag$
  Number,
  Symbol,  ///< operator or punctuation, longest match; `;` where the dialect at hand ends statements with something else too
  Variable,    ///< @x, :x, $1, ?, or a template's placeholder, alone or as part of a name
  Terminator,  ///< ends a statement whatever is open: GO, a custom delimiter, a client command
};

struct Token {
  TokenKind kind{};
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  bool line_start = false;  ///< first token of its line
};

/// A text's tokens. Views the text, which must outlive it.
struct LexedView {
  std::string_view text;
  std::string lower;  ///< the text with ASCII letters in lower case, same offsets
  std::vector<Token> tokens;
  std::vector<ByteRange> comments;  ///< with their markers, in order: migration tools keep directives there
  std::vector<ByteRange>
      commands;               ///< lines of the client psql and sqlite3 that begin with a backslash or a dot, in order
  bool runs_values = false;   ///< a statement runs what a variable or a query holds
  bool batches = false;       ///< GO was seen: SQL Server, where statements need no semicolon
  bool mysql = false;         ///< reads like MySQL: a backslash escapes in strings
  bool unterminated = false;  ///< a string, quoted name or comment runs to the end of the text

  /// The token in lower case as it stands, quotes included.
  [[nodiscard]] std::string_view word(std::size_t token) const {
    return std::string_view(lower).substr(tokens[token].begin, tokens[token].end - tokens[token].begin);
  }
};

/// Never fails; linear in the text.
[[nodiscard]] LexedView lex(std::string_view text);

/// What a String or Body token holds: without quotes, doubled quotes as one.
[[nodiscard]] std::string string_value(const LexedView& lexed, const Token& token);
/// Bytes between the markers of a Body or String token.
[[nodiscard]] ByteRange inner_bytes(const LexedView& lexed, const Token& token);

}  // namespace redtag::sql
