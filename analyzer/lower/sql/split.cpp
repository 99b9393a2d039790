#include "lower/sql/split.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace redtag::sql {

namespace {

template <std::size_t N>
bool is_one_of(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// Words that only ever start a statement when they stand first in their line.
constexpr std::array leading = std::to_array<std::string_view>(
    {"create", "drop",  "alter", "truncate", "insert", "delete", "update", "select", "grant",   "revoke",  "begin",
     "commit", "merge", "exec",  "declare",  "print",  "use",    "rename", "vacuum", "comment", "rollback"});
// Of these the ones that SQL Server's scripts put after one another without a semicolon, and that nothing expects inside.
constexpr std::array batch_leading = std::to_array<std::string_view>(
    {"create", "drop", "alter", "truncate", "insert", "exec", "declare", "print", "use", "if"});
// Words behind which a leading word goes on with the same statement.
constexpr std::array continues = std::to_array<std::string_view>(
    {"as", "on", "for", "or", "after", "before", "of", "then", "begin", "else", "grant", "revoke", ","});
constexpr std::array routines =
    std::to_array<std::string_view>({"trigger", "procedure", "proc", "function", "event", "package"});
constexpr std::array closers = std::to_array<std::string_view>({"if", "loop", "while", "repeat", "case", "for"});

class Splitter {
 public:
  explicit Splitter(const LexedView& lexed) : lexed_(lexed) {}

  std::vector<Statement> run() {
    const std::size_t count = lexed_.tokens.size();
    for (std::size_t i = 0; i < count; ++i) take(i);
    finish(count, Closed::No);
    return std::move(statements_);
  }

 private:
  enum class Closed { Yes, No };

  void finish(std::size_t last, Closed closed) {
    if (last > first_) {
      statements_.push_back({first_, last, closed == Closed::Yes, parentheses_ == 0 && blocks_ == 0});
    }
    parentheses_ = 0;
    blocks_ = 0;
    routine_ = block_ = rule_ = false;
  }

  void take(std::size_t i) {
    const Token& token = lexed_.tokens[i];
    if (token.kind == TokenKind::Terminator) {
      finish(i, Closed::Yes);
      first_ = i + 1;
      return;
    }
    const std::string_view word = lexed_.word(i);
    if (token.kind == TokenKind::Symbol) return take_symbol(i, word);
    if (token.kind != TokenKind::Word) return;
    if (i == first_) classify(i);
    if (starts_anew(i, word)) {
      finish(i, Closed::Yes);
      first_ = i;
      classify(i);
    }
    count_blocks(i, word);
  }

  void take_symbol(std::size_t i, std::string_view symbol) {
    if (symbol == "(") {
      ++parentheses_;
    } else if (symbol == ")") {
      if (parentheses_ > 0) --parentheses_;
    } else if (symbol == ";") {
      if (blocks_ > 0) return;
      if (parentheses_ > 0 && (rule_ || !leads_next(i + 1))) return;
      finish(i, Closed::Yes);
      first_ = i + 1;
    }
  }

  /// A parenthesis that never closes must not swallow the rest of the script.
  [[nodiscard]] bool leads_next(std::size_t i) const {
    if (i >= lexed_.tokens.size()) return true;
    return lexed_.tokens[i].line_start && is_one_of(lexed_.word(i), leading);
  }

  /// A batch of SQL Server goes on with the next statement without a semicolon.
  [[nodiscard]] bool starts_anew(std::size_t i, std::string_view word) const {
    if (!lexed_.batches || i == first_ || parentheses_ > 0 || blocks_ > 0 || routine_ || block_) return false;
    if (!lexed_.tokens[i].line_start || !is_one_of(word, batch_leading)) return false;
    return lexed_.word(first_) != "if" && !is_one_of(lexed_.word(i - 1), continues);
  }

  /// Looks at the first words of a statement: does it have a body in which semicolons do not end it?
  void classify(std::size_t i) {
    const std::string_view word = lexed_.word(i);
    const std::size_t count = lexed_.tokens.size();
    if (word == "begin") {
      const std::string_view next = i + 1 < count ? lexed_.word(i + 1) : std::string_view(";");
      constexpr std::array transactional =
          std::to_array<std::string_view>({";", "transaction", "tran", "work", "isolation", "read", "deferrable",
                                           "immediate", "deferred", "exclusive", "concurrent"});
      const bool ends = i + 1 >= count || lexed_.tokens[i + 1].kind == TokenKind::Terminator;
      block_ = !ends && !is_one_of(next, transactional);
    }
    if (word == "if" || word == "while") block_ = true;
    if (word != "create" && word != "alter") return;
    // `create or replace definer = 'x'@'y' temporary trigger`: the kind is among the first words.
    for (std::size_t k = i + 1; k < std::min(count, i + 12); ++k) {
      const std::string_view next = lexed_.word(k);
      if (next == "rule") rule_ = true;
      if (is_one_of(next, routines)) routine_ = true;
      if (next == "table" || next == "view" || next == "index" || next == "(" || next == ";") break;
    }
  }

  void count_blocks(std::size_t i, std::string_view word) {
    if (!routine_ && !block_) return;
    if (parentheses_ > 0) return;
    if (word == "begin") {
      ++blocks_;
    } else if (word == "case" && blocks_ > 0 && lexed_.word(i - 1) != "end") {
      ++blocks_;
    } else if (word == "end" && blocks_ > 0) {
      const std::string_view next = i + 1 < lexed_.tokens.size() ? lexed_.word(i + 1) : std::string_view();
      if (lexed_.batches || next == "case" || !is_one_of(next, closers)) --blocks_;  // SQL Server knows no END IF
    }
  }

  const LexedView& lexed_;
  std::vector<Statement> statements_;
  std::size_t first_ = 0;
  std::uint32_t parentheses_ = 0;
  std::uint32_t blocks_ = 0;
  bool routine_ = false;
  bool block_ = false;  // an anonymous block
  bool rule_ = false;   // CREATE RULE … DO ( a; b )
};

}  // namespace

std::vector<Statement> split_script(const LexedView& lexed) { return Splitter(lexed).run(); }

std::vector<Statement> split_body(const LexedView& lexed, std::size_t first, std::size_t last) {
  std::vector<Statement> statements;
  std::size_t begin = first;
  std::uint32_t parentheses = 0;
  for (std::size_t i = first; i <= last; ++i) {
    const bool ends = i == last || lexed.tokens[i].kind == TokenKind::Terminator || lexed.word(i) == ";";
    if (i < last && lexed.word(i) == "(") ++parentheses;
    if (i < last && lexed.word(i) == ")" && parentheses > 0) --parentheses;
    if (!ends) continue;
    if (i > begin) statements.push_back({begin, i, i < last, parentheses == 0});
    parentheses = 0;
    begin = i + 1;
  }
  return statements;
}

}  // namespace redtag::sql
