#include "lower/sql/lex.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace redtag::sql {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || c == '_' || static_cast<unsigned char>(c) >= 0x80; }
bool is_word(char c) { return is_letter(c) || is_digit(c) || c == '$'; }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v'; }

class Lexer {
 public:
  explicit Lexer(std::string_view text) {
    out_.text = text;
    out_.lower = lower_ascii(text);
    lower_ = out_.lower;
    out_.mysql = lower_.find('`') != std::string_view::npos ||
                 lower_.find("auto_increment") != std::string_view::npos ||
                 lower_.find("engine=") != std::string_view::npos;
    if (lower_.starts_with("\xEF\xBB\xBF")) at_ = 3;
  }

  LexedView run() {
    while (at_ < lower_.size()) step();
    return std::move(out_);
  }

 private:
  [[nodiscard]] char peek(std::size_t ahead = 0) const {
    return at_ + ahead < lower_.size() ? lower_[at_ + ahead] : '\0';
  }
  [[nodiscard]] bool ahead(std::string_view word) const { return lower_.substr(at_).starts_with(word); }
  [[nodiscard]] bool statement_empty() const { return out_.tokens.size() == statement_; }
  [[nodiscard]] std::size_t line_end() const { return std::min(lower_.find('\n', at_), lower_.size()); }
  [[nodiscard]] std::string_view rest_of_line() const { return lower_.substr(at_, line_end() - at_); }

