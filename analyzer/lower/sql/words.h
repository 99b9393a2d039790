// A position in a statement's tokens, and the small readings that every statement is made of.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>

#include "lower/sql/effect.h"
#include "lower/sql/lex.h"

namespace redtag::sql {

/// Walks the tokens `at` to `end` (excluded) of a text. Views the lexed text.
class WordsView {
 public:
  WordsView(const LexedView& lexed, std::size_t first, std::size_t last) : lexed_(&lexed), at_(first), end_(last) {}

  [[nodiscard]] bool done() const { return at_ >= end_; }
  [[nodiscard]] std::size_t at() const { return at_; }
  [[nodiscard]] std::size_t end() const { return end_; }
  [[nodiscard]] const LexedView& lexed() const { return *lexed_; }
  [[nodiscard]] const Token& token(std::size_t ahead = 0) const { return lexed_->tokens[at_ + ahead]; }
  /// The word `ahead` of here in lower case; empty behind the end and for strings and quoted names.
  [[nodiscard]] std::string_view word(std::size_t ahead = 0) const;
  [[nodiscard]] bool is(std::string_view word_) const { return word() == word_; }
  [[nodiscard]] bool is_any(std::initializer_list<std::string_view> words) const;
  [[nodiscard]] bool at_string() const { return !done() && token().kind == TokenKind::String; }
  [[nodiscard]] bool at_name() const;

  void skip(std::size_t count = 1) { at_ = at_ + count < end_ ? at_ + count : end_; }
  void jump(std::size_t token_index) { at_ = token_index < end_ ? token_index : end_; }
  bool take(std::string_view word);
  /// Takes all of a sequence of words, or nothing.
  bool take(std::initializer_list<std::string_view> words);
  bool take_any(std::initializer_list<std::string_view> words);
  /// IF EXISTS or IF NOT EXISTS.
  bool take_existence();
  /// Skips a parenthesised group if one stands here.
  bool skip_group();
  /// A dotted name; empty where none stands here.
  Name take_name();
  /// A type with its modifiers in canonical spelling: `varchar(20)`, `timestamptz`, `int[]`. Empty where none stands here.
  std::string take_type();

  /// Index of the next of `words` on this level of parentheses, or end().
  [[nodiscard]] std::size_t find(std::initializer_list<std::string_view> words) const;
  /// Index of the matching closing parenthesis for one at `open`, or end().
  [[nodiscard]] std::size_t group_end(std::size_t open) const;
  /// The part up to token `last` as a view of its own.
  [[nodiscard]] WordsView until(std::size_t last) const { return {*lexed_, at_, last < end_ ? last : end_}; }
  /// Bytes from token `first` up to here.
  [[nodiscard]] ByteRange bytes_since(std::size_t first) const;
  /// The tokens that are left, blanks folded, words in lower case.
  [[nodiscard]] std::string folded() const;

 private:
  const LexedView* lexed_;
  std::size_t at_;
  std::size_t end_;
};

/// The canonical spelling of a token as part of a name: quotes off, unquoted in lower case.
[[nodiscard]] std::string name_part(const LexedView& lexed, const Token& token);

/// True if a condition holds for every row whatever the rows are: `1 = 1`, `true`, `id = id`, `a or true`.
[[nodiscard]] bool always_true(WordsView condition);

}  // namespace redtag::sql