  void push(TokenKind kind, std::size_t begin, std::size_t end) {
    out_.tokens.push_back({kind, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end), line_start_});
    line_start_ = false;
    at_ = end;
    if (kind == TokenKind::Terminator) statement_ = out_.tokens.size();
  }
  /// Ends the statement and leaves out the rest of the line.
  void end_by_line() {
    if (peek() == '\\' || peek() == '.')
      out_.commands.push_back({static_cast<std::uint32_t>(at_), static_cast<std::uint32_t>(line_end())});
    push(TokenKind::Terminator, at_, std::min(at_ + 1, lower_.size()));
    at_ = line_end();
  }

  void step() {
    const char c = peek();
    if (is_blank(c)) {
      if (c == '\n' || c == '\r') line_start_ = fresh_line_ = true;
      ++at_;
      return;
    }
    if (fresh_line_ && read_line_command()) return;
    if (!delimiter_.empty() && ahead(delimiter_)) return push(TokenKind::Terminator, at_, at_ + delimiter_.size());
    if (read_comment()) return;
    if (c == '\\') return end_by_line();
    if (read_quoted() || read_placeholder() || read_variable()) return;
    if (is_digit(c) || (c == '.' && is_digit(peek(1)))) return read_number();
    if (is_letter(c) || (c == '#' && is_word(peek(1)))) return read_word();
    read_symbol();
  }

  /// Commands of clients that own a whole line.
  bool read_line_command() {
    fresh_line_ = false;  // asked once a line: the answer costs the length of the line
    const std::string_view line = trim(rest_of_line());
    const std::string_view first = line.substr(0, line.find_first_of(" \t;"));
    if (first == "go" && trim(line.substr(2)).find_first_not_of("0123456789;") == std::string_view::npos) {
      out_.batches = true;
      end_by_line();
      return true;
    }
    if (line == "/") return end_by_line(), true;
    if (!statement_empty()) return false;
    if (first == "delimiter") {
      delimiter_ = std::string(trim(line.substr(first.size())));
      if (delimiter_ == ";") delimiter_.clear();
      out_.mysql = true;
      return end_by_line(), true;
    }
    const bool prose =
        first == "prompt" || first == "rem" || first == "remark" || first == "spool" || first == "whenever";
    const bool dot = line.size() > 1 && line[0] == '.' && is_letter(line[1]);
    const bool hash = line[0] == '#';  // MySQL; a statement never starts with SQL Server's #temporary names
    if (prose || dot || hash) return end_by_line(), true;
    return false;
  }

  bool read_comment() {
    const std::size_t begin = at_;
    if (ahead("--") ||
        (peek() == '#' && (out_.mysql || line_start_) && !is_word(peek(1)) && peek(1) != '>' && peek(1) != '-')) {
      at_ = std::min(lower_.find_first_of("\r\n", at_), lower_.size());  // to PostgreSQL either ends a line
    } else if (ahead("/*!") || ahead("/*m!")) {                          // MySQL runs what stands in it
      at_ += peek(2) == '!' ? 3 : 4;
      while (is_digit(peek())) ++at_;
      ++executable_;
      return true;
    } else if (executable_ > 0 && ahead("*/")) {
      --executable_;
      at_ += 2;
      return true;
    } else if (ahead("/*")) {
      skip_block_comment();
    } else {
      return false;
    }
    out_.comments.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(at_)});
    return true;
  }

  /// PostgreSQL nests comments, MySQL does not. What does not close when nested is read flat, from then on everywhere, so that
  /// the text is not searched to its end again and again.
  void skip_block_comment() {
    const std::size_t flat_end = lower_.find("*/", at_ + 2);
    if (flat_end == std::string_view::npos) {
      out_.unterminated = true;
      at_ = lower_.size();
      return;
    }
    unsigned depth = 0;
    for (std::size_t i = at_; !flat_comments_ && i + 1 < lower_.size();) {
      if (lower_[i] == '/' && lower_[i + 1] == '*') {
        ++depth;
        i += 2;
      } else if (lower_[i] == '*' && lower_[i + 1] == '/') {
        i += 2;
        if (--depth == 0) {
          at_ = i;
          return;
        }
      } else {
        ++i;
      }
    }
    flat_comments_ = true;
    at_ = flat_end + 2;
  }

  bool read_quoted() {
    const char c = peek();
    if (c == '\'') return read_string(at_, out_.mysql);
    if ((c == 'e' || c == 'n' || c == 'b' || c == 'x') && peek(1) == '\'') {
      const std::size_t begin = at_++;
      return read_string(begin, c == 'e' || out_.mysql);
    }
    if (c == '"' || c == '`') return read_until(c, TokenKind::Quoted);
    if (c == '[' && names_in_brackets()) return read_until(']', TokenKind::Quoted);
    if (c == '$') return read_dollar_body();
    return false;
  }

  bool read_string(std::size_t begin, bool backslash_escapes) {
    std::size_t i = at_ + 1;
    for (; i < lower_.size(); ++i) {
      if (lower_[i] == '\\' && backslash_escapes) {
        ++i;
      } else if (lower_[i] == '\'') {
        if (is_escaped_after_all(at_ + 1, i)) continue;
        if (i + 1 >= lower_.size() || lower_[i + 1] != '\'') break;
        ++i;
      }
    }
    if (i >= lower_.size()) out_.unterminated = true;
    push(TokenKind::String, begin, std::min(i + 1, lower_.size()));
    return true;
  }

  /// `'it\'s'`: behind a string's end stands no word and no other string on the same line, so that this backslash escapes, as MySQL has
  /// it. Taken for an end, the quote would begin a string in which statements hide.
  [[nodiscard]] bool is_escaped_after_all(std::size_t begin, std::size_t quote) const {
    if (quote == begin || lower_[quote - 1] != '\\') return false;
    std::size_t slashes = 0;
    while (quote - slashes > begin && lower_[quote - slashes - 1] == '\\') ++slashes;
    if (slashes % 2 == 0 || quote + 1 >= lower_.size()) return false;
    if (is_word(lower_[quote + 1])) return true;
    const std::size_t next = lower_.find_first_not_of(" \t", quote + 1);
    return next != quote + 1 && next != std::string::npos && lower_[next] == '\'';
  }

  bool read_until(char close, TokenKind kind) {
    std::size_t i = at_ + 1;
    for (; i < lower_.size(); ++i) {
      if (lower_[i] != close) continue;
      if (i + 1 >= lower_.size() || lower_[i + 1] != close) break;
      ++i;
    }
    if (i >= lower_.size()) out_.unterminated = true;
    push(kind, at_, std::min(i + 1, lower_.size()));
    return true;
  }

  /// `[name]` is SQL Server's quoting, `a[1]`, `int[]` and `array[…]` are PostgreSQL's arrays.
  [[nodiscard]] bool names_in_brackets() const {
    if (!is_letter(peek(1))) return false;
    if (at_ > 0 && (is_word(lower_[at_ - 1]) || lower_[at_ - 1] == ']' || lower_[at_ - 1] == ')')) return false;
    const std::size_t close = std::min(lower_.find_first_of("]\n", at_), lower_.size());
    if (close == lower_.size() || lower_[close] != ']') return false;
    return lower_.substr(at_, close - at_).find_first_of(",'()") == std::string_view::npos;
  }

  bool read_dollar_body() {
    std::size_t i = at_ + 1;
    while (i < lower_.size() && (is_letter(lower_[i]) || is_digit(lower_[i]))) ++i;
    if (i >= lower_.size() || lower_[i] != '$' || is_digit(peek(1))) return false;
    const std::string_view tag = out_.text.substr(at_, i + 1 - at_);
    if (lost_tags_ > 64) return false;  // each search for a tag that never closes costs the rest of the text
    const std::size_t close = out_.text.find(tag, i + 1);
    if (close == std::string_view::npos) {
      ++lost_tags_;
      out_.unterminated = true;
      return push(TokenKind::Symbol, at_, i + 1), true;
    }
    return push(TokenKind::Body, at_, close + tag.size()), true;
  }

  /// End of a template's placeholder at `i`: ${x}, {{x}}, %(x)s, %s. Returns `i` where there is none.
  [[nodiscard]] std::size_t placeholder_end(std::size_t i) const {
    const std::string_view here = lower_.substr(i, 200);
    const auto closed_by = [&](std::string_view close) {
      const std::size_t end = here.find(close);
      return end == std::string_view::npos || here.substr(0, end).find('\n') != std::string_view::npos
                 ? i
                 : i + end + close.size();
    };
    if (here.starts_with("${")) return closed_by("}");
    if (here.starts_with("{{")) return closed_by("}}");
    if (here.starts_with("%(")) return closed_by(")s");
    const bool formatted =
        here.starts_with("%s") || here.starts_with("%i") || here.starts_with("%l");  // format()'s, too
    if (formatted && (here.size() == 2 || !is_word(here[2]))) return i + 2;
    return i;
  }

  bool read_placeholder() {
    if (placeholder_end(at_) == at_) return false;
    read_name_with_placeholders(at_);
    return true;
  }

  void read_name_with_placeholders(std::size_t begin) {
    std::size_t i = begin;
    bool placeholder = false;
    while (i < lower_.size()) {
      if (const std::size_t end = placeholder_end(i); end != i) {
        placeholder = true;
        i = end;
      } else if (is_word(lower_[i]) || lower_[i] == '#' || lower_[i] == '@') {
        ++i;
      } else {
        break;
      }
    }
    push(placeholder ? TokenKind::Variable : TokenKind::Word, begin, std::max(i, begin + 1));
  }

  bool read_variable() {
    const char c = peek(), next = peek(1);
    std::size_t i = at_ + 1;
    if (c == '@' && (is_letter(next) || next == '@')) {
      while (i < lower_.size() && (is_word(lower_[i]) || lower_[i] == '@')) ++i;
    } else if (c == ':' && next != ':' && (is_letter(next) || next == '\'' || next == '"') &&
               (at_ == 0 || lower_[at_ - 1] != ':')) {
      if (!is_letter(next)) {  // psql's :'x' and :"x"
        const std::size_t close = lower_.find(next, at_ + 2);
        if (close == std::string_view::npos || close - at_ > 200) return false;
        i = close + 1;
      }
      while (i < lower_.size() && is_word(lower_[i])) ++i;
    } else if (c == '$' && is_digit(next)) {
      while (i < lower_.size() && is_digit(lower_[i])) ++i;
    } else if (c != '?' || next == '|' || next == '&' || next == '?') {
      return false;
    }
    push(TokenKind::Variable, at_, i);
    return true;
  }

  void read_number() {
    std::size_t i = at_;
    while (i < lower_.size() && (is_word(lower_[i]) || lower_[i] == '.')) ++i;
    push(TokenKind::Number, at_, i);
  }

  void read_word() { read_name_with_placeholders(at_); }

  void read_symbol() {
    constexpr std::array pairs = std::to_array<std::string_view>({"<=", ">=", "<>", "!=", "::", "||", ":=", "->"});
    std::size_t size = 1;
    for (const std::string_view pair : pairs) {
      if (ahead(pair)) size = 2;
    }
    const bool ends = peek() == ';' && delimiter_.empty();
    const bool copies = ends && copies_from_stdin();
    push(TokenKind::Symbol, at_, at_ + size);
    if (ends) statement_ = out_.tokens.size();
    if (copies) skip_copied_data();
  }

  [[nodiscard]] bool copies_from_stdin() const {
    if (statement_ >= out_.tokens.size() || out_.word(statement_) != "copy") return false;
    const std::size_t count = out_.tokens.size();
    for (std::size_t i = statement_; i < count && i < statement_ + 400; ++i) {
      if (out_.word(i) == "stdin") return true;
    }
    return false;
  }
  void skip_copied_data() {
    const std::size_t end = lower_.find("\n\\.", at_);
    at_ = end == std::string_view::npos ? lower_.size() : end + 3;
  }

  LexedView out_;
  std::string_view lower_;
  std::size_t at_ = 0;
  std::size_t statement_ = 0;  // index of the first token of the statement at hand
  std::string delimiter_;
  unsigned executable_ = 0;
  unsigned lost_tags_ = 0;
  bool line_start_ = true;  // no token stands on this line yet
  bool fresh_line_ = true;  // nothing at all does
  bool flat_comments_ = false;
};

}  // namespace

namespace {

/// `EXECUTE q`, `EXEC (@sql)`, `sp_executesql @sql`, `PREPARE s FROM @q`, and psql's `\gexec`: the statement stands elsewhere.
bool runs_value(const LexedView& lexed, std::size_t i) {
  const auto word = [&](std::size_t at) { return at < lexed.tokens.size() ? lexed.word(at) : std::string_view(); };
  const auto kind = [&](std::size_t at) {
    return at < lexed.tokens.size() ? lexed.tokens[at].kind : TokenKind::Terminator;
  };
  if (kind(i) == TokenKind::Terminator)
    return std::string_view(lexed.lower).substr(lexed.tokens[i].begin).starts_with("\\gexec");
  if (kind(i) != TokenKind::Word) return false;
  if (word(i) == "prepare") return word(i + 2) == "from" && kind(i + 3) == TokenKind::Variable;
  if (word(i) == "sp_executesql") return kind(i + 1) == TokenKind::Variable;
  if (word(i) != "execute" && word(i) != "exec") return false;
  std::size_t at = i + 1;
  if (word(at) == "immediate") ++at;
  while (word(at) == "(") ++at;
  if (kind(at) == TokenKind::Variable) return word(at + 1) != "=";  // a result, of a procedure that is called
  // A trigger's function, a right, and a prepared statement have names of their own.
  const bool named = word(at) == "function" || word(at) == "procedure" || word(at) == "on" || word(i) == "exec";
  return kind(at) == TokenKind::Word && !named && word(at + 1) != "(" && (i == 0 || word(i - 1) != "grant");
}

}  // namespace

LexedView lex(std::string_view text) {
  LexedView lexed = Lexer(text).run();
  for (std::size_t i = 0; i < lexed.tokens.size() && !lexed.runs_values; ++i) lexed.runs_values = runs_value(lexed, i);
  return lexed;
}

ByteRange inner_bytes(const LexedView& lexed, const Token& token) {
  const std::string_view text = lexed.text.substr(token.begin, token.end - token.begin);
  const char quote = token.kind == TokenKind::Body ? '$' : '\'';
  std::size_t front = text.find(quote);
  if (front == std::string_view::npos) return {token.begin, token.end};
  if (quote == '$') front = text.find('$', front + 1);
  ++front;
  const std::size_t back = quote == '$' ? front : 1;
  const bool closed = text.size() >= front + back && text.back() == quote;
  const auto begin = static_cast<std::uint32_t>(token.begin + front);
  return {begin, std::max(begin, static_cast<std::uint32_t>(closed ? token.end - back : token.end))};
}

std::string string_value(const LexedView& lexed, const Token& token) {
  const ByteRange inner = inner_bytes(lexed, token);
  const std::string_view raw = lexed.text.substr(inner.begin, inner.size());
  if (token.kind == TokenKind::Body) return std::string(raw);
  std::string value;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    value += raw[i];
    if (raw[i] == '\'' && i + 1 < raw.size() && raw[i + 1] == '\'') ++i;
  }
  return value;
}

}  // namespace redtag::sql
